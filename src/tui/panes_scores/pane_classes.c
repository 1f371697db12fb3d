/* Classes: every cut with its slider, F1 and what the best cut would gain. The set they belong to
 * stands in the title; in-sample and held-out macro F1 stand in the status line. */
#include <stdio.h>
#include <string.h>

#include "draw/number_format.h"
#include "draw/slider.h"
#include "pane/pane.h"
#include "pane/pane_cuts.h"

enum { SET_LEAST = 10 };

static void title(const struct app_model *b, struct pane_title *t)
{
    char set[CUTS_NAME_MAX + 8];
    const struct cuts *c = &b->cuts;
    if (b->k > 0)
        pane_title_add(t, INK_DIM, "%d  sort %s ", b->k, app_model_sort_name(b->sort));
    if (c->k == 0)
        return;
    snprintf(set, sizeof set, "set %s%s", c->name, cuts_differ_from_set(c) ? "*" : "");
    if (t->end - t->x >= SET_LEAST)
        pane_title_cut(t, t->end - t->x, cuts_differ_from_set(c) ? INK_WARN : INK_DIM, set);
    pane_title_add(t, INK_DIM, " val %d ", c->n);
}

static void foot_sign(struct pane_title *t, unsigned style, uint32_t sign, const char *word)
{
    canvas_put(t->canvas, t->x + 1, t->y, style, sign);
    t->x += 2;
    pane_title_add(t, INK_DIM, " %s ", word);
}

/* What the signs mean. */
static void foot(const struct app_model *b, struct pane_title *t)
{
    enum { SIGNS = sizeof "   now   best   both   lock " - 1 };
    const struct glyph_set *g = glyphs_set(b->glyphs);
    if (b->cuts.k == 0 || t->end - t->x < SIGNS)
        return;
    canvas_fill(t->canvas, (struct rect){t->x, t->y, SIGNS, 1}, INK_DIM, ' ');
    foot_sign(t, INK_KNOB, g->now, "now");
    foot_sign(t, INK_BEST, g->best, "best");
    foot_sign(t, INK_BEST | ATTR_BOLD, g->both, "both");
    foot_sign(t, INK_WARN, g->lock, "lock");
}

static void draw_heading(const struct pane_cuts_columns *w, struct canvas *c, struct rect row)
{
    canvas_text_right(c, row.x + 3, row.y, INK_DIM, "#");
    canvas_text(c, row.x + 4, row.y, INK_DIM, "class");
    canvas_text_right(c, row.x + w->cut, row.y, INK_DIM, "cut");
    canvas_text(c, row.x + w->slider, row.y, INK_DIM, "0");
    canvas_text(c, row.x + w->slider + slider_cell(0.5, w->cells), row.y, INK_DIM, ".5");
    canvas_text(c, row.x + w->slider + w->cells - 1, row.y, INK_DIM, "1");
    canvas_text_right(c, row.x + w->f1, row.y, INK_DIM, "F1");
    canvas_text_right(c, row.x + row.w - 1, row.y, INK_DIM, "gain");
}

static struct pane_cuts_columns columns_of(const struct app_model *b, struct rect in)
{
    return pane_cuts_columns(b, in.w, true, 5);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    if (b->cuts.k == 0) {
        pane_cuts_nothing(b, c, in);
        return;
    }
    struct pane_cuts_columns w = columns_of(b, in);
    draw_heading(&w, c, (struct rect){in.x, in.y, in.w, 1});
    pane_cuts_list(b, c, pane_rows(&pane_classes_ops, in), &w, focused);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    struct pane_cuts_columns w = columns_of(b, in);
    return pane_cuts_hit(b, pane_rows(&pane_classes_ops, in), &w, x, y);
}

const struct pane_ops pane_classes_ops = {
    "Classes", SCOPE_CLASSES | SCOPE_TUNED, LIST_HEADED, title, foot, draw, hit};
