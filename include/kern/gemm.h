/* Matrix products, single precision, row-major; the only door to CBLAS.
 *
 * Single-threaded calls, made from our workers with block shapes that the problem fixes: the same
 * call gives the same bits with the same library and the same of its kernels. Any thread. */
#ifndef KERN_GEMM_H
#define KERN_GEMM_H

#include <stdbool.h>

#include "base/err.h"

/* Keep the library from starting threads of its own. Once before the first product. */
void gemm_setup(void);

/* OpenBLAS asks for address space in a loop that never ends while the system refuses it. So before
 * the first product: take what `threads` threads at a time will need. ERR_NOMEM: there is too
 * little. */
int gemm_reserve(int threads, struct err *e);

/* Is there address space for what OpenBLAS takes when it is loaded? Its OpenMP build does. For the
 * moment between the loading of the libraries and their start. */
int gemm_check_load(struct err *e);
/* In the same moment: some versions of OpenBLAS take a buffer when they are started and, where
 * there is no room, try for ever; others take none. True: there is no room, and `e` says so, for
 * whoever finds that the start does not end. */
bool gemm_load_may_hang(struct err *e);

enum { GEMM_LIBRARY_MAX = 64 };

/* The library that computes the products; another one rounds in another way, and so does another
 * kernel of it. */
struct gemm_library {
    char name[GEMM_LIBRARY_MAX];   /* "OpenBLAS 0.3.21"; others: the file's, "libblas.so.3.11.0" */
    char kernel[GEMM_LIBRARY_MAX]; /* OpenBLAS: "Haswell"; "": the library does not say */
};

void gemm_library(struct gemm_library *out);

/* c[m,n] = a b + beta c. Leading dimensions are the distance between rows, in floats.
 * beta 0 overwrites c, whatever it held. */
struct gemm {
    int m, n, k;
    const float *a;
    int lda;
    const float *b;
    int ldb;
    float beta;
    float *c;
    int ldc;
};

void gemm_nn(const struct gemm *g); /* a[m,k], b[k,n] */
void gemm_nt(const struct gemm *g); /* a[m,k], b[n,k] transposed */
void gemm_tn(const struct gemm *g); /* a[k,m] transposed, b[k,n] */

#endif
