/* Two cells a pair where there is room, else one; both lists scroll so that the cursor is in sight.
 */
#include "pane_grid.h"

#include <math.h>

#include "pane.h"

enum { HEADINGS = 2, NAME_LEAST = 8 };

static int column_of(const struct app_model *b, int class)
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

bool pane_grid_fits(const struct app_model *b, struct rect in)
{
    return in.w - PANE_ROW_FIXED - NAME_LEAST >= b->shown;
}

int pane_grid_height(const struct app_model *b)
{
    return HEADINGS + b->shown;
}

struct pane_grid pane_grid_of(const struct app_model *b, struct rect in)
{
    struct pane_grid g = {.rows = in.h - HEADINGS, .y = in.y + HEADINGS};
    int rest = in.w - PANE_ROW_FIXED;
    g.cell = rest - NAME_LEAST >= 2 * b->shown ? 2 : 1;
    g.name = rest - g.cell * b->shown;
    g.name = g.name < 0 ? 0 : pane_name_cells(b, g.name, 9);
    g.columns = (rest - g.name) / g.cell;
    g.columns = g.columns < b->shown ? g.columns : b->shown;
    g.rows = g.rows < b->shown ? g.rows : b->shown;
    g.first_row = scrolled(app_model_first_row(b, g.rows), app_model_row(b), g.rows, b->shown);
    g.first_column = scrolled(0, column_of(b, b->data.other), g.columns, b->shown);
    g.x = in.x + PANE_ROW_FIXED + g.name;
    return g;
}

int pane_grid_level(int n, int most)
{
    if (n == 0)
        return 0;
    int l = 1 + (int)(4 * log1p(n) / log1p(most));
    return l > 4 ? 4 : l;
}

static void draw_headings(const struct app_model *b, struct canvas *c, const struct pane_grid *g)
{
    for (int i = 0; i < g->columns; i++) {
        int class = b->order[g->first_column + i], x = g->x + i * g->cell;
        unsigned ink = class == b->data.other ? INK_FOCUS : INK_DIM;
        if (class >= 10)
            canvas_print(c, x, g->y - 2, ink, "%d", class / 10 % 10);
        canvas_print(c, x, g->y - 1, ink, "%d", class % 10);
    }
}

static void draw_pair(const struct app_model *b, struct canvas *c, const struct pane_grid *g, int x,
                      int y, struct pane_grid_pair pair, bool selected)
{
    const struct glyph_set *set = glyphs_set(b->glyphs);
    uint32_t code = pair.n ? set->shades[pair.level] : set->dot;
    for (int i = 0; i < g->cell; i++)
        canvas_put(c, x + i, y, pair.n ? pair.ink : INK_TRACK, i && !pair.n ? ' ' : code);
    if (selected)
        canvas_attr(c, (struct rect){x, y, g->cell, 1}, ATTR_REVERSE);
}

void pane_grid_draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused,
                    pane_grid_look *look, int most)
{
    struct pane_grid g = pane_grid_of(b, in);
    draw_headings(b, c, &g);
    for (int i = 0; i < g.rows && g.first_row + i < b->shown; i++) {
        int class = b->order[g.first_row + i];
        struct rect row = {in.x, g.y + i, in.w, 1};
        pane_row_begin(b, c, row, class, g.name);
        pane_row_end(b, c, row, class, focused);
        for (int j = 0; j < g.columns; j++) {
            int column = b->order[g.first_column + j];
            draw_pair(b, c, &g, g.x + j * g.cell, row.y, look(b, class, column, most),
                      class == b->selected && column == b->data.other);
        }
    }
}

struct pane_hit pane_grid_hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct pane_hit hit = pane_hit_none();
    struct pane_grid g = pane_grid_of(b, in);
    int row = y - g.y, column = (x - g.x) / g.cell;
    if (b->shown == 0 || row < 0 || row >= g.rows || g.first_row + row >= b->shown)
        return hit;
    hit.pair_row = g.first_row + row;
    if (x >= g.x && column < g.columns)
        hit.pair_column = g.first_column + column;
    return hit;
}
