/* Products against plain sums in double: transposes, leading dimensions, beta. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "kern/gemm.h"
#include "test.h"

static float *numbers(uint32_t stream, size_t count)
{
    struct rng r = rng_stream(4, RNG_TEST, stream, 0);
    float *v = malloc(count * sizeof *v);
    for (size_t i = 0; i < count; i++)
        v[i] = (float)rng_range(&r, -1, 1);
    return v;
}

typedef void product(const struct gemm *g);

static void check(product *multiply, int transpose_a, int transpose_b, int m, int n, int k,
                  float beta)
{
    int lda = (transpose_a ? m : k) + 3, ldb = (transpose_b ? k : n) + 5, ldc = n + 2;
    float *a = numbers(1, (size_t)(lda * (transpose_a ? k : m)));
    float *b = numbers(2, (size_t)(ldb * (transpose_b ? n : k)));
    float *c = numbers(3, (size_t)(ldc * m)), *before = numbers(3, (size_t)(ldc * m));
    if (beta == 0)
        c[0] = NAN; /* overwritten, not multiplied */
    multiply(&(struct gemm){m, n, k, a, lda, b, ldb, beta, c, ldc});
    for (int i = 0; i < m; i++)
        for (int j = 0; j < ldc; j++) {
            double sum = beta == 0 ? 0 : (double)beta * before[i * ldc + j];
            for (int l = 0; j < n && l < k; l++)
                sum += (double)(transpose_a ? a[l * lda + i] : a[i * lda + l]) *
                       (transpose_b ? b[j * ldb + l] : b[l * ldb + j]);
            if (j < n)
                assert_true(fabs(c[i * ldc + j] - sum) < 1e-5 * (1 + sqrt(k)));
            else
                assert_true(c[i * ldc + j] == before[i * ldc + j]); /* between the rows */
        }
    free(a);
    free(b);
    free(c);
    free(before);
}

static void test_products(void **state)
{
    (void)state;
    static const int sizes[][3] = {
        {1, 1, 1}, {3, 28, 37}, {65, 33, 49}, {256, 64, 196}, {7, 130, 300}};
    gemm_setup();
    for (int i = 0; i < 5; i++)
        for (int beta = 0; beta < 2; beta++) {
            int m = sizes[i][0], n = sizes[i][1], k = sizes[i][2];
            check(gemm_nn, 0, 0, m, n, k, (float)beta);
            check(gemm_nt, 0, 1, m, n, k, (float)beta);
            check(gemm_tn, 1, 0, m, n, k, (float)beta);
        }
}

/* tests/cli/blas.sh reads the line. */
static void test_library(void **state)
{
    (void)state;
    struct gemm_library l;
    memset(&l, 'x', sizeof l);
    gemm_library(&l);
    assert_in_range(strlen(l.name), 1, sizeof l.name - 1);
    assert_in_range(strlen(l.kernel), 0, sizeof l.kernel - 1);
    print_message("BLAS: %s, kernel: %s\n", l.name, l.kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
