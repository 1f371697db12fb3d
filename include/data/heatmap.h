/* A coarse map of numbers laid over a picture of an image: where is there how much of something?
 *
 * Each number stands for its part of the image, with all between them by bilinear interpolation.
 * The picture loses its colours, which are those of stains, and keeps its shades; the map glows
 * over it from violet over red and orange to yellow, the brighter the more. Pure; any thread. */
#ifndef DATA_HEATMAP_H
#define DATA_HEATMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "data/composite.h"

struct heatmap {
    int h, w, step;      /* of [row, column] the number is values[(row w + column) step] */
    const float *values; /* 0 and more */
};

/* How much there is in each pixel of the picture: parts of the map's most, 0..1; all 0 when that is
 * 0; -1 outside of the image. */
void heatmap_levels(const struct heatmap *map, const struct composite_planes *p,
                    const struct composite_view *v, int width, int height,
                    float *levels /* [height, width] */);
/* Over what composite_draw drew with the same planes and view. `line`: one runs where half of the
 * most is reached, in white. */
void heatmap_paint(const float *levels, int width, int height, bool line,
                   uint8_t *rgb /* [height, width, 3] */);

#endif
