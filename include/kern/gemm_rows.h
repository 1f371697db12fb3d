/* A matrix product that gives each row the same bits whatever the other rows are and however many
 * there are. BLAS promises no such thing: many of OpenBLAS's kernels add up the rows that are left
 * over from their blocks in another order. What a network computes for an image must not depend on
 * the batch that the image is in, so forward passes use this.
 *
 * Every element is one chain of additions over k (kern/gemm_block.h), in every tier. Matrices are
 * row-major; the right side is packed first. Any thread, no state. */
#ifndef KERN_GEMM_ROWS_H
#define KERN_GEMM_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "kern/kern.h"

/* Floats of a packed b[k,n]. */
size_t gemm_rows_packed(int k, int n);

/* Pack some rows of b[k,n]; disjoint rows may be packed by different threads. */
void gemm_rows_pack(const float *b, int k, int n, int first, int rows, float *packed);

/* c[m,n] = a[m,depth] b, or c += a b. */
struct gemm_rows {
    int m, n, depth;
    const float *a;
    int lda;
    const float *packed; /* of b[k,n] */
    int k, row, column;  /* of it: all rows; the first row and column used, column a multiple of
                            GEMM_BLOCK_COLUMNS */
    bool add;
    float *c;
    int ldc;
};

void gemm_rows(const struct kern *kern, const struct gemm_rows *g);

#endif
