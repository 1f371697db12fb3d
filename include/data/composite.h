/* The planes of a sample as one picture in colour.
 *
 * Each stain lights its own colour (red, green, blue, yellow; others are white). Together they are
 * laid over each other like slides from several projectors, what spreads over two colours at half
 * strength, so that no stain drowns the others; one alone grows from black over its colour to
 * white, so that its shades stay apart where colours are few. Pure; any thread. */
#ifndef DATA_COMPOSITE_H
#define DATA_COMPOSITE_H

#include <stdint.h>

#include "data/index.h"

enum { COMPOSITE_ALL = (1 << INDEX_CHANNELS_MAX) - 1 };

struct composite_view {
    unsigned channels; /* a bit for each that is shown */
    double gain;       /* brightness: 1 as it is */
    double zoom;       /* 1: the whole image fits */
    double x, y;       /* what stands in the middle, 0..1 of the image */
};

struct composite_planes {
    int channels, width, height;
    const uint8_t *pixels[INDEX_CHANNELS_MAX]; /* [height, width] */
    const char *names[INDEX_CHANNELS_MAX];     /* of the stains */
};

/* Pixels of the picture for each pixel of the image; 1: full resolution. */
double composite_scale(const struct composite_planes *p, const struct composite_view *v, int width,
                       int height);
/* Where in the image the middles of the picture's `size` columns (or rows) lie, 0..1 of its
 * `length` pixels; -1: outside. `middle`: the view's x (or y). */
void composite_middles(int length, double scale, double middle, int size, double *at);
/* A picture that is smaller than the image averages; a larger one repeats pixels. What lies outside
 * of the image is black; the middle moves so far that no more of it shows than must. */
void composite_draw(const struct composite_planes *p, const struct composite_view *v, int width,
                    int height, uint8_t *rgb /* [height, width, 3] */);

#endif
