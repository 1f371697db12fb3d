/* The cursor is a reversed cell, so that it is seen on every terminal. */
#include "input_line.h"

#include <stdio.h>

#include "base/text.h"

void input_line_draw(const struct prompt *p, bool cursor, struct canvas *c, struct rect r)
{
    char before[PROMPT_MAX], safe[PROMPT_MAX * 4];
    snprintf(before, sizeof before, "%.*s", p->cursor, p->text);
    int x = r.x + 1 + canvas_text(c, r.x + 1, r.y, INK_KEY, p->label);
    text_safe(before, safe, sizeof safe);
    int offset = text_width(safe) - (r.x + r.w - 2 - x);
    struct rect old = canvas_set_clip(c, (struct rect){x, r.y, r.x + r.w - x, 1});
    int start = x - (offset > 0 ? offset : 0);
    int at = start + canvas_text(c, start, r.y, INK_TEXT, safe);
    text_safe(p->text + p->cursor, safe, sizeof safe);
    canvas_text(c, at, r.y, INK_TEXT, safe);
    if (cursor)
        canvas_attr(c, (struct rect){at, r.y, 1, 1}, ATTR_REVERSE);
    canvas_set_clip(c, old);
}

static int widest(const struct prompt *p, int n)
{
    int w = 0;
    for (int i = 0; i < n; i++)
        w = text_width(p->offers[i]) > w ? text_width(p->offers[i]) : w;
    return w;
}

void input_line_offers(const struct prompt *p, struct canvas *c, struct rect r,
                       const struct glyph_set *g)
{
    int n = p->offers_n < PROMPT_OFFERS ? p->offers_n : PROMPT_OFFERS;
    int w = widest(p, n) + 4;
    if (n == 0 || r.y < n + 2)
        return;
    struct rect box = {r.x, r.y - n - 2, w < r.w ? w : r.w, n + 2};
    canvas_fill(c, box, INK_TEXT, ' ');
    canvas_box(c, box, INK_FOCUS, g);
    for (int i = 0; i < n; i++)
        canvas_text_cut(c, box.x + 2, box.y + 1 + i, box.w - 4, INK_TEXT, g, p->offers[i]);
    struct rect old = canvas_set_clip(c, box);
    if (p->offers_n > n)
        canvas_print(c, box.x + 2, box.y + n + 1, INK_DIM, " of %d ", p->offers_n);
    canvas_set_clip(c, old);
    canvas_paper(c, box, PAPER_DIALOG);
}
