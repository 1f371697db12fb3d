/* The product with a right side in panels, for one CPU tier (kern/gemm_block.h is the contract).
 * A register block is up to BLOCK_ROWS rows by two vectors: with AVX-512 28 sums, two vectors of b
 * and a broadcast fill the 32 registers. Rows are dealt out evenly, so that no block is left thin.
 */
#ifndef KERN_GEMM_BODY_H
#define KERN_GEMM_BODY_H

#include "kern/gemm_block.h"
#include "lanes.h"

#if defined(__AVX512F__)
enum { BLOCK_ROWS = 14 };
#else
enum { BLOCK_ROWS = 6 };
#endif
enum {
    BLOCK_COLUMNS = 2 * LANES,
    BLOCK_LINE = 64 / sizeof(float), /* of a cache line */
    BLOCK_AHEAD = 16 /* rows of b asked for early: a panel from the third cache comes in time */
};

/* One register block; `rows` and `transposed` are constants where this is inlined. */
static LANES_INLINE void block_product(const struct gemm_block *g, int rows, bool transposed,
                                       const float *a, const float *b, float *c)
{
    lanes left[BLOCK_ROWS], right[BLOCK_ROWS];
    size_t row = transposed ? 1 : g->lda, step = transposed ? g->lda : 1;
    LANES_UNROLL
    for (int i = 0; i < rows; i++) {
        left[i] = g->add ? lanes_load(c + (size_t)i * g->ldc) : lanes_all(0);
        right[i] = g->add ? lanes_load(c + (size_t)i * g->ldc + LANES) : lanes_all(0);
    }
    for (int l = 0; l < g->k; l++, a += step, b += GEMM_BLOCK_COLUMNS) {
        lanes b0 = lanes_load(b), b1 = lanes_load(b + LANES);
        for (int at = 0; at < BLOCK_COLUMNS; at += BLOCK_LINE)
            __builtin_prefetch(b + BLOCK_AHEAD * GEMM_BLOCK_COLUMNS + at);
        if (transposed)
            __builtin_prefetch(a + BLOCK_AHEAD * step);
        LANES_UNROLL
        for (int i = 0; i < rows; i++) {
            lanes v = lanes_all(a[(size_t)i * row]);
            left[i] = lanes_fma(v, b0, left[i]);
            right[i] = lanes_fma(v, b1, right[i]);
        }
    }
    LANES_UNROLL
    for (int i = 0; i < rows; i++) {
        lanes_store(c + (size_t)i * g->ldc, left[i]);
        lanes_store(c + (size_t)i * g->ldc + LANES, right[i]);
    }
}

typedef void block_fn(const struct gemm_block *g, const float *a, const float *b, float *c);

#define BLOCK_OF(rows)                                                                             \
    static void block_##rows(const struct gemm_block *g, const float *a, const float *b, float *c) \
    {                                                                                              \
        block_product(g, rows, false, a, b, c);                                                    \
    }                                                                                              \
    static void block_t_##rows(const struct gemm_block *g, const float *a, const float *b,         \
                               float *c)                                                           \
    {                                                                                              \
        block_product(g, rows, true, a, b, c);                                                     \
    }

BLOCK_OF(1)
BLOCK_OF(2)
BLOCK_OF(3)
BLOCK_OF(4)
BLOCK_OF(5)
BLOCK_OF(6)
#if defined(__AVX512F__)
BLOCK_OF(7)
BLOCK_OF(8)
BLOCK_OF(9)
BLOCK_OF(10)
BLOCK_OF(11)
BLOCK_OF(12)
BLOCK_OF(13)
BLOCK_OF(14)
#endif

/* By number of rows. */
static block_fn *const blocks_plain[] = {
    NULL,    block_1, block_2, block_3,  block_4,  block_5,  block_6,
#if defined(__AVX512F__)
    block_7, block_8, block_9, block_10, block_11, block_12, block_13, block_14,
#endif
};

static block_fn *const blocks_transposed[] = {
    NULL,      block_t_1, block_t_2, block_t_3,  block_t_4,  block_t_5,  block_t_6,
#if defined(__AVX512F__)
    block_t_7, block_t_8, block_t_9, block_t_10, block_t_11, block_t_12, block_t_13, block_t_14,
#endif
};

static inline void gemm_block(const struct gemm_block *g)
{
    int groups = (g->m + BLOCK_ROWS - 1) / BLOCK_ROWS;
    for (int j = 0; j < g->n; j += BLOCK_COLUMNS) {
        const float *b =
            g->b + (size_t)(j / GEMM_BLOCK_COLUMNS) * g->panel + j % GEMM_BLOCK_COLUMNS;
        for (int group = 0, i = 0; group < groups; group++) {
            int rows = (g->m - i) / (groups - group);
            block_fn *product = (g->transposed ? blocks_transposed : blocks_plain)[rows];
            const float *a = g->a + (size_t)i * (g->transposed ? 1 : g->lda);
            product(g, a, b, g->c + (size_t)i * g->ldc + j);
            i += rows;
        }
    }
}

#endif
