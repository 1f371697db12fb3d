/* Panes are named once, in PANES (layout.h). */
#include "pane_table.h"

#include <stdio.h>

#include "base/text.h"

static const struct pane_ops *const panes[PANE_COUNT];

const struct pane_ops *pane_table_ops(enum pane pane)
{
    return panes[pane];
}

uint64_t pane_table_scopes_below(const struct app_model *b)
{
    return SCOPE_ANY | tabs_ops(b->tab)->scope | pane_table_ops(b->focus)->scope;
}

uint64_t pane_table_scopes(const struct app_model *b)
{
    return b->help ? SCOPE_HELP : pane_table_scopes_below(b);
}

static void draw_title(const struct app_model *b, const struct pane_ops *ops, struct canvas *c,
                       struct rect r, bool focused)
{
    struct pane_title t = {c, glyphs_set(b->glyphs), r.x + 2, r.y, r.x + r.w - 2};
    pane_title_add(&t, focused ? INK_FOCUS : INK_TEXT, " %s ", ops->name);
    if (ops->title)
        ops->title(b, &t);
}

/* In the lower edge of a list, at the right: which class of how many, and an active filter.
 * Returns the column where it begins. */
static int draw_place(const struct app_model *b, struct canvas *c, struct rect r, bool focused)
{
    char text[PROMPT_MAX + 64], filter[PROMPT_MAX];
    text_safe(b->filter, filter, sizeof filter);
    if (b->filter[0])
        snprintf(text, sizeof text, " /%s  %d of %d ", filter, b->shown, b->k);
    else
        snprintf(text, sizeof text, " %d/%d ", app_model_row(b) + 1, b->shown);
    int width = text_width(text);
    canvas_text_right(c, r.x + r.w - 2, r.y + r.h - 1,
                      b->filter[0] ? INK_WARN
                      : focused    ? INK_TEXT
                                   : INK_DIM,
                      text);
    return r.x + r.w - 2 - width;
}

void pane_table_draw(const struct app_model *b, enum pane pane, struct canvas *c, struct rect r)
{
    if (r.w < 4 || r.h < 3)
        return;
    const struct pane_ops *ops = pane_table_ops(pane);
    bool focused = b->focus == pane;
    struct rect old = canvas_set_clip(c, r);
    canvas_box(c, r, focused ? INK_FOCUS : INK_BORDER, glyphs_set(b->glyphs));
    draw_title(b, ops, c, r, focused);
    struct pane_title foot = {c, glyphs_set(b->glyphs), r.x + 2, r.y + r.h - 1, r.x + r.w - 2};
    bool filled = b->cuts.k > 0 || ops->scope & SCOPE_BARS; /* all others list scores */
    if (ops->list && b->k > 0 && filled)
        foot.end = draw_place(b, c, r, focused) - 1;
    if (ops->foot)
        ops->foot(b, &foot);
    canvas_set_clip(c, canvas_inside(r));
    ops->draw(b, c, canvas_inside(r), focused);
    canvas_set_clip(c, old);
}

static const struct pane_ops *const panes[PANE_COUNT] = {
#define PANE_ROW(id, name) [PANE_##id] = &pane_##name##_ops,
    PANES(PANE_ROW)
#undef PANE_ROW
};
