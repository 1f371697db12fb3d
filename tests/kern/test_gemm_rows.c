/* The product of forward passes, every CPU tier: against plain sums in double, and that the bits of
 * a row depend on nothing but the row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kern/gemm_block.h"
#include "kern/gemm_rows.h"
#include "numbers.h"
#include "test.h"

struct product {
    int m, n, k, lda, ldc;
    float *a, *b, *c, *packed;
};

static struct product make(int m, int n, int k)
{
    struct product p = {.m = m, .n = n, .k = k, .lda = k + 3, .ldc = n + 5};
    p.a = numbers(1, (size_t)(p.lda * m));
    p.b = numbers(2, (size_t)(k * n));
    p.c = numbers(3, (size_t)(p.ldc * m));
    p.packed = mem_aligned(gemm_rows_packed(k, n) * sizeof(float), "panels", NULL);
    int half = k / 2;
    gemm_rows_pack(p.b, k, n, half, k - half, p.packed);
    gemm_rows_pack(p.b, k, n, 0, half, p.packed);
    return p;
}

static void finish(struct product *p)
{
    mem_free_aligned(p->a);
    mem_free_aligned(p->b);
    mem_free_aligned(p->c);
    mem_free_aligned(p->packed);
}

static struct gemm_rows whole(const struct product *p)
{
    return (struct gemm_rows){.m = p->m,
                              .n = p->n,
                              .depth = p->k,
                              .a = p->a,
                              .lda = p->lda,
                              .packed = p->packed,
                              .k = p->k,
                              .c = p->c,
                              .ldc = p->ldc};
}

static void check(const struct kern *kern, int m, int n, int k, bool add)
{
    struct product p = make(m, n, k);
    float *before = numbers(3, (size_t)(p.ldc * m));
    struct gemm_rows g = whole(&p);
    g.add = add;
    if (!add)
        p.c[0] = NAN; /* overwritten, not multiplied */
    gemm_rows(kern, &g);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < p.ldc; j++) {
            double sum = add ? (double)before[i * p.ldc + j] : 0;
            for (int l = 0; j < n && l < k; l++)
                sum += (double)p.a[i * p.lda + l] * p.b[l * n + j];
            if (j < n)
                assert_true(fabs(p.c[i * p.ldc + j] - sum) < 1e-5 * (1 + sqrt(k)));
            else
                assert_true(p.c[i * p.ldc + j] == before[i * p.ldc + j]); /* between the rows */
        }
    mem_free_aligned(before);
    finish(&p);
}

static void test_against_double(void **state)
{
    (void)state;
    static const int sizes[][3] = {{1, 1, 1},    {3, 28, 37},   {65, 33, 49},
                                   {43, 64, 96}, {7, 130, 300}, {100, 19, 64}};
    const struct kern *kern;
    for (int tier = 0; (kern = kern_at(tier)); tier++)
        for (int i = 0; i < 6; i++) {
            check(kern, sizes[i][0], sizes[i][1], sizes[i][2], false);
            check(kern, sizes[i][0], sizes[i][1], sizes[i][2], true);
        }
}

/* Any run of rows alone gives the bits of all rows together. */
static void check_rows(const struct kern *kern, const struct product *p, int first, int rows)
{
    float *c = numbers(4, (size_t)(p->ldc * rows));
    struct gemm_rows g = whole(p);
    g.m = rows;
    g.a += first * p->lda;
    g.c = c;
    gemm_rows(kern, &g);
    for (int i = 0; i < rows; i++)
        assert_memory_equal(c + i * p->ldc, p->c + (first + i) * p->ldc, (size_t)p->n * sizeof *c);
    mem_free_aligned(c);
}

static void test_rows_do_not_depend_on_others(void **state)
{
    (void)state;
    const struct kern *kern;
    for (int tier = 0; (kern = kern_at(tier)); tier++) {
        struct product p = make(61, 92, 203);
        struct gemm_rows g = whole(&p);
        gemm_rows(kern, &g);
        for (int rows = 1; rows <= p.m; rows++)
            check_rows(kern, &p, p.m - rows, rows);
        for (int first = 0; first < p.m; first++)
            check_rows(kern, &p, first, 1);
        finish(&p);
    }
}

/* So do parts of the columns, and slices of k that are added one after the other. */
static void test_parts(void **state)
{
    (void)state;
    const struct kern *kern;
    enum { FIRST = GEMM_BLOCK_COLUMNS, CUT = 71 };
    for (int tier = 0; (kern = kern_at(tier)); tier++) {
        struct product p = make(23, 75, 160);
        float *c = numbers(4, (size_t)(p.ldc * p.m));
        struct gemm_rows g = whole(&p);
        gemm_rows(kern, &g);
        for (int part = 0; part < 4; part++) {
            g = whole(&p);
            g.column = part < 2 ? 0 : FIRST;
            g.n = part < 2 ? FIRST : p.n - FIRST;
            g.c = c + g.column;
            g.add = part % 2 == 1;
            g.row = g.add ? CUT : 0;
            g.depth = g.add ? p.k - CUT : CUT;
            g.a += g.row;
            gemm_rows(kern, &g);
        }
        for (int i = 0; i < p.m; i++)
            assert_memory_equal(c + i * p.ldc, p.c + i * p.ldc, (size_t)p.n * sizeof *c);
        mem_free_aligned(c);
        finish(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_double),
        cmocka_unit_test(test_rows_do_not_depend_on_others),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
