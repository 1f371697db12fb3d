/* Ticks at the rows and columns that the plot gives their values. */
#include "axes.h"

#include <math.h>

#include "base/text.h"
#include "number_format.h"

int axes_width(const struct plot_ticks *t)
{
    char text[NUMBER_FORMAT_MAX];
    int most = 0;
    for (int i = 0; i < t->n; i++) {
        int w = text_width(number_format_on_axis(t->at[i], t->step, text));
        most = w > most ? w : most;
    }
    return most;
}

int axes_row(const struct rect *area, const struct plot_axis *a, double value)
{
    return area->y + area->h - 1 - (int)lround(plot_place(a, value) * (area->h - 1));
}

void axes_left(struct canvas *c, const struct rect *area, const struct plot_axis *a,
               const struct plot_ticks *t, const struct glyph_set *g)
{
    char text[NUMBER_FORMAT_MAX];
    canvas_fill(c, (struct rect){area->x - 1, area->y, 1, area->h}, INK_BORDER, g->axis);
    for (int i = 0; i < t->n; i++) {
        int y = axes_row(area, a, t->at[i]);
        canvas_text_right(c, area->x - 1, y, INK_DIM,
                          number_format_on_axis(t->at[i], t->step, text));
        canvas_put(c, area->x - 1, y, INK_BORDER, g->tick);
    }
}

void axes_right(struct canvas *c, const struct rect *area, const struct plot_axis *a,
                const struct plot_ticks *t, unsigned style)
{
    char text[NUMBER_FORMAT_MAX];
    for (int i = 0; i < t->n; i++)
        canvas_text(c, area->x + area->w + 1, axes_row(area, a, t->at[i]), style,
                    number_format_on_axis(t->at[i], t->step, text));
}

/* Parts of an epoch only where there is no whole one. */
static struct plot_ticks whole_ticks(const struct plot_axis *a, int most)
{
    struct plot_ticks t = plot_ticks(a, most), whole = t;
    for (int n = most; whole.step < 1 && n > 2; n--)
        whole = plot_ticks(a, n - 1);
    return whole.step >= 1 && whole.n > 0 ? whole : t;
}

static void draw_below(struct canvas *c, const struct rect *area, const struct plot_axis *a,
                       const struct plot_ticks *t, int from, int end)
{
    char text[NUMBER_FORMAT_MAX];
    int y = area->y + area->h, last = from;
    for (int i = 0; i < t->n; i++) {
        int x = area->x + (int)lround(plot_place(a, t->at[i]) * (area->w - 1));
        int width = text_width(number_format_on_axis(t->at[i], t->step, text));
        if (x - width / 2 > last && x + width <= end)
            last = x - width / 2 + canvas_text(c, x - width / 2, y, INK_DIM, text);
    }
}

void axes_below(struct canvas *c, const struct rect *area, const struct plot_axis *a, int from,
                int end)
{
    struct plot_ticks t = plot_ticks(a, area->w / 6);
    draw_below(c, area, a, &t, from, end);
}

void axes_epochs_below(struct canvas *c, const struct rect *area, const struct plot_axis *a,
                       int from, int end)
{
    struct plot_ticks t = whole_ticks(a, area->w / 6);
    draw_below(c, area, a, &t, from, end);
}
