/* What of a cache counts as this process's memory; and a sample's pixels without one. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/cache.h"
#include "data/tiny_set.h"

enum { N = 12 };

/* Bytes of mapped files that are in memory for this process. */
static long mapped_bytes(void)
{
    long total, shared = 0, all;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld %ld", &all, &total, &shared), 3);
    fclose(f);
    return shared * sysconf(_SC_PAGESIZE);
}

/* Reading makes the process larger, giving back makes it small again; what is given back reads the
 * same. 12 samples of one plane of 1024 x 1024: 12 MiB. */
static void test_release(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 1);
    struct cache *c = cache_open(t->cache, &t->x, 1024, NULL, NULL, NULL, NULL, NULL);
    assert_non_null(c);
    long before = mapped_bytes();
    uint64_t sums[2] = {0, 0};
    for (int row = 0; row < N; row++)
        for (int i = 0; i < 1024 * 1024; i++)
            sums[0] += cache_row(c, row, NULL)[i];
    assert_true(mapped_bytes() - before > 11 << 20);
    for (int row = 0; row < N; row++)
        cache_release(c, row);
    assert_true(mapped_bytes() - before < 1 << 20);
    for (int i = 0; i < 1024 * 1024; i++)
        sums[1] += cache_row(c, 5, NULL)[i];
    for (int row = 0; row < N; row++)
        for (int i = 0; row != 5 && i < 1024 * 1024; i++)
            sums[1] += cache_row(c, row, NULL)[i];
    assert_true(sums[0] > 0 && sums[0] == sums[1]);
    cache_close(c);
    tiny_free(t);
}

/* Of one sample the same bytes as the cache would hold, at its size and at others. */
static void test_without_a_cache(void **state)
{
    (void)state;
    static const int sizes[] = {TINY_SIDE, 10};
    struct tiny_set *t = tiny_new(N, 3);
    uint8_t pixels[3 * TINY_SIDE * TINY_SIDE];
    struct err e;
    char path[4096];
    for (int i = 0; i < 2; i++) {
        struct cache *c = cache_open(t->cache, &t->x, sizes[i], NULL, NULL, NULL, NULL, &e);
        assert_int_equal(cache_from_files(&t->x, 5, sizes[i], pixels, &e), 0);
        assert_memory_equal(pixels, cache_row(c, 5, &e), 3 * sizes[i] * sizes[i]);
        cache_close(c);
    }
    unlink(tiny_path(t, 5, 2, path));
    assert_int_equal(cache_from_files(&t->x, 5, 10, pixels, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    tiny_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_release),
        cmocka_unit_test(test_without_a_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
