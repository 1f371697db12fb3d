/* Rectangles from the terminal's size: tab line, the tab's panes (or one of them), status line,
 * hint line. */
#include "layout.h"

#include <string.h>

struct layout layout_make(int columns, int rows, layout_place *place, enum pane focus, bool zoomed)
{
    struct layout l = {.too_small = columns < LAYOUT_LEAST_COLUMNS || rows < LAYOUT_LEAST_ROWS};
    if (l.too_small)
        return l;
    l.tabs = (struct rect){0, 0, columns, 1};
    l.body = (struct rect){0, 1, columns, rows - 3};
    l.status = (struct rect){0, rows - 2, columns, 1};
    l.hint = (struct rect){0, rows - 1, columns, 1};
    l.single = !place || zoomed || columns < LAYOUT_COLUMNS || rows < LAYOUT_ROWS;
    if (!l.single)
        place(l.body, focus, l.pane);
    if (l.pane[focus].w == 0) {
        l.single = true;
        memset(l.pane, 0, sizeof l.pane);
        l.pane[focus] = l.body;
    }
    return l;
}

struct rect layout_middle(int columns, int rows, int w, int h)
{
    w = w < columns ? w : columns;
    h = h < rows ? h : rows;
    return (struct rect){(columns - w) / 2, (rows - h) / 2, w, h};
}
