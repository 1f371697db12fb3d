/* The tabs: what each is called, which panes it has and where they stand. */
#ifndef TUI_TABS_H
#define TUI_TABS_H

#include <stdint.h>

#include "layout.h"

/* By their digit. */
enum tab { TAB_BOARD = 1, TAB_DATA, TAB_TRAIN, TAB_TUNE, TAB_ERRORS, TAB_RUNS, TAB_LOG, TAB_COUNT };

struct tab_ops {
    const char *name;       /* in the tab line; in small letters for `hpa screen` */
    uint64_t scope;         /* of its keys, whatever pane has the focus */
    const enum pane *panes; /* in the order of the Tab key */
    int panes_n;
    enum pane focus; /* when it is first shown */
    layout_place *place;
};

extern const struct tab_ops tab_board, tab_data, tab_tune, tab_errors, tab_runs, tab_train;

/* NULL: there is no such tab. */
const struct tab_ops *tabs_ops(enum tab tab);
/* By its name, upper or lower case; 0 when there is none. */
enum tab tabs_named(const char *name);

#endif
