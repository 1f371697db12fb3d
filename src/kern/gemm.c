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
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum {
    BUFFER_MB = 128,  /* of each thread in a product: BUFFER_SIZE of OpenBLAS */
    LOAD_BUFFERS = 2, /* that the OpenMP build takes when it is loaded */
    SPARE_MB = 8,     /* for what else is allocated between a look and the library's */
    THREADS_MAX = 256
};

/* OpenBLAS's own, then what a library built with OpenMP brings: NULL where they are absent. */
__attribute__((weak)) void openblas_set_num_threads(int count);
__attribute__((weak)) char *openblas_get_config(void);
__attribute__((weak)) char *openblas_get_corename(void);
__attribute__((weak)) void *blas_memory_alloc(int position);
__attribute__((weak)) void blas_memory_free(void *buffer);
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
static bool is_openblas(char file[PATH_MAX])
{
    char openblas[PATH_MAX];
    file_of((void (*)(void))cblas_sgemm, file);
    file_of((void (*)(void))openblas_get_config, openblas);
    return *openblas && !strcmp(file, openblas);
}

void gemm_library(struct gemm_library *out)
{
    char file[PATH_MAX];
    *out = (struct gemm_library){0};
    if (is_openblas(file)) {
        const char *config = openblas_get_config();
        snprintf(out->name, sizeof out->name, "%.*s", (int)name_length(config), config);
        snprintf(out->kernel, sizeof out->kernel, "%s", openblas_get_corename());
    } else {
        const char *slash = strrchr(file, '/');
        snprintf(out->name, sizeof out->name, "%s", slash ? slash + 1 : file);
    }
}

static bool has_room(int mb)
{
    size_t bytes = (size_t)mb << 20;
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED && munmap(p, bytes) == 0;
}

static int no_room(int buffers, const char *why, const char *way_out, struct err *e)
{
    struct rlimit space;
    char limit[80] = "the system has not so much (ulimit -d, vm.overcommit_memory)";
    if (!getrlimit(RLIMIT_AS, &space) && space.rlim_cur != RLIM_INFINITY)
        snprintf(limit, sizeof limit, "ulimit -v allows %llu MB for everything",
                 (unsigned long long)(space.rlim_cur >> 20));
    return err_set(e, ERR_NOMEM,
                   "OpenBLAS needs %d MB of address space %s, but %s: raise that limit, or %s",
                   buffers * BUFFER_MB, why, limit, way_out);
}

/* The library keeps what it was given back for whoever computes. False: there is no room. */
static bool take_buffers(int first, int wanted)
{
    void *buffers[THREADS_MAX];
    int n = 0;
    if (!blas_memory_alloc || !blas_memory_free)
        return has_room((wanted - first) * BUFFER_MB + SPARE_MB);
    while (n < wanted && (n < first || has_room(BUFFER_MB + SPARE_MB)))
        buffers[n++] = blas_memory_alloc(0);
    for (int i = 0; i < n; i++)
        blas_memory_free(buffers[i]);
    return n == wanted;
}

int gemm_reserve(int threads, struct err *e)
{
    static atomic_int reserved; /* only grows; two at a time take more than they need */
    char file[PATH_MAX];
    int wanted = threads < THREADS_MAX ? threads : THREADS_MAX;
    if (wanted <= reserved || !is_openblas(file))
        return 0;
    if (!take_buffers(reserved, wanted))
        return no_room(wanted, "(128 MB for each compute thread)", "lower --threads", e);
    reserved = wanted;
    return 0;
}

int gemm_check_load(struct err *e)
{
    if (!omp_set_num_threads || !openblas_set_num_threads)
        return 0;
    if (has_room(LOAD_BUFFERS * BUFFER_MB + SPARE_MB))
        return 0;
    return no_room(LOAD_BUFFERS, "to start, as it is built with OpenMP", "use another build of it",
                   e);
}

bool gemm_load_may_hang(struct err *e)
{
    if (!openblas_set_num_threads || has_room(BUFFER_MB + SPARE_MB))
        return false;
    no_room(1, "to start", "use another version of it", e);
    return true;
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
