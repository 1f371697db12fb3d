/* Vector kernels: one table of functions for each CPU tier.
 *
 * Every tier does the same operations in the same order on each element (lanes are channels, sums
 * run over rows), so all tiers give the same bits; faster ones only do more lanes at once. Only
 * gemm_block and winograd_* may fuse multiply and add where the tier can: they agree within
 * rounding. Matrices are row-major [rows,c] without padding. Any thread, no state. */
#ifndef KERN_KERN_H
#define KERN_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct gemm_block;     /* kern/gemm_block.h */
struct winograd_tiles; /* kern/winograd.h */
struct winograd_planes;
struct strided_tiles; /* kern/strided.h */
struct fused_source;  /* kern/fused.h */
struct fused_finish;

struct kern {
    const char *name; /* "scalar", "vector", "avx2", "avx512" */

    /* y += x */
    void (*add)(float *y, const float *x, size_t count);

    /* sum[c] = sum over rows of x, square[c] = sum over rows of x*x. */
    void (*norm_sums)(const float *x, size_t rows, int c, double *sum, double *square);

    /* y = x*scale + shift (+ skip when not NULL), then max(0, .) when relu. NaN stays NaN.
     * y may be x. */
    void (*norm_apply)(const float *x, const float *skip, size_t rows, int c, const float *scale,
                       const float *shift, bool relu, float *y);

    /* With y (may be NULL): dy becomes 0 where y <= 0. Then sum[c] = sum of dy, dot[c] = sum of
     * dy*x over the rows. */
    void (*norm_back_sums)(float *dy, const float *y, const float *x, size_t rows, int c,
                           double *sum, double *dot);

    /* The same for y = relu(x*scale + shift), which is made again and not read. */
    void (*norm_relu_back_sums)(float *dy, const float *x, size_t rows, int c, const float *scale,
                                const float *shift, double *sum, double *dot);

    /* dx = a*dy + b*x + d, all per channel. dx may be dy. */
    void (*norm_back_apply)(const float *dy, const float *x, size_t rows, int c, const float *a,
                            const float *b, const float *d, float *dx);

    /* best = max(best, x), tap kept where x won; a later equal value does not win, NaN does. */
    void (*max_update)(const float *x, int c, uint8_t tap, float *best, uint8_t *best_tap);

    /* dx += dy where best_tap is tap. */
    void (*max_route)(const float *dy, const uint8_t *best_tap, int c, uint8_t tap, float *dx);

    /* The product of one block; within rounding the same in every tier. */
    void (*gemm_block)(const struct gemm_block *g);

    /* Of some tiles: v = B^T x B of the 6x6 windows around them (0 outside the image); y = A^T m A,
     * finished as asked; z = A dy A^T. Within rounding the same in every tier, like the next two.
     */
    void (*winograd_input)(const struct winograd_tiles *t, const struct fused_source *from,
                           float *v);
    void (*winograd_output)(const struct winograd_tiles *t, const float *m,
                            const struct fused_finish *finish);
    void (*winograd_spread)(const struct winograd_tiles *t, const struct fused_source *from,
                            float *z);

    /* Of one input channel and k output channels, taps `tap` floats apart: u = G w G^T,
     * dw = G^T du G. */
    void (*winograd_filter)(const float *w, ptrdiff_t tap, int k, const struct winograd_planes *p,
                            float *u);
    void (*winograd_gather)(const float *du, const struct winograd_planes *p, int k, ptrdiff_t tap,
                            float *dw);

    /* The same for the first convolution (kern/stem.h), with windows of 14x14. Of one row of the
     * filters: taps[4*4], NULL where the kernel has none. */
    void (*stem_input)(const struct strided_tiles *t, const float *x, float *v);
    void (*stem_output)(const struct strided_tiles *t, const float *m,
                        const struct fused_finish *finish);
    void (*stem_spread)(const struct strided_tiles *t, const struct fused_source *from, float *z);
    void (*stem_filter)(const float *const *taps, int k, const struct winograd_planes *p, float *u);
    void (*stem_gather)(const float *du, const struct winograd_planes *p, int k,
                        float *const *taps);

    /* And for 3x3 with stride 2 (kern/strided.h), windows of 9x9; back_input and back_output are
     * those of the data gradient, from windows of 5x5 to 8x8 pixels of the image. */
    void (*strided_input)(const struct strided_tiles *t, const struct fused_source *from, float *v);
    void (*strided_output)(const struct strided_tiles *t, const float *m,
                           const struct fused_finish *finish);
    void (*strided_spread)(const struct strided_tiles *t, const struct fused_source *from,
                           float *z);
    void (*strided_back_input)(const struct strided_tiles *t, const struct fused_source *from,
                               float *v);
    void (*strided_back_output)(const struct strided_tiles *t, const float *m,
                                const struct fused_finish *finish);
    void (*strided_filter)(const float *w, ptrdiff_t tap, int k, const struct winograd_planes *p,
                           float *u);
    void (*strided_gather)(const float *du, const struct winograd_planes *p, int k, ptrdiff_t tap,
                           float *dw);
};

/* The tiers this CPU runs, the fastest first; NULL behind the last one, the scalar reference. */
const struct kern *kern_at(int i);

/* The fastest. */
const struct kern *kern_best(void);

/* By name, or "auto" for the fastest. NULL and ERR_CONFIG when this build has no such tier or this
 * CPU does not run it. */
const struct kern *kern_choose(const char *name, struct err *e);

#endif
