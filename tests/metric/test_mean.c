/* Means of probabilities stay probabilities. */
#include "base/rng.h"
#include "metric/mean.h"
#include "test.h"

enum { N = 4000, TABLES_MAX = 40 };

static void take(int tables, float p[][N], float *out)
{
    struct mean m;
    assert_int_equal(mean_open(&m, N, NULL), 0);
    for (int t = 0; t < tables; t++) {
        mean_add(&m, 0, p[t], N / 2); /* in parts, as batches come */
        mean_add(&m, N / 2, p[t] + N / 2, N - N / 2);
    }
    mean_take(&m, tables, out);
    mean_close(&m);
    assert_null(m.sum);
}

static void test_equal_values(void **state)
{
    static float p[TABLES_MAX][N], out[N];
    (void)state;
    struct rng r = rng_stream(3, 1, 0, 0);
    for (int i = 0; i < N; i++)
        p[0][i] = i < 4 ? (float)(i & 1) : (float)rng_unit(&r);
    for (int t = 1; t < TABLES_MAX; t++)
        for (int i = 0; i < N; i++)
            p[t][i] = p[0][i];
    for (int tables = 1; tables <= TABLES_MAX; tables++) {
        take(tables, p, out);
        for (int i = 0; i < N; i++)
            assert_true(out[i] == p[0][i]); /* ten times .1F by tenths is not .1F */
    }
}

static void test_between_the_least_and_the_largest(void **state)
{
    static float p[TABLES_MAX][N], out[N];
    (void)state;
    struct rng r = rng_stream(4, 1, 0, 0);
    for (int t = 0; t < TABLES_MAX; t++)
        for (int i = 0; i < N; i++)
            p[t][i] = i % 3 ? (float)rng_unit(&r) : 1 - (float)rng_unit(&r) * 0x1p-23F;
    for (int tables = 1; tables <= TABLES_MAX; tables++) {
        take(tables, p, out);
        for (int i = 0; i < N; i++) {
            float low = 2, high = -1;
            for (int t = 0; t < tables; t++) {
                low = p[t][i] < low ? p[t][i] : low;
                high = p[t][i] > high ? p[t][i] : high;
            }
            assert_true(out[i] >= low && out[i] <= high && out[i] <= 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_values),
        cmocka_unit_test(test_between_the_least_and_the_largest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
