/* Axes beside a plot: their ticks as text. Pure. */
#ifndef TUI_AXES_H
#define TUI_AXES_H

#include "plot.h"

/* Cells of the longest tick. */
int axes_width(const struct plot_ticks *t);
/* The row of a value in `area`. */
int axes_row(const struct rect *area, const struct plot_axis *a, double value);
/* A line in the column before `area` with its ticks, their values before it. */
void axes_left(struct canvas *c, const struct rect *area, const struct plot_axis *a,
               const struct plot_ticks *t, const struct glyph_set *g);
/* Values a column behind `area`. */
void axes_right(struct canvas *c, const struct rect *area, const struct plot_axis *a,
                const struct plot_ticks *t, unsigned style);
/* Values in the row below `area`, as many as stand apart between the columns `from` and `end`. */
void axes_below(struct canvas *c, const struct rect *area, const struct plot_axis *a, int from,
                int end);
/* The same of epochs: whole ones, where there are any. */
void axes_epochs_below(struct canvas *c, const struct rect *area, const struct plot_axis *a,
                       int from, int end);

#endif
