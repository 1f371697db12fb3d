/* What panes have in common: titles, the rows of a class list, messages where there is
 * nothing to draw yet. */
#include "pane.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { TITLE_LEAST = 5 }; /* cells of a shortened part: two letters and the ellipsis */

struct pane_hit pane_hit_none(void)
{
    return (struct pane_hit){.row = -1, .pair_row = -1, .pair_column = -1};
}

struct pane_hit pane_hit_row(int row)
{
    struct pane_hit hit = pane_hit_none();
    hit.row = row;
    return hit;
}

struct rect pane_rows(const struct pane_ops *ops, struct rect in)
{
    int headings = ops->list == LIST_HEADED;
    return (struct rect){in.x, in.y + headings, in.w, in.h - headings};
}

void pane_title_add(struct pane_title *t, unsigned style, const char *format, ...)
{
    char text[128];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (t->x + text_width(text) > t->end) {
        t->end = t->x; /* nothing after a part that was dropped */
        return;
    }
    t->x += canvas_text(t->canvas, t->x, t->y, style, text);
}

void pane_title_cut(struct pane_title *t, int cells, unsigned style, const char *text)
{
    int room = t->end - t->x, whole = text_width(text) + 2;
    cells = cells < room ? cells : room;
    if (cells < whole && cells < TITLE_LEAST)
        return;
    canvas_put(t->canvas, t->x, t->y, style, ' ');
    int used = 1 + canvas_text_cut(t->canvas, t->x + 1, t->y, cells - 2, style, t->glyphs, text);
    canvas_put(t->canvas, t->x + used, t->y, style, ' ');
    t->x += used + 1;
}

int pane_name_cells(const struct app_model *b, int rest, int parts_of_9)
{
    char name[48];
    int longest = sizeof "class" - 1; /* the word above the names */
    int share = (rest * parts_of_9 + 5) / 9;
    for (int i = 0; i < b->k; i++) {
        int width = text_width(app_model_class_name(b, i, name));
        longest = width > longest ? width : longest;
    }
    int cells = share > longest ? longest : share;
    return cells > 0 ? cells : 0;
}

int pane_row_begin(const struct app_model *b, struct canvas *c, struct rect row, int class,
                   int name_cells)
{
    char name[48];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    bool selected = class == b->selected;
    if (selected)
        canvas_put(c, row.x, row.y, INK_FOCUS, g->mark);
    canvas_print(c, row.x + 1, row.y, INK_DIM, "%2d", class);
    canvas_text_cut(c, row.x + 4, row.y, name_cells, selected ? INK_FOCUS : INK_TEXT, g,
                    app_model_class_name(b, class, name));
    return row.x + PANE_ROW_FIXED + name_cells;
}

void pane_row_end(const struct app_model *b, struct canvas *c, struct rect row, int class,
                  bool focused)
{
    if (class == b->selected)
        canvas_paper(c, row, focused ? PAPER_CURSOR : PAPER_ROW);
}

/* Bytes of the next line: as many whole words as fit, or a cut word. */
static size_t line_bytes(const char *text, int cells)
{
    const char *at = text, *word = text;
    int used = 0;
    while (*at) {
        const char *next = at;
        int width = text_char_width(text_next(&next));
        if (used + width > cells)
            return (size_t)((word > text ? word : at) - text);
        used += width;
        if (*at == ' ')
            word = next;
        at = next;
    }
    return (size_t)(at - text);
}

/* Draws (when `c`) wrapped lines, each in the middle of r when `centred`; returns their number. */
static int wrap(struct canvas *c, struct rect r, int y, unsigned style, const char *text,
                bool centred)
{
    char line[1024];
    int rows = 0;
    for (; *text && r.w > 1; rows++) {
        size_t n = line_bytes(text, r.w);
        if (n == 0)
            break;
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        int x = centred ? (r.w - text_width(line)) / 2 : 0;
        if (c && y + rows < r.y + r.h)
            canvas_text(c, r.x + x, y + rows, style, line);
        text += n;
        text += strspn(text, " "); /* where the line was just full */
    }
    return rows;
}

int pane_wrap(struct canvas *c, struct rect r, int y, unsigned style, const char *text)
{
    return wrap(c, r, y, style, text, false);
}

void pane_message(struct canvas *c, struct rect in, enum ink ink, const char *first,
                  const char *second)
{
    struct rect r = {in.x + 2, in.y, in.w - 4, in.h};
    int above = wrap(NULL, r, 0, 0, first, true);
    int below = second ? wrap(NULL, r, 0, 0, second, true) : 0;
    int gap = second && above + below < in.h;
    int y = in.y + (in.h - above - below - gap) / 2;
    if (y < in.y)
        y = in.y;
    wrap(c, r, y, ink, first, true);
    if (second)
        wrap(c, r, y + above + gap, INK_DIM, second, true);
}

bool pane_lacks(const struct app_model *b, struct canvas *c, struct rect in, const char *lacking)
{
    if (b->table[0])
        pane_message(c, in, INK_DIM, "a table of scores", lacking);
    return b->table[0] != '\0';
}
