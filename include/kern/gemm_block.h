/* A product of matrices whose right side lies ready in panels of 32 columns: no packing, no call
 * overhead, for the many small products of a Winograd convolution. Reached through struct kern.
 *
 * Every element is one chain of additions over k from c (add) or 0, so its bits do not depend on
 * how rows and columns are shared out, nor on a cut of k into several calls. A tier uses fused
 * multiply-adds where its instructions have them: tiers agree within rounding only. */
#ifndef KERN_GEMM_BLOCK_H
#define KERN_GEMM_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

enum { GEMM_BLOCK_COLUMNS = 32 };

struct gemm_block {
    int m, n, k;    /* n a multiple of GEMM_BLOCK_COLUMNS */
    const float *a; /* element (i,l) at i*lda + l, or transposed at l*lda + i */
    size_t lda;
    bool transposed;
    const float *b; /* element (l,j) at j/32*panel + l*32 + j%32 */
    size_t panel;
    float *c; /* element (i,j) at i*ldc + j */
    size_t ldc;
    bool add; /* c += a b; else c = a b, whatever it held */
};

#endif
