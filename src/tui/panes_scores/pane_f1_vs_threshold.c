/* F1 of the selected class over its cut, with precision and recall where there is room. Below: the
 * best cuts of the folds (1-5) and 90% of the bootstraps' on the same axis, what the cut gives in
 * counts, and the share it predicts beside that of the training part. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "draw/axes.h"
#include "draw/number_format.h"
#include "draw/plot.h"
#include "draw/slider.h"
#include "pane/pane.h"
#include "pane/score_axis.h"

enum {
    LINES = 3,        /* of text */
    FRAME = 2,        /* of the title, at each side together */
    ALL_COLUMNS = 40, /* from here on with precision and recall */
    TICKS_ROWS = 13   /* ... with the values of the axis */
};
enum { FEW = 5 };               /* with fewer positives even a narrow interval says nothing */
static const double WIDE = 0.2; /* an interval from here on says: few samples decide this cut */

static const struct held_out_estimate *spread_of(const struct app_model *b)
{
    const struct held_out_estimate *t = tune_view_estimates(&b->tune, b->scores_taken);
    return t && t->spread && b->selected < t->k ? t : NULL;
}

static bool ready(const struct app_model *b)
{
    return b->selected < b->cuts.k && b->cuts.at[b->selected].support > 0;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    const struct glyph_set *g = glyphs_set(b->glyphs);
    char span[8] = "";
    if (!ready(b) || !spread_of(b))
        return;
    span[text_encode(g->span, span)] = '\0';
    pane_title_add(t, INK_DIM, " folds 1-5 ");
    pane_title_add(t, INK_DIM, " 90%% [%s%s] ", span, span);
}

/* The letters of the curves, when there are several. */
static void foot(const struct app_model *b, struct pane_title *t)
{
    if (!ready(b) || t->end - t->x < ALL_COLUMNS)
        return;
    pane_title_add(t, INK_SCORE, " F1 ");
    pane_title_add(t, INK_TRAIN, " P precision ");
    pane_title_add(t, INK_VAL, " R recall ");
}

/* Curves over as many cuts as there are dots across. */
struct curves {
    int n;
    double *cut, *f1, *precision, *recall; /* [n] */
};

static struct curves curves_of(const struct app_model *b, int n)
{
    struct curves v = {.n = n};
    v.cut = xcalloc((size_t)n, 4 * sizeof *v.cut);
    v.f1 = v.cut + n;
    v.precision = v.f1 + n;
    v.recall = v.precision + n;
    for (int i = 0; i < n; i++) {
        v.cut[i] = (double)i / (n - 1);
        struct threshold_counts at = threshold_at(b->cuts.table, b->selected, v.cut[i]);
        v.f1[i] = at.f1;
        v.precision[i] = at.tp + at.fp > 0 ? at.precision : NAN;
        v.recall[i] = at.recall;
    }
    return v;
}

/* A letter on a curve that another ink alone would tell apart. */
static void draw_letter(struct canvas *c, const struct rect *area, const struct plot_axis *y,
                        const struct curves *v, const double *ys, double at, unsigned style,
                        char letter)
{
    int i = (int)(at * (v->n - 1));
    if (isfinite(ys[i]))
        canvas_put(c, area->x + slider_cell(v->cut[i], area->w), axes_row(area, y, ys[i]), style,
                   (uint32_t)letter);
}

static void draw_mark(struct canvas *c, const struct rect *area, const struct plot_axis *y,
                      double cut, double f1, unsigned style, uint32_t code)
{
    canvas_put(c, area->x + slider_cell(cut, area->w), axes_row(area, y, f1), style, code);
}

static void draw_marks(const struct app_model *b, struct canvas *c, const struct rect *area,
                       const struct plot_axis *y)
{
    const struct cuts *cuts = &b->cuts;
    const struct glyph_set *g = glyphs_set(b->glyphs);
    double now = cuts->now[b->selected], best = cuts->best[b->selected];
    bool both = slider_cell(now, area->w) == slider_cell(best, area->w);
    draw_mark(c, area, y, best, cuts->best_f1[b->selected], INK_BEST | ATTR_BOLD,
              both ? g->both : g->point_score);
    if (!both)
        draw_mark(c, area, y, now, cuts->at[b->selected].f1, INK_KNOB | ATTR_BOLD, g->now);
}

static void draw_plot(const struct app_model *b, struct canvas *c, struct rect area)
{
    static const struct plot_axis x = {0, 1, false};
    struct plot p;
    bool all = area.w + SCORE_AXIS_LEFT >= ALL_COLUMNS + FRAME;
    double high = all ? 1 : fmin(fmax(b->cuts.best_f1[b->selected] * 1.1, 0.1), 1);
    struct plot_axis y = {0, high, false};
    struct plot_ticks ticks = plot_ticks(&y, area.h / 3 > 4 ? 5 : area.h / 3 + 1);
    struct curves v = curves_of(b, area.w * 2);
    axes_left(c, &area, &y, &ticks, glyphs_set(b->glyphs));
    score_axis_guide(b, c, area);
    plot_begin(&p, area, b->glyphs, x);
    if (all) {
        plot_curve(&p, &y, v.cut, v.precision, v.n, INK_TRAIN, 'p');
        plot_curve(&p, &y, v.cut, v.recall, v.n, INK_VAL, 'r');
    }
    plot_curve(&p, &y, v.cut, v.f1, v.n, INK_SCORE, '=');
    plot_end(&p, c);
    if (all) {
        draw_letter(c, &area, &y, &v, v.recall, 0.1, INK_VAL | ATTR_BOLD, 'R');
        draw_letter(c, &area, &y, &v, v.precision, 0.7, INK_TRAIN | ATTR_BOLD, 'P');
    }
    draw_marks(b, c, &area, &y);
    free(v.cut);
}

/* The interval and, on it, the folds' optima by their numbers. */
static void draw_spread(const struct app_model *b, const struct held_out_estimate *t,
                        struct canvas *c, struct rect area, int y)
{
    const struct glyph_set *g = glyphs_set(b->glyphs);
    canvas_fill(c, (struct rect){area.x, y, area.w, 1}, INK_TRACK, g->dot);
    int class = b->selected;
    if (!t || !isfinite(t->low[class]))
        return;
    int low = slider_cell(t->low[class], area.w), high = slider_cell(t->high[class], area.w);
    canvas_fill(c, (struct rect){area.x + low, y, high - low + 1, 1}, INK_BEST, g->span);
    canvas_put(c, area.x + low, y, INK_BEST, '[');
    canvas_put(c, area.x + high, y, INK_BEST, ']');
    for (int f = 0; f < HELD_OUT_ESTIMATE_FOLDS; f++)
        if (isfinite(t->fold[class][f]))
            canvas_put(c, area.x + slider_cell(t->fold[class][f], area.w), y, INK_TEXT,
                       (uint32_t)('1' + f));
}

/* "word value" when both fit; returns the column behind. */
static int put(struct canvas *c, struct rect row, int x, const char *word, unsigned style,
               const char *value)
{
    int width = text_width(word) + 1 + text_width(value);
    if (x + width > row.x + row.w)
        return row.x + row.w;
    x += 1 + canvas_text(c, x, row.y, INK_DIM, word);
    return x + canvas_text(c, x, row.y, style, value) + 1;
}

static void draw_cuts(const struct app_model *b, const struct held_out_estimate *t,
                      struct canvas *c, struct rect row)
{
    char text[NUMBER_FORMAT_MAX], more[NUMBER_FORMAT_MAX];
    int class = b->selected, x = row.x;
    x = put(c, row, x, "cut", INK_KNOB, number_format_share(b->cuts.now[class], text));
    x = put(c, row, x, "best", INK_BEST, number_format_share(b->cuts.best[class], text));
    if (!t || !isfinite(t->low[class])) {
        const struct held_out_estimate *late = b->tune.estimates;
        canvas_text(c, x, row.y, INK_DIM,
                    late && late->error.code != ERR_NONE ? "no estimate" : "estimating");
        return;
    }
    x += 1 + canvas_print(c, x, row.y, INK_BEST, "[%s %s]",
                          number_format_fraction(t->low[class], 2, text),
                          number_format_fraction(t->high[class], 2, more));
    bool few = b->cuts.at[class].support < FEW;
    bool wide = t->high[class] - t->low[class] >= WIDE;
    canvas_text(c, x, row.y, few || wide ? INK_WARN : INK_GOOD,
                few    ? "few"
                : wide ? "wide"
                       : "narrow");
}

static void draw_counts(const struct app_model *b, struct canvas *c, struct rect row)
{
    char text[NUMBER_FORMAT_MAX];
    const struct threshold_counts *at = &b->cuts.at[b->selected];
    int x = row.x;
    x = put(c, row, x, "TP", INK_TEXT, number_format_count(at->tp, text));
    x = put(c, row, x, "FP", INK_TEXT, number_format_count(at->fp, text));
    x = put(c, row, x, "FN", INK_TEXT, number_format_count(at->fn, text)) + 1;
    x = put(c, row, x, "P", INK_TEXT, number_format_fraction(at->precision, 2, text));
    x = put(c, row, x, "R", INK_TEXT, number_format_fraction(at->recall, 2, text));
    put(c, row, x, "F1", INK_SCORE, number_format_fraction(at->f1, 3, text));
}

static double training_share(const struct app_model *b)
{
    const struct run_query_labels *l = b->labels;
    int class = b->selected;
    if (!l || l->error.code != ERR_NONE || class >= l->k)
        return NAN;
    return l->train_samples > 0 ? (double)l->train[class] / l->train_samples
           : l->samples > 0     ? (double)l->count[class] / l->samples
                                : NAN;
}

static void draw_shares(const struct app_model *b, struct canvas *c, struct rect row)
{
    char text[NUMBER_FORMAT_MAX];
    const struct threshold_counts *at = &b->cuts.at[b->selected];
    double predicted = at->n > 0 ? (double)(at->tp + at->fp) / at->n : NAN;
    int x =
        put(c, row, row.x, "predicted", INK_TEXT, number_format_fraction(predicted, 4, text)) + 1;
    bool split = b->labels && b->labels->train_samples > 0;
    x = put(c, row, x, split ? "train" : "all", INK_TEXT,
            number_format_fraction(training_share(b), 4, text)) +
        1;
    put(c, row, x, "val", INK_TEXT,
        number_format_fraction(at->n > 0 ? (double)at->support / at->n : NAN, 4, text));
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    if (b->selected >= b->cuts.k) {
        pane_message(c, in, INK_DIM, "no scores yet", NULL);
        return;
    }
    if (!ready(b)) {
        pane_message(c, in, INK_DIM, "no sample of this class here",
                     "F1 is 0 at any cut; the neutral cut is .5.");
        return;
    }
    static const struct plot_axis x = {0, 1, false};
    const struct held_out_estimate *t = spread_of(b);
    int ticks = in.h >= TICKS_ROWS;
    struct rect area = score_axis_area(in, LINES + 1 + ticks);
    if (area.w < 4 || area.h < 1)
        return;
    draw_plot(b, c, area);
    if (ticks)
        axes_below(c, &area, &x, in.x, in.x + in.w);
    struct rect row = {in.x, area.y + area.h + ticks, in.w, 1};
    draw_spread(b, t, c, area, row.y++);
    draw_cuts(b, t, c, row);
    row.y++;
    draw_counts(b, c, row);
    row.y++;
    draw_shares(b, c, row);
}

static struct pane_hit hit(const struct app_model *b, struct rect in, int x, int y)
{
    (void)b;
    return score_axis_hit(score_axis_area(in, LINES), x, y);
}

const struct pane_ops pane_f1_vs_threshold_ops = {"F1 by cut", SCOPE_TUNED, LIST_NONE, title,
                                                  foot,        draw,        hit};
