/* Training curves: training loss (smoothed, its spread behind), validation loss, macro F1.
 *
 * The x axis counts epochs as far as the run has come; losses stand on the left axis, macro F1 on
 * the right. The legend names the newest values and shows each curve's mark, so that curves can be
 * told apart without colour. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "draw/axes.h"
#include "draw/number_format.h"
#include "draw/plot.h"
#include "pane/pane.h"

/* The run's history as columns of numbers, ready to plot. */
struct history {
    int epochs_n, steps_n;       /* validations, at epoch ends or not; steps */
    double *epoch, *val, *score; /* [epochs_n]; `epoch` with its fraction */
    double *at, *loss, *smooth;  /* [steps_n]; `at` in epochs */
    double *memory;
    bool epochs_known; /* x is in epochs; else in steps */
};

struct source {
    const struct epoch_row *points;
    const struct step_row *losses;
    const struct validation_row *inside; /* epochs */
    int points_n, losses_n, inside_n;
    double steps_per_epoch; /* 0: unknown */
};

static struct source source_of(const struct app_model *b)
{
    struct source s = {0};
    if (app_model_shows_own(b)) {
        s = (struct source){.points = b->snap.points,
                            .losses = b->snap.losses,
                            .inside = b->snap.validations,
                            .points_n = b->snap.points_n,
                            .losses_n = b->snap.losses_n,
                            .inside_n = b->snap.validations_n};
        if (b->snap.epochs > 0)
            s.steps_per_epoch = (double)b->snap.steps / b->snap.epochs;
    } else if (b->run && b->run->error.code == ERR_NONE) {
        s = (struct source){.points = b->run->epochs,
                            .losses = b->run->steps,
                            .inside = b->run->validations,
                            .points_n = b->run->epochs_n,
                            .losses_n = b->run->steps_n,
                            .inside_n = b->run->validations_n};
    }
    if (s.points_n > 0 && s.points[s.points_n - 1].epoch > 0 && s.points[s.points_n - 1].steps > 0)
        s.steps_per_epoch = (double)s.points[s.points_n - 1].steps / s.points[s.points_n - 1].epoch;
    return s;
}

/* Exponential average that is not drawn to zero at its start (Kingma and Ba 2015, section 3). */
static void smooth(const double *y, double *out, int n, double weight)
{
    double sum = 0, mass = 0;
    for (int i = 0; i < n; i++) {
        if (isfinite(y[i])) {
            sum = sum * weight + y[i] * (1 - weight);
            mass = mass * weight + (1 - weight);
        }
        out[i] = isfinite(y[i]) ? sum / mass : NAN;
    }
}

/* Epochs and the validations inside them, by step. */
static void merge_validations(struct history *h, const struct source *s)
{
    int inside_n = h->epochs_n - s->points_n;
    for (int i = 0, point = 0, inside = 0; i < h->epochs_n; i++) {
        const struct epoch_row *p = &s->points[point];
        const struct validation_row *v = &s->inside[inside];
        bool is_inside = inside < inside_n && (point == s->points_n || v->step < p->steps);
        h->epoch[i] = is_inside ? (double)v->step / s->steps_per_epoch : p->epoch;
        h->val[i] = is_inside ? v->val_loss : p->val_loss;
        h->score[i] = is_inside ? v->macro_f1 : p->macro_f1;
        inside += is_inside;
        point += !is_inside;
    }
}

static void history_init(struct history *h, const struct app_model *b)
{
    struct source s = source_of(b);
    h->epochs_known = s.steps_per_epoch > 0;
    h->epochs_n = s.points_n + (h->epochs_known ? s.inside_n : 0);
    h->steps_n = s.losses_n;
    h->memory = xcalloc((size_t)(h->epochs_n + s.losses_n) * 3 + 1, sizeof *h->memory);
    h->epoch = h->memory;
    h->val = h->epoch + h->epochs_n;
    h->score = h->val + h->epochs_n;
    h->at = h->score + h->epochs_n;
    h->loss = h->at + s.losses_n;
    h->smooth = h->loss + s.losses_n;
    merge_validations(h, &s);
    for (int i = 0; i < s.losses_n; i++) {
        h->at[i] = (double)s.losses[i].step / (h->epochs_known ? s.steps_per_epoch : 1);
        h->loss[i] = s.losses[i].loss;
    }
    smooth(h->loss, h->smooth, s.losses_n, app_model_smooth_weight(b));
}

static void title(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX], name[4 * RUN_NAME_MAX];
    if (app_model_run_name(b)[0])
        pane_title_cut(t, t->end - t->x, INK_DIM, app_model_run_shown(b, name));
    struct source s = source_of(b);
    if (s.losses_n == 0)
        return;
    if (app_model_smooth_weight(b) > 0)
        pane_title_add(t, INK_DIM, " smooth %s ",
                       number_format_tick(app_model_smooth_weight(b), text));
    if (b->log_loss)
        pane_title_add(t, INK_DIM, " log ");
    if (b->curve_zoom)
        pane_title_add(t, INK_DIM, " last 1/%d ", 1 << b->curve_zoom);
    if (b->curve_epoch)
        pane_title_add(t, INK_FOCUS, " at epoch %d ", b->curve_epoch);
}

static double last_of(const double *y, int n)
{
    while (n > 0 && !isfinite(y[n - 1]))
        n--;
    return n > 0 ? y[n - 1] : NAN;
}

/* At the cursor's epoch, else the last there is. */
static double shown_of(const struct app_model *b, const double *x, const double *y, int n)
{
    int at = n - 1;
    while (b->curve_epoch && at > 0 && x[at] > b->curve_epoch)
        at--;
    return b->curve_epoch && n ? y[at] : last_of(y, n);
}

static int legend_part(struct canvas *c, int x, int y, unsigned style, uint32_t mark,
                       const char *name, const char *value)
{
    canvas_put(c, x, y, style, mark);
    x += 2;
    x += canvas_text(c, x, y, style, name);
    x += 1 + canvas_text(c, x + 1, y, INK_TEXT, value);
    return x + 2;
}

static void draw_legend(const struct app_model *b, const struct history *h, struct canvas *c,
                        struct rect in)
{
    char text[NUMBER_FORMAT_MAX];
    const struct glyph_set *g = glyphs_set(b->glyphs);
    bool wide = in.w >= 50;
    int x = in.x;
    x = legend_part(c, x, in.y, INK_TRAIN, b->glyphs == GLYPHS_ASCII ? '.' : g->h,
                    wide ? "train loss" : "train",
                    number_format_loss(shown_of(b, h->at, h->smooth, h->steps_n), text));
    x = legend_part(c, x, in.y, INK_VAL, g->point_val, wide ? "val loss" : "val",
                    number_format_loss(shown_of(b, h->epoch, h->val, h->epochs_n), text));
    legend_part(
        c, x, in.y, INK_SCORE, g->point_score, wide ? "macro F1" : "mF1",
        number_format_fraction(shown_of(b, h->epoch, h->score, h->epochs_n), wide ? 4 : 3, text));
}

/* Axes and the area between them. */
struct frame {
    struct rect area;
    struct plot_axis x, loss, score;
    struct plot_ticks loss_ticks, score_ticks;
    bool has_score;
};

static struct frame frame_of(const struct app_model *b, const struct history *h, struct rect in)
{
    struct frame f = {.x = {0, 1, false}, .score = {0, 0.1, false}};
    struct plot_axis bounds = plot_no_bounds(b->log_loss);
    plot_widen(&bounds, h->smooth, h->steps_n);
    plot_widen(&bounds, h->val, h->epochs_n);
    f.loss = plot_axis_of(bounds);
    f.x.high = fmax(f.x.high, fmax(last_of(h->at, h->steps_n), last_of(h->epoch, h->epochs_n)));
    f.x.low = f.x.high - f.x.high / (1 << b->curve_zoom);
    for (int i = 0; i < h->epochs_n; i++)
        if (isfinite(h->score[i])) {
            f.score.high = fmax(f.score.high, h->score[i]);
            f.has_score = true;
        }
    f.score.high = fmin(f.score.high * 1.1, 1);
    int rows = in.h - 2, ticks = rows / 3 > 4 ? 5 : rows / 3 + 1;
    f.loss_ticks = plot_ticks(&f.loss, ticks);
    f.score_ticks = plot_ticks(&f.score, ticks);
    int left = axes_width(&f.loss_ticks) + 1;
    int right = f.has_score ? axes_width(&f.score_ticks) + 1 : 0;
    f.area = (struct rect){in.x + left, in.y + 1, in.w - left - right, rows};
    return f;
}

static void draw_axes(const struct app_model *b, const struct frame *f, struct canvas *c,
                      struct rect in)
{
    axes_left(c, &f->area, &f->loss, &f->loss_ticks, glyphs_set(b->glyphs));
    if (f->has_score)
        axes_right(c, &f->area, &f->score, &f->score_ticks, INK_SCORE);
    axes_epochs_below(c, &f->area, &f->x, in.x, in.x + in.w);
}

static void draw_marks(const struct history *h, const struct frame *f, const struct plot *p,
                       const struct glyph_set *g, struct canvas *c)
{
    int every = 1 + h->epochs_n * 3 / (f->area.w > 0 ? f->area.w : 1);
    for (int i = h->epochs_n - 1; i >= 0; i -= every) {
        plot_mark(p, c, &f->loss, h->epoch[i], h->val[i], INK_VAL, g->point_val);
        plot_mark(p, c, &f->score, h->epoch[i], h->score[i], INK_SCORE, g->point_score);
    }
}

static void draw_cursor(const struct app_model *b, const struct frame *f, struct canvas *c)
{
    double share = plot_place(&f->x, b->curve_epoch);
    if (b->curve_epoch == 0 || !(share >= 0 && share <= 1))
        return;
    int x = f->area.x + (int)lround(share * (f->area.w - 1));
    canvas_attr(c, (struct rect){x, f->area.y, 1, f->area.h}, ATTR_REVERSE);
}

static void draw_curves(const struct app_model *b, const struct history *h, const struct frame *f,
                        struct canvas *c)
{
    struct plot p;
    plot_begin(&p, f->area, b->glyphs, f->x);
    if (b->glyphs != GLYPHS_BLOCK) /* half cells are too coarse for a spread */
        plot_envelope(&p, &f->loss, h->at, h->loss, h->steps_n, INK_FAINT);
    plot_curve(&p, &f->loss, h->at, h->smooth, h->steps_n, INK_TRAIN, '.');
    plot_curve(&p, &f->loss, h->epoch, h->val, h->epochs_n, INK_VAL, '-');
    plot_curve(&p, &f->score, h->epoch, h->score, h->epochs_n, INK_SCORE, '=');
    plot_end(&p, c);
    draw_marks(h, f, &p, glyphs_set(b->glyphs), c);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    struct history h;
    if (pane_lacks(b, c, in, "No training stands behind it."))
        return;
    history_init(&h, b);
    if (h.epochs_n == 0 && h.steps_n == 0 && b->snap.phase == PHASE_FAILED) {
        pane_message(c, in, INK_ERROR, b->snap.error.text, "t tries again.");
    } else if (h.epochs_n == 0 && h.steps_n == 0) {
        pane_message(c, in, INK_DIM, app_model_at_work(b) ? "no steps yet" : "no run yet",
                     app_model_at_work(b) ? "The data is being made ready; see the status line."
                                          : "t starts a training.");
    } else if (in.h >= 4 && in.w >= 16) {
        struct frame f = frame_of(b, &h, in);
        draw_legend(b, &h, c, in);
        draw_axes(b, &f, c, in);
        draw_curves(b, &h, &f, c);
        draw_cursor(b, &f, c);
    }
    free(h.memory);
}

const struct pane_ops pane_curves_ops = {
    "Training curves", SCOPE_CURVES, LIST_NONE, title, NULL, draw, NULL};
