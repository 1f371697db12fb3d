/* Runs: the table above; settings, curves and F1 of the compared runs below. */
#include "actions.h"
#include "tabs.h"

enum { THREE_COLUMNS = 130, LOWER_ROWS = 30 }; /* 28 classes and a frame */

/* Half for the table; on a tall terminal what the classes leave over. */
static int table_rows(int rows)
{
    return rows - LOWER_ROWS > 10 ? rows - LOWER_ROWS : rows / 2;
}

static void place(struct rect b, enum pane focus, struct rect pane[PANE_COUNT])
{
    int upper = table_rows(b.h), lower = b.h - upper, left = b.w * 4 / 9;
    pane[PANE_RUNS] = (struct rect){b.x, b.y, b.w, upper};
    if (b.w < THREE_COLUMNS) {
        enum pane right = focus == PANE_F1_DELTA ? PANE_F1_DELTA : PANE_RUN_CURVES;
        pane[PANE_SETTINGS] = (struct rect){b.x, b.y + upper, left, lower};
        pane[right] = (struct rect){b.x + left, b.y + upper, b.w - left, lower};
        return;
    }
    left = b.w * 3 / 10;
    int right = b.w * 3 / 10;
    pane[PANE_SETTINGS] = (struct rect){b.x, b.y + upper, left, lower};
    pane[PANE_RUN_CURVES] = (struct rect){b.x + left, b.y + upper, b.w - left - right, lower};
    pane[PANE_F1_DELTA] = (struct rect){b.x + b.w - right, b.y + upper, right, lower};
}

static const enum pane panes[] = {PANE_RUNS, PANE_SETTINGS, PANE_RUN_CURVES, PANE_F1_DELTA};

const struct tab_ops tab_runs = {"Runs", SCOPE_RUNS, panes, 4, PANE_RUNS, place};
