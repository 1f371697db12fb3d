/* Winograd's minimal filtering for convolutions with stride 2 that halve an image, in two sizes:
 * here 3x3 with pad 1; in kern/stem.h 7x7 with pad 3.
 *
 * Of the lines of a 3x3/2 kernel, the outer two see the odd lines of the image and the middle one
 * the even lines. The outer two are F(4,2), five points for four outputs; the middle one multiplies
 * each of its four lines. So a dimension has 9 points in place of 12 taps, of which the last four
 * share one transformed filter, and a tile of 4x4 outputs takes 81 products in place of 144.
 *
 * Tiles are numbered row-major, image by image; those at the lower and right edge may reach beyond
 * it. Each point has a plane as in kern/winograd.h, filters (transformed by winograd_filters and
 * the like, with strided_filter) have one for each of 6x6 different ones. Channels come in
 * multiples of WINOGRAD_CHANNELS. Any thread, no state. */
#ifndef KERN_STRIDED_H
#define KERN_STRIDED_H

#include <stddef.h>

#include "kern/kern.h"
#include "kern/winograd.h"

enum { STRIDED_POINTS = 81, STRIDED_FILTERS = 36 };

/* Some tiles of one side of the convolution of images [h,w], which gives [(h+1)/2,(w+1)/2]. */
struct strided_tiles {
    int h, w; /* of the image, not halved */
    int c;    /* channels of this side */
    size_t first;
    int count;
    struct winograd_planes planes; /* the first tile has row 0 */
};

int strided_tiles_of_image(int h, int w);

/* Which plane of the filters a point multiplies with. */
int strided_filter_of(int point);

#endif
