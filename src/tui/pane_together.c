/* Which classes stand together: a cell for each pair, darker to brighter by the logarithm of its
 * samples; on the diagonal the class itself. Rows follow the list of classes, columns its order;
 * the cursor is the selected class and one other. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "figures.h"
#include "pane.h"
#include "pane_data.h"

enum { HEADINGS = 2, NAME_LEAST = 8 };

struct grid {
    int name, cell, columns; /* cells of a name and of a pair; pairs that fit */
    int first_row, first_column, rows;
    int x; /* of the first pair */
};

static int column_of(const struct board *b, int class)
{
    for (int i = 0; i < b->shown; i++)
        if (b->order[i] == class)
            return i;
    return 0;
}

static int scrolled(int first, int at, int shown, int count)
{
    first = at < first ? at : at >= first + shown ? at - shown + 1 : first;
    first = first > count - shown ? count - shown : first;
    return first > 0 ? first : 0;
}

static struct grid grid_of(const struct board *b, struct rect in)
{
    struct grid g = {.rows = in.h - HEADINGS};
    int rest = in.w - PANE_ROW_FIXED;
    g.cell = rest - NAME_LEAST >= 2 * b->shown ? 2 : 1;
    g.name = rest - g.cell * b->shown;
    g.name = g.name < 0 ? 0 : pane_name_cells(b, g.name, 9);
    g.columns = (rest - g.name) / g.cell;
    g.columns = g.columns < b->shown ? g.columns : b->shown;
    g.first_row = scrolled(board_first_row(b, g.rows), board_row(b), g.rows, b->shown);
    g.first_column = scrolled(0, column_of(b, b->data.other), g.columns, b->shown);
    g.x = in.x + PANE_ROW_FIXED + g.name;
    return g;
}

static int most_together(const struct board *b)
{
    int most = 1, k = b->data.samples->k;
    for (int i = 0; i < k; i++)
        for (int j = 0; j < i; j++)
            if (browse_together(&b->data, i, j) > most)
                most = browse_together(&b->data, i, j);
    return most;
}

/* 0: none, then 1 to 4. */
static int level(int n, int most)
{
    if (n == 0)
        return 0;
    int l = 1 + (int)(4 * log1p(n) / log1p(most));
    return l > 4 ? 4 : l;
}

static uint32_t shade(const struct glyph_set *g, int level)
{
    return g->shades[level];
}

static void draw_headings(const struct board *b, struct canvas *c, const struct grid *g, int y)
{
    for (int i = 0; i < g->columns; i++) {
        int class = b->order[g->first_column + i], x = g->x + i * g->cell;
        unsigned ink = class == b->data.other ? INK_FOCUS : INK_DIM;
        if (class >= 10)
            canvas_print(c, x, y, ink, "%d", class / 10 % 10);
        canvas_print(c, x, y + 1, ink, "%d", class % 10);
    }
}

static void draw_pair(const struct board *b, struct canvas *c, const struct grid *g, int x, int y,
                      int row, int column, int most)
{
    const struct glyph_set *set = glyphs_set(b->glyphs);
    int n = browse_together(&b->data, row, column);
    unsigned ink = row == column ? INK_DIM : INK_SCORE;
    uint32_t code = n ? shade(set, level(n, most)) : set->dot;
    for (int i = 0; i < g->cell; i++)
        canvas_put(c, x + i, y, n ? ink : INK_TRACK, i && !n ? ' ' : code);
    if (row == b->selected && column == b->data.other)
        canvas_attr(c, (struct rect){x, y, g->cell, 1}, ATTR_REVERSE);
}

static void draw(const struct board *b, struct canvas *c, struct rect in, bool focused)
{
    if (!pane_data_ready(b, c, in) || b->shown == 0)
        return;
    struct grid g = grid_of(b, in);
    int most = most_together(b);
    draw_headings(b, c, &g, in.y);
    for (int i = 0; i < g.rows && g.first_row + i < b->shown; i++) {
        int class = b->order[g.first_row + i];
        struct rect row = {in.x, in.y + HEADINGS + i, in.w, 1};
        pane_row_begin(b, c, row, class, g.name);
        pane_row_end(b, c, row, class, focused);
        for (int j = 0; j < g.columns; j++)
            draw_pair(b, c, &g, g.x + j * g.cell, row.y, class, b->order[g.first_column + j], most);
    }
}

static void foot(const struct board *b, struct pane_title *t)
{
    char name[48], other[48], text[128];
    const struct browse *d = &b->data;
    if (!browse_ready(d) || b->shown == 0)
        return;
    int n = browse_together(d, b->selected, d->other);
    int of = browse_together(d, b->selected, b->selected);
    pane_title_add(t, INK_SCORE, " %d", n);
    board_class_name(b, b->selected, name);
    board_class_name(b, d->other, other);
    if (b->selected == d->other)
        snprintf(text, sizeof text, "with %s", name);
    else
        snprintf(text, sizeof text, "%s with %s, %.0f%%", name, other, of ? 100.0 * n / of : 0.0);
    pane_title_cut(t, t->end - t->x, INK_DIM, text);
}

static void mouse(struct board *b, struct rect in, struct mouse m)
{
    if (m.kind != MOUSE_PRESS || !browse_ready(&b->data) || b->shown == 0)
        return;
    struct grid g = grid_of(b, in);
    int row = m.y - in.y - HEADINGS, column = (m.x - g.x) / g.cell;
    if (row < 0 || row >= g.rows || g.first_row + row >= b->shown)
        return;
    if (m.x >= g.x && column < g.columns)
        b->data.other = b->order[g.first_column + column];
    board_select_row(b, g.first_row + row);
}

const struct pane_ops pane_together_ops = {
    .name = "Co-occurrence", .scope = SCOPE_TOGETHER, .foot = foot, .draw = draw, .mouse = mouse};
