/* The Board: labels and curves above, F1 and cuts below.
 *
 * The lower panes hold one row per class, so on a tall terminal they grow until all 28 classes fit
 * before the upper panes get more than a third. */
#include "actions.h"
#include "tabs.h"

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* Rows of the upper panes: half on a small terminal; else at least 12, a third, or what 28 classes
 * and a frame leave over. */
static int upper_rows(int rows)
{
    return least((rows + 1) / 2, most(12, most(rows / 3, rows - 30)));
}

static void place(struct rect b, enum pane focus, struct rect pane[PANE_COUNT])
{
    (void)focus;
    int left = b.w / 2, upper = upper_rows(b.h);
    pane[PANE_LABELS] = (struct rect){b.x, b.y, left, upper};
    pane[PANE_CURVES] = (struct rect){b.x + left, b.y, b.w - left, upper};
    pane[PANE_F1] = (struct rect){b.x, b.y + upper, left, b.h - upper};
    pane[PANE_CUTS] = (struct rect){b.x + left, b.y + upper, b.w - left, b.h - upper};
}

static const enum pane panes[] = {PANE_LABELS, PANE_CURVES, PANE_F1, PANE_CUTS};

const struct tab_ops tab_board = {"Board", SCOPE_BOARD, panes, 4, PANE_CUTS, place};
