/* Rectangles from the terminal's size: tab line, four panes (or one), status line, hint line.
 *
 * The lower panes hold one row per class, so on a tall terminal they grow until all 28 classes fit
 * before the upper panes get more than a third. */
#include "layout.h"

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

static void place_panes(struct layout *l)
{
    struct rect b = l->body;
    int left = b.w / 2, upper = upper_rows(b.h);
    l->pane[PANE_LABELS] = (struct rect){b.x, b.y, left, upper};
    l->pane[PANE_CURVES] = (struct rect){b.x + left, b.y, b.w - left, upper};
    l->pane[PANE_F1] = (struct rect){b.x, b.y + upper, left, b.h - upper};
    l->pane[PANE_CUTS] = (struct rect){b.x + left, b.y + upper, b.w - left, b.h - upper};
}

struct layout layout_board(int columns, int rows, enum pane focus, bool zoomed)
{
    struct layout l = {.too_small = columns < LAYOUT_LEAST_COLUMNS || rows < LAYOUT_LEAST_ROWS};
    if (l.too_small)
        return l;
    l.tabs = (struct rect){0, 0, columns, 1};
    l.body = (struct rect){0, 1, columns, rows - 3};
    l.status = (struct rect){0, rows - 2, columns, 1};
    l.hint = (struct rect){0, rows - 1, columns, 1};
    l.single = zoomed || columns < LAYOUT_COLUMNS || rows < LAYOUT_ROWS;
    if (l.single)
        l.pane[focus] = l.body;
    else
        place_panes(&l);
    return l;
}

struct rect layout_middle(int columns, int rows, int w, int h)
{
    w = least(w, columns);
    h = least(h, rows);
    return (struct rect){(columns - w) / 2, (rows - h) / 2, w, h};
}
