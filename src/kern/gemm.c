/* Matrix products through OpenBLAS or another BLAS: the only file that knows CBLAS.
 *
 * Called by the layers from inside a block of work, on whichever worker took the block. The library
 * is told to stay single-threaded: it rounds differently for other splits of the rows, and its
 * threaded level 3 takes a global lock. Our workers share the work instead, in shapes that do not
 * depend on their number. */
#define _GNU_SOURCE /* dladdr */
#include "kern/gemm.h"

#include <cblas.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* OpenBLAS's own, then what a library built with OpenMP brings: NULL where they are absent. */
__attribute__((weak)) void openblas_set_num_threads(int count);
__attribute__((weak)) char *openblas_get_config(void);
__attribute__((weak)) char *openblas_get_corename(void);
__attribute__((weak)) void omp_set_num_threads(int count);

void gemm_setup(void)
{
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
}

/* The file that a function comes from; "" for none. */
static void file_of(void (*function)(void), char path[PATH_MAX])
{
    Dl_info i;
    void *address;
    memcpy(&address, &function, sizeof address); /* C has no cast for it, POSIX has the same bits */
    path[0] = '\0';
    if (address && dladdr(address, &i) && i.dli_fname && !realpath(i.dli_fname, path))
        snprintf(path, PATH_MAX, "%s", i.dli_fname);
}

/* "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": name and version are the first two words. */
static size_t name_length(const char *config)
{
    size_t first = strcspn(config, " ");
    return first + (config[first] ? 1 + strcspn(config + first + 1, " ") : 0);
}

/* OpenBLAS may be loaded while the products come from a library that was put before it. */
void gemm_library(struct gemm_library *out)
{
    char file[PATH_MAX], openblas[PATH_MAX];
    file_of((void (*)(void))cblas_sgemm, file);
    file_of((void (*)(void))openblas_get_config, openblas);
    *out = (struct gemm_library){0};
    if (*openblas && !strcmp(file, openblas)) {
        const char *config = openblas_get_config();
        snprintf(out->name, sizeof out->name, "%.*s", (int)name_length(config), config);
        snprintf(out->kernel, sizeof out->kernel, "%s", openblas_get_corename());
    } else {
        const char *slash = strrchr(file, '/');
        snprintf(out->name, sizeof out->name, "%s", slash ? slash + 1 : file);
    }
}

static void product(const struct gemm *g, CBLAS_TRANSPOSE a, CBLAS_TRANSPOSE b)
{
    if (omp_set_num_threads) /* OpenMP counts for each calling thread by itself */
        omp_set_num_threads(1);
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
