/* Matrix products through OpenBLAS: the only file that knows CBLAS.
 *
 * Called by the layers from inside a block of work, on whichever worker took the block. The library
 * is told to stay single-threaded: it rounds differently for other splits of the rows, and its
 * threaded level 3 takes a global lock. Our workers share the work instead, in shapes that do not
 * depend on their number. */
#include "kern/gemm.h"

#include <cblas.h>

void gemm_setup(void)
{
    openblas_set_num_threads(1);
}

static void product(const struct gemm *g, CBLAS_TRANSPOSE a, CBLAS_TRANSPOSE b)
{
    cblas_sgemm(CblasRowMajor, a, b, g->m, g->n, g->k, 1.0f, g->a, g->lda, g->b, g->ldb, g->beta,
                g->c, g->ldc);
}

void gemm_nn(const struct gemm *g)
{
    product(g, CblasNoTrans, CblasNoTrans);
}

void gemm_nt(const struct gemm *g)
{
    product(g, CblasNoTrans, CblasTrans);
}

void gemm_tn(const struct gemm *g)
{
    product(g, CblasTrans, CblasNoTrans);
}
