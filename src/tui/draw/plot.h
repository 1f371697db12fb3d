/* Curves on the canvas: dots at braille, half-block or whole-cell resolution.
 *
 * Axes map values to dots; NaN and infinity are gaps and never enter the bounds; on a logarithmic
 * axis so are values <= 0. Of many points in one column of dots the curve shows the mean, the
 * envelope the smallest and largest. Pure. */
#ifndef TUI_PLOT_H
#define TUI_PLOT_H

#include <stdbool.h>

#include "canvas.h"

struct plot_axis {
    double low, high; /* low < high */
    bool logarithmic;
};

enum { PLOT_TICKS = 8 };
struct plot_ticks {
    int n;
    double step; /* between ticks; 0 on a logarithmic axis */
    double at[PLOT_TICKS];
};

/* Bounds: begin with plot_no_bounds, widen by data, then make an axis of them (a margin is added
 * where they coincide; 0..1 when there was no data). */
struct plot_axis plot_no_bounds(bool logarithmic);
void plot_widen(struct plot_axis *a, const double *y, int n);
struct plot_axis plot_axis_of(struct plot_axis bounds);
/* At most `most` (2..PLOT_TICKS) round values (1, 2 or 5 times a power of ten) on the axis. */
struct plot_ticks plot_ticks(const struct plot_axis *a, int most);
/* Where on the axis, 0..1 from low to high; NaN where there is no place. */
double plot_place(const struct plot_axis *a, double value);

struct plot {
    struct rect area; /* cells */
    enum glyphs tier;
    int across, down;     /* dots per cell */
    struct plot_axis x;   /* shared by all curves */
    struct plot_dot *dot; /* [h][w] cells */
};

void plot_begin(struct plot *p, struct rect area, enum glyphs tier, struct plot_axis x);
/* The spread of the points behind a curve; under everything else. */
void plot_envelope(struct plot *p, const struct plot_axis *y, const double *xs, const double *ys,
                   int n, unsigned style);
/* `ascii`: the character of this curve in the ascii tier. */
void plot_curve(struct plot *p, const struct plot_axis *y, const double *xs, const double *ys,
                int n, unsigned style, char ascii);
/* Draw the dots, then free the plot. */
void plot_end(struct plot *p, struct canvas *c);
/* A mark in the cell of a point, after plot_end; nothing outside the area. */
void plot_mark(const struct plot *p, struct canvas *c, const struct plot_axis *y, double px,
               double py, unsigned style, uint32_t code);

#endif
