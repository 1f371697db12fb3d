/* Precision against recall of the selected class, with the point of the present cut, average
 * precision and the level of chance (the class's share). */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "draw/axes.h"
#include "draw/number_format.h"
#include "draw/plot.h"
#include "metric/curve.h"
#include "pane/pane.h"

struct steps {
    int n;
    double *recall, *precision; /* [n] evenly spread over recall */
    double ap;                  /* sum of precision x step in recall */
};

/* Precision of the cut that first finds so many positives, for each number up to `support`; free()
 * it. Ties are found together. */
static double *precisions(const struct app_model *b, int support)
{
    struct curve_point *points = xcalloc((size_t)b->cuts.n + 1, sizeof *points);
    double *at = xcalloc((size_t)support + 1, sizeof *at);
    int found = 0;
    for (int i = curve_class(b->cuts.table, b->selected, points) - 1; i >= 0; i--)
        while (found < (int)lround(points[i].recall * support))
            at[++found] = points[i].precision;
    free(points);
    return at;
}

/* In steps: between two recalls that can be had, the precision of the larger. */
static struct steps steps_of(const struct app_model *b, int n)
{
    int support = b->cuts.at[b->selected].support;
    struct steps v = {.n = n};
    double *at = precisions(b, support);
    v.recall = xcalloc((size_t)n + 1, 2 * sizeof *v.recall);
    v.precision = v.recall + n;
    for (int i = 0; i < n; i++) {
        v.recall[i] = (double)i / (n - 1);
        v.precision[i] = at[i > 0 ? (int)ceil(v.recall[i] * support - 1e-9) : 1];
    }
    for (int i = 1; i <= support; i++)
        v.ap += at[i] / support;
    free(at);
    return v;
}

static bool ready(const struct app_model *b)
{
    return b->selected < b->cuts.k && b->cuts.at[b->selected].support > 0;
}

static double chance(const struct app_model *b)
{
    const struct threshold_counts *at = &b->cuts.at[b->selected];
    return (double)at->support / at->n;
}

static void foot(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX];
    if (!ready(b))
        return;
    struct steps v = steps_of(b, 2);
    pane_title_add(t, INK_TEXT, " AP %s ", number_format_fraction(v.ap, 3, text));
    pane_title_add(t, INK_DIM, " chance %s ", number_format_fraction(chance(b), 4, text));
    free(v.recall);
}

static void draw_chance(const struct app_model *b, struct canvas *c, const struct rect *area,
                        const struct plot_axis *y)
{
    for (int i = 0; i < area->w; i += 2)
        canvas_put(c, area->x + i, axes_row(area, y, chance(b)), INK_DIM, glyphs_set(b->glyphs)->h);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    static const struct plot_axis unit = {0, 1, false};
    const struct glyph_set *g = glyphs_set(b->glyphs);
    struct rect area = {in.x + 4, in.y, in.w - 5, in.h - 1};
    if (!ready(b)) {
        pane_message(c, in, INK_DIM, b->cuts.k ? "no sample of this class here" : "no scores yet",
                     NULL);
        return;
    }
    if (area.w < 8 || area.h < 2)
        return;
    struct plot p;
    struct steps v = steps_of(b, area.w * 2);
    const struct threshold_counts *at = &b->cuts.at[b->selected];
    struct plot_ticks ticks = plot_ticks(&unit, area.h / 3 > 4 ? 6 : area.h / 3 + 1);
    axes_left(c, &area, &unit, &ticks, g);
    axes_below(c, &area, &unit, in.x, in.x + in.w);
    draw_chance(b, c, &area, &unit);
    plot_begin(&p, area, b->glyphs, unit);
    plot_curve(&p, &unit, v.recall, v.precision, v.n, INK_SCORE, '=');
    plot_end(&p, c);
    plot_mark(&p, c, &unit, at->recall, at->precision, INK_KNOB | ATTR_BOLD, g->now);
    free(v.recall);
}

const struct pane_ops pane_pr_curve_ops = {
    "Precision by recall", SCOPE_TUNED, LIST_NONE, NULL, foot, draw, NULL};
