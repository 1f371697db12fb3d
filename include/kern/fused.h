/* What a kernel reads and what becomes of its result before it is stored, so that batch norm, ReLU
 * and residual sum need no passes over memory of their own. Coefficients are per channel, [c];
 * arrays of pixels [n,h,w,c]. */
#ifndef KERN_FUSED_H
#define KERN_FUSED_H

#include <stdbool.h>

/* x; with scale: relu(x*scale + shift), a normalised activation that was never stored; with dy:
 * x*scale + shift + dy*dy_scale, the gradient behind a batch norm whose input was x. */
struct fused_source {
    const float *x;
    const float *scale, *shift;
    const float *dy, *dy_scale;
};

/* Forward, in this order: y*scale + shift when scale is given, + skip, relu. Backward, with `cut`:
 * y + skip, then 0 where cut (or, with scale, cut*scale + shift) <= 0. `skip` may be y itself,
 * which is then added to. At last the sums of y and of y*factor (NULL: y*y) over the pixels of the
 * call: sums[2][c]. */
struct fused_finish {
    float *y;
    const float *scale, *shift; /* NULL: none */
    const float *skip;          /* NULL: none */
    bool relu;
    const float *cut; /* NULL: none */
    const float *factor;
    double *sums; /* NULL: nobody asks */
};

#endif
