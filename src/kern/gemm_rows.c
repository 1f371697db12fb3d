/* Products for forward passes: packs the right side into the panels that gemm_block reads, and
 * completes a last panel of fewer than 32 columns in a small tile of its own. Called by the layers,
 * on whichever worker took a block of work. */
#include "kern/gemm_rows.h"

#include <string.h>

#include "kern/gemm_block.h"

enum { PANEL = GEMM_BLOCK_COLUMNS, TILE_ROWS = 42 /* a multiple of every tier's row block */ };

static int panels(int n)
{
    return (n + PANEL - 1) / PANEL;
}

size_t gemm_rows_packed(int k, int n)
{
    return (size_t)k * (size_t)panels(n) * PANEL;
}

void gemm_rows_pack(const float *b, int k, int n, int first, int rows, float *packed)
{
    size_t panel = (size_t)k * PANEL;
    for (int row = first; row < first + rows; row++) {
        const float *from = b + (size_t)row * (size_t)n;
        float *to = packed + (size_t)row * PANEL;
        for (int column = 0; column < n; column += PANEL, to += panel) {
            int count = n - column < PANEL ? n - column : PANEL;
            memcpy(to, from + column, (size_t)count * sizeof *to);
            memset(to + count, 0, (size_t)(PANEL - count) * sizeof *to);
        }
    }
}

/* The last columns, fewer than a panel. */
static void last_columns(const struct kern *kern, const struct gemm_block *whole, int columns)
{
    float tile[TILE_ROWS * PANEL] = {0};
    size_t bytes = (size_t)columns * sizeof *tile;
    struct gemm_block g = *whole;
    g.n = PANEL;
    g.c = tile;
    g.ldc = PANEL;
    for (int row = 0; row < whole->m; row += TILE_ROWS) {
        float *c = whole->c + (size_t)row * whole->ldc;
        g.m = whole->m - row < TILE_ROWS ? whole->m - row : TILE_ROWS;
        g.a = whole->a + (size_t)row * whole->lda;
        for (int i = 0; whole->add && i < g.m; i++)
            memcpy(tile + i * PANEL, c + (size_t)i * whole->ldc, bytes);
        kern->gemm_block(&g);
        for (int i = 0; i < g.m; i++)
            memcpy(c + (size_t)i * whole->ldc, tile + i * PANEL, bytes);
    }
}

void gemm_rows(const struct kern *kern, const struct gemm_rows *g)
{
    struct gemm_block b = {.m = g->m,
                           .n = g->n / PANEL * PANEL,
                           .k = g->depth,
                           .a = g->a,
                           .lda = (size_t)g->lda,
                           .panel = (size_t)g->k * PANEL,
                           .c = g->c,
                           .ldc = (size_t)g->ldc,
                           .add = g->add};
    b.b = g->packed + (size_t)(g->column / PANEL) * b.panel + (size_t)g->row * PANEL;
    if (b.n)
        kern->gemm_block(&b);
    if (b.n == g->n)
        return;
    b.b += (size_t)(b.n / PANEL) * b.panel;
    b.c += b.n;
    last_columns(kern, &b, g->n - b.n);
}
