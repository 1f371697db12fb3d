/* Where everything stands: a pure function of the terminal's size and what the tab shows. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stdbool.h>

#include "canvas.h"

/* Every pane of every tab. */
enum pane {
    PANE_LABELS,
    PANE_CURVES,
    PANE_F1,
    PANE_CUTS,
    PANE_COUNTS,
    PANE_TOGETHER,
    PANE_LEVELS,
    PANE_SPLITS,
    PANE_FINDINGS,
    PANE_SAMPLES,
    PANE_PICTURE,
    PANE_CLASSES,
    PANE_SCORES,
    PANE_BY_CUT,
    PANE_RECALL,
    PANE_METHODS,
    PANE_SETS,
    PANE_FORM,
    PANE_PROGRESS,
    PANE_RATES,
    PANE_EVENTS,
    PANE_QUEUE,
    PANE_WORST,
    PANE_MISTAKES,
    PANE_CONFUSION,
    PANE_SAMPLE,
    PANE_RUNS,
    PANE_SETTINGS,
    PANE_OVERLAY,
    PANE_GAINS,
    PANE_LOG,
    PANE_COUNT
};

enum { LAYOUT_COLUMNS = 80, LAYOUT_ROWS = 24 };             /* below: one pane fills the screen */
enum { LAYOUT_LEAST_COLUMNS = 40, LAYOUT_LEAST_ROWS = 10 }; /* below: only the needed size */

/* Places the panes of a tab inside `body`, which together they fill. One that finds no room keeps
 * width 0: while it has the focus it is shown alone. */
typedef void layout_place(struct rect body, enum pane focus, struct rect pane[PANE_COUNT]);

struct layout {
    bool too_small, single;
    struct rect tabs, status, hint;
    struct rect body;             /* between tabs and status */
    struct rect pane[PANE_COUNT]; /* w 0: not shown */
};

/* `place` NULL: the focused pane fills the body. */
struct layout layout_make(int columns, int rows, layout_place *place, enum pane focus, bool zoomed);

/* A box of at most w x h cells in the middle of the screen. */
struct rect layout_middle(int columns, int rows, int w, int h);

#endif
