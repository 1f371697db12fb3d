/* The machine's limits: whatever the machine, they are figures one can compare with. */
#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "kern/peak.h"
#include "pace.h"
#include "test.h"

/* One thread of the last twenty years does between 1e8 and 1e12 operations a second; emulators,
 * which no processor is as slow as, do vectors one number after another. */
static double least_peak(void)
{
    return pace() > 2 ? .001 : .1;
}

static void test_one_thread(void **state)
{
    (void)state;
    double peak = peak_fma(NULL, .01);
    assert_true(peak > least_peak() && peak < 1000);
}

/* A look ends soon after the time it was given. */
static void test_look_ends(void **state)
{
    (void)state;
    struct err e = {0};
    struct workers *w = workers_new(3, 0, &e);
    assert_non_null(w);
    double start = clock_seconds();
    assert_true(peak_fma(w, .02) > least_peak());
    double took = clock_seconds() - start;
    assert_true(took >= .02 && took < 5);
    workers_free(w);
}

/* Sizes that leave a rest in every block, none, and less than one block. */
static void test_triad(void **state)
{
    (void)state;
    struct err e = {0};
    struct workers *w = workers_new(2, 0, &e);
    assert_non_null(w);
    const size_t sizes[] = {12 * 1000, 12 << 18, (12 << 18) + 12 * 17};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double rate = peak_triad(w, sizes[i], 3, &e);
        assert_true(rate > 1e-3 && rate < 1e5);
    }
    workers_free(w);
}

/* By hand: twelve times the cache, within bounds. */
static void test_triad_bytes(void **state)
{
    (void)state;
    const uint64_t mb = 1 << 20, gb = 1 << 30;
    assert_int_equal(peak_triad_bytes(0, 0), 96 * mb);
    assert_int_equal(peak_triad_bytes(2 * mb, 16 * gb), 96 * mb);
    assert_int_equal(peak_triad_bytes(32 * mb, 16 * gb), 384 * mb);
    assert_int_equal(peak_triad_bytes(384 * mb, 512 * gb), 2 * gb);
    assert_int_equal(peak_triad_bytes(32 * mb, 2 * gb), 256 * mb);
}

static void test_triad_without_memory(void **state)
{
    (void)state;
    struct err e = {0};
    mem_fail_after(1);
    assert_true(isnan(peak_triad(NULL, 1 << 20, 1, &e)));
    mem_fail_after(0);
    assert_int_equal(e.code, ERR_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_thread),
        cmocka_unit_test(test_look_ends),
        cmocka_unit_test(test_triad),
        cmocka_unit_test(test_triad_bytes),
        cmocka_unit_test(test_triad_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
