/* Winograd's minimal filtering F(4x4,3x3) for 3x3 convolutions, stride 1, pad 1 (Winograd 1980;
 * Lavin, Gray 2016, arXiv:1509.09308): 36 products of matrices in place of 9 taps times 16 pixels.
 *
 * An image is cut into tiles of 4x4 outputs, row-major, image by image; tiles at the lower and
 * right edge may reach beyond it. Each of the 36 points of the transformed domain has a plane, a
 * matrix with a row per tile (activations) or input channel (filters) and a column per channel: y =
 * A^T [ (G w G^T) . (B^T x B) ] A,   dw = G^T [ (B^T x B)^T . (A dy A^T) ] G where . multiplies the
 * matrices of each point. The data gradient is the convolution of dy with turned filters. Channels
 * come in multiples of WINOGRAD_CHANNELS. Any thread, no state. */
#ifndef KERN_WINOGRAD_H
#define KERN_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>

#include "kern/fused.h"
#include "kern/kern.h"

enum { WINOGRAD_POINTS = 36, WINOGRAD_CHANNELS = 32, WINOGRAD_DEPTH = 64 };

/* Where a matrix of the transformed domain lies: element (row, channel) of point p at
 * p*plane + row*row_step + channel/wide*panel + channel%wide, wide = 2^log2_wide. */
struct winograd_planes {
    size_t plane, row_step, panel;
    int log2_wide;
};

/* Row-major, as the left side of a product; in panels of 32 columns, as its right side; in panels
 * of WINOGRAD_DEPTH, as a left side that is read a panel at a time. The distance of planes avoids
 * powers of two, which would meet in one set of the cache. */
struct winograd_planes winograd_rows(int rows, int channels);
struct winograd_planes winograd_panels(int rows, int channels);
struct winograd_planes winograd_deep_panels(int rows, int channels);

/* Some tiles of a batch of images [h,w,c], in some of the channels. */
struct winograd_tiles {
    int h, w, c;
    size_t first; /* tile of the batch */
    int count;
    int channel, channels;         /* the first, how many: multiples of WINOGRAD_CHANNELS */
    struct winograd_planes planes; /* the first tile has row 0, the first channel column 0 */
};

int winograd_tiles_of_image(int h, int w);

/* Part of a matrix of filters: input channels are rows and output channels columns, or the other
 * way round where they are turned. */
struct winograd_part {
    int row, rows, column, columns; /* columns: multiples of WINOGRAD_CHANNELS */
};

/* The transform of one row of filters and back: of struct kern, winograd_* or strided_*. */
typedef void winograd_filter_fn(const float *w, ptrdiff_t tap, int k,
                                const struct winograd_planes *p, float *u);
typedef void winograd_gather_fn(const float *du, const struct winograd_planes *p, int k,
                                ptrdiff_t tap, float *dw);

/* u = G w G^T of a part, from weights w[3,3,c,k]; u begins with the part's first row and column. */
void winograd_filters(winograd_filter_fn *transform, const float *w, int c, int k,
                      const struct winograd_part *part, const struct winograd_planes *p, float *u);

/* The same with filters turned by half a circle and channels exchanged: k rows, c columns. */
void winograd_filters_turned(winograd_filter_fn *transform, const float *w, int c, int k,
                             const struct winograd_part *part, const struct winograd_planes *p,
                             float *u);

/* The part of dw[3,3,c,k] = G^T du G; du begins with the part's first row and column. */
void winograd_filter_gradient(winograd_gather_fn *transform, const float *du,
                              const struct winograd_planes *p, int c, int k,
                              const struct winograd_part *part, float *dw);

#endif
