/* One more quantity over the epochs of the run shown: learning rate, images per second, gradient
 * norm, wait for data. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "draw/axes.h"
#include "draw/number_format.h"
#include "draw/plot.h"
#include "pane/pane.h"

static const char *const names[QUANTITY_COUNT] = {"learning rate", "images/s", "gradient norm",
                                                  "data wait %"};

static double value_of(enum train_quantity q, const struct epoch_row *r)
{
    switch (q) {
    case QUANTITY_SPEED:
        return r->images_per_second;
    case QUANTITY_GRADIENT:
        return r->grad_norm;
    case QUANTITY_WAIT:
        return r->data_wait_percent;
    case QUANTITY_RATE:
    case QUANTITY_COUNT:
        break;
    }
    return r->lr;
}

static void title(const struct app_model *b, struct pane_title *t)
{
    char text[NUMBER_FORMAT_MAX];
    int n;
    const struct epoch_row *rows = app_model_epochs(b, &n);
    pane_title_add(t, INK_DIM, " %s ", names[b->train.quantity]);
    if (n)
        pane_title_add(t, INK_TEXT, " %s ",
                       number_format_loss(value_of(b->train.quantity, &rows[n - 1]), text));
}

static void draw_curve(const struct app_model *b, struct canvas *c, struct rect in,
                       const double *xs, const double *ys, int n)
{
    struct plot_axis bounds = plot_no_bounds(false);
    plot_widen(&bounds, ys, n);
    struct plot_axis y = plot_axis_of(bounds), x = {0, fmax(xs[n - 1], 2), false};
    struct plot_ticks ticks = plot_ticks(&y, in.h / 3 > 3 ? 4 : 2);
    int left = axes_width(&ticks) + 1;
    struct rect area = {in.x + left, in.y, in.w - left, in.h - 1};
    struct plot p;
    if (area.w < 4 || area.h < 1)
        return;
    axes_left(c, &area, &y, &ticks, glyphs_set(b->glyphs));
    axes_epochs_below(c, &area, &x, in.x, in.x + in.w);
    plot_begin(&p, area, b->glyphs, x);
    plot_curve(&p, &y, xs, ys, n, INK_VAL, '*');
    plot_end(&p, c);
    plot_mark(&p, c, &y, xs[n - 1], ys[n - 1], INK_VAL, glyphs_set(b->glyphs)->point_val);
}

static void draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused)
{
    (void)focused;
    int n;
    const struct epoch_row *rows = app_model_epochs(b, &n);
    if (n == 0) {
        pane_message(c, in, INK_DIM, "no epoch yet", NULL);
        return;
    }
    double *xs = xcalloc((size_t)n * 2, sizeof *xs), *ys = xs + n;
    for (int i = 0; i < n; i++) {
        xs[i] = rows[i].epoch;
        ys[i] = value_of(b->train.quantity, &rows[i]);
    }
    draw_curve(b, c, in, xs, ys, n);
    free(xs);
}

const struct pane_ops pane_rates_ops = {"Rates", SCOPE_RATES, LIST_NONE, title, NULL, draw, NULL};
