/* Reading a sample's pixels: of a cache file that is cut short meanwhile, and without a cache. */
#include "data/cache.h"
#include "data/tiny_set.h"
#include "test.h"

enum { N = 12, SAMPLE = 2 * TINY_SIDE * TINY_SIDE };

/* What is left is read, the rest is an error that names the file and says what to do. */
static void test_cut_short(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(N, 2);
    struct cache *c = cache_open(t->cache, &t->x, TINY_SIDE, NULL, NULL, NULL, NULL, NULL);
    assert_non_null(c);
    off_t whole = tiny_cache_bytes(t);
    assert_int_equal(truncate(t->cache, whole - 3 * SAMPLE - 1), 0);
    for (int row = 0; row < N; row++) {
        struct err e = {0};
        uint8_t pixels[SAMPLE];
        if (row < N - 4) {
            assert_int_equal(cache_read(c, row, pixels, &e), 0);
            for (int i = 0; i < SAMPLE; i++)
                assert_int_equal(pixels[i], tiny_pixel(row, i / (TINY_SIDE * TINY_SIDE),
                                                       i / TINY_SIDE % TINY_SIDE, i % TINY_SIDE));
            continue;
        }
        assert_int_equal(cache_read(c, row, pixels, &e), -1);
        assert_int_equal(e.code, ERR_DATA);
        assert_non_null(strstr(e.text, t->cache));
        assert_non_null(strstr(e.text, "delete the file"));
    }
    cache_close(c);
    tiny_free(t);
}

/* Of one sample the same bytes as the cache would hold, at its size and at others. */
static void test_without_a_cache(void **state)
{
    (void)state;
    static const int sizes[] = {TINY_SIDE, 10};
    struct tiny_set *t = tiny_new(N, 3);
    uint8_t pixels[3 * TINY_SIDE * TINY_SIDE], cached[sizeof pixels];
    struct err e;
    char path[4096];
    for (int i = 0; i < 2; i++) {
        struct cache *c = cache_open(t->cache, &t->x, sizes[i], NULL, NULL, NULL, NULL, &e);
        assert_int_equal(cache_from_files(&t->x, 5, sizes[i], pixels, &e), 0);
        assert_int_equal(cache_read(c, 5, cached, &e), 0);
        assert_memory_equal(pixels, cached, 3 * sizes[i] * sizes[i]);
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
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_without_a_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
