#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "test.h"

static void records_are_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    unsigned char *records[300];
    for (size_t i = 0; i < 300; i++) {
        size_t size = i * 7 % 1000;
        records[i] = arena_alloc(a, size, NULL);
        assert_int_equal((uintptr_t)records[i] % 16, 0);
        for (size_t at = 0; at < size; at++)
            assert_int_equal(records[i][at], 0);
        memset(records[i], (int)i & 255, size);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t at = 0; at < i * 7 % 1000; at++)
            assert_int_equal(records[i][at], i & 255);
    arena_free(a);
}

static void large_records_and_strings(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char *small = arena_strdup(a, "small", NULL);
    char *large = arena_alloc(a, 1 << 20, NULL);
    large[(1 << 20) - 1] = 'x';
    char *again = arena_strdup(a, "again", NULL);
    assert_string_equal(small, "small");
    assert_string_equal(again, "again");
    arena_free(a);
    arena_free(NULL);
}

static void no_memory_is_reported(void **state)
{
    (void)state;
    struct err e;
    struct arena *a = arena_new();
    assert_null(arena_alloc(a, SIZE_MAX, &e));
    assert_int_equal(e.code, ERR_NOMEM);
    mem_fail_after(1);
    assert_null(arena_strdup(a, "x", &e));
    assert_int_equal(e.code, ERR_NOMEM);
    assert_string_equal(arena_strdup(a, "x", &e), "x");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_aligned_zeroed_and_apart),
        cmocka_unit_test(large_records_and_strings),
        cmocka_unit_test(no_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
