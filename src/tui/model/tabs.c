/* The table of tabs. A tab with one pane needs no file of its own. */
#include "tabs.h"

#include <stddef.h>
#include <strings.h>

#include "actions.h"

static const struct tab_ops *const table[TAB_COUNT];

const struct tab_ops *tabs_ops(enum tab tab)
{
    return tab > 0 && tab < TAB_COUNT ? table[tab] : NULL;
}

enum tab tabs_named(const char *name)
{
    for (int t = 1; t < TAB_COUNT; t++)
        if (table[t] && strcasecmp(table[t]->name, name) == 0)
            return (enum tab)t;
    return 0;
}

static const enum pane log_panes[] = {PANE_LOG};
static const struct tab_ops tab_log = {"Log", SCOPE_LOG, log_panes, 1, PANE_LOG, NULL};

static const struct tab_ops *const table[TAB_COUNT] = {
    [TAB_BOARD] = &tab_board, [TAB_DATA] = &tab_data,     [TAB_TUNE] = &tab_tune,
    [TAB_TRAIN] = &tab_train, [TAB_ERRORS] = &tab_errors, [TAB_RUNS] = &tab_runs,
    [TAB_LOG] = &tab_log,
};
