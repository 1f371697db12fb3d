/* Macro F1 of the compared runs over their epochs; the run under the cursor is drawn last. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "draw/axes.h"
#include "draw/plot.h"
#include "pane/pane.h"

static void title(const struct app_model *b, struct pane_title *t)
{
    char safe[RUN_NAME_MAX * 4];
    const struct runs_query_study *s = runs_view_study(&b->runs);
    for (int i = 0; s && i < s->n; i++) {
        text_safe(s->side[i].name, safe, sizeof safe);
        pane_title_add(t, runs_view_style(i), " %c %s ", runs_view_letter(i), safe);
    }
}

static double value_of(const struct app_model *b, const struct epoch_row *r)
{
    return b->runs.loss ? r->val_loss : r->macro_f1;
}

struct view {
    struct rect area;
    struct plot_axis x, y;
    struct plot_ticks ticks;
};

/* False when no run has an epoch. */
static bool view_of(const struct app_model *b, const struct runs_query_study *s, struct rect in,
                    struct view *v)
{
    struct plot_axis bounds = plot_no_bounds(b->runs.loss && b->log_loss);
    bool any = false;
    *v = (struct view){.x = {0, 1, false}};
    for (int i = 0; i < s->n; i++)
        for (int e = 0; e < s->side[i].epochs_n; e++) {
            double y = value_of(b, &s->side[i].epochs[e]);
            plot_widen(&bounds, &y, 1);
            v->x.high = fmax(v->x.high, s->side[i].epochs[e].epoch);
            any |= isfinite(y);
        }
    v->x.low = v->x.high > 1 ? 1 : 0;
    v->x.high = fmax(v->x.high, 2);
    v->y = plot_axis_of(bounds);
    v->ticks = plot_ticks(&v->y, in.h / 3 > 4 ? 5 : in.h / 3 + 1);
    int left = axes_width(&v->ticks) + 1;
    v->area = (struct rect){in.x + left, in.y, in.w - left, in.h - 1};
    return any;
}

static void draw_run(const struct app_model *b, const struct runs_query_side *side, int i,
                     const struct view *v, struct plot *p)
{
    double *xs = xcalloc((size_t)side->epochs_n * 2 + 1, sizeof *xs), *ys = xs + side->epochs_n;
    for (int e = 0; e < side->epochs_n; e++) {
        xs[e] = side->epochs[e].epoch;
        ys[e] = value_of(b, &side->epochs[e]);
    }
    plot_curve(p, &v->y, xs, ys, side->epochs_n, runs_view_style(i),
               (char)(runs_view_letter(i) - 'A' + 'a'));
    free(xs);
}

/* Its letter where each run ends. */
static void draw_letters(const struct app_model *b, const struct runs_query_study *s,
                         const struct view *v, const struct plot *p, struct canvas *c)
{
    for (int i = s->n - 1; i >= 0; i--) {
        const struct runs_query_side *side = &s->side[i];
        const struct epoch_row *last = side->epochs_n ? &side->epochs[side->epochs_n - 1] : NULL;
        if (last)
            plot_mark(p, c, &v->y, last->epoch, value_of(b, last), runs_view_style(i) | ATTR_BOLD,
                      (uint32_t)runs_view_letter(i));
    }
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    const struct runs_query_study *s = runs_view_study(&b->runs);
    struct view v;
    struct plot p;
    (void)focused;
    if (!s || !view_of(b, s, in, &v)) {
        pane_message(c, in, INK_DIM, s ? "no epoch was validated yet" : "no run", NULL);
        return;
    }
    if (v.area.h < 2 || v.area.w < 6)
        return;
    axes_left(c, &v.area, &v.y, &v.ticks, glyphs_set(b->glyphs));
    axes_epochs_below(c, &v.area, &v.x, in.x, in.x + in.w);
    plot_begin(&p, v.area, b->glyphs, v.x);
    for (int i = s->n - 1; i >= 0; i--)
        draw_run(b, &s->side[i], i, &v, &p);
    plot_end(&p, c);
    draw_letters(b, s, &v, &p, c);
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    if (runs_view_study(&b->runs))
        pane_title_add(t, INK_DIM, " %s by epoch ", b->runs.loss ? "validation loss" : "macro F1");
}

const struct pane_ops pane_run_curves_ops = {
    "Curves", SCOPE_RUN_CURVES, LIST_NONE, title, foot, draw, NULL};
