/* Patches of images as rows of a matrix, so that convolution becomes a product.
 *
 * A convolution has one row per output position of the whole batch (image by image, row-major) and
 * one group of `c` columns per tap of its kernel (row-major). A call handles some rows and some
 * taps. Any thread. */
#ifndef KERN_IM2COL_H
#define KERN_IM2COL_H

#include <stddef.h>

#include "kern/kern.h"

struct im2col {
    int h, w, c;      /* of one input image, NHWC */
    int out_h, out_w; /* of one output image */
    int kernel;       /* taps per side */
    int stride, pad;  /* zeros around the input */
};

struct im2col_part {
    size_t first; /* first row */
    int rows;
    int tap, taps; /* first tap, how many */
};

/* (size + 2 pad - kernel) / stride + 1, rounded down. */
int im2col_out(int size, int kernel, int stride, int pad);

/* col[rows, taps*c] from x[n,h,w,c]. */
void im2col_pack(const struct im2col *g, const struct im2col_part *part, const float *x,
                 float *col);

/* The transpose: adds col[rows, taps*c] to dx[n,h,w,c]. Writes only to the images that the rows
 * belong to. */
void im2col_add(const struct im2col *g, const struct im2col_part *part, const struct kern *kern,
                const float *col, float *dx);

#endif
