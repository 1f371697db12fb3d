#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sanitized.h"
#include "test.h"

static void arrays_are_zeroed_and_checked(void **state)
{
    (void)state;
    struct err e;
    unsigned char *p = mem_array(1000, 3, "table", &e);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(p[i], 0);
    free(p);
    assert_null(mem_array(SIZE_MAX / 2, 3, "table", &e)); /* the product overflows */
    assert_int_equal(e.code, ERR_NOMEM);
    assert_non_null(strstr(e.text, "table: "));
    p = mem_array(0, 8, "nothing", &e);
    assert_non_null(p);
    free(p);
}

static void growing_keeps_what_is_there(void **state)
{
    (void)state;
    struct err e;
    int *items = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(mem_grow(&items, &capacity, (size_t)i + 1, sizeof *items, "items", &e), 0);
        items[i] = i;
    }
    assert_true(capacity >= 1000 && capacity <= 2000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    size_t before = capacity;
    assert_int_equal(mem_grow(&items, &capacity, SIZE_MAX / 2, sizeof *items, "items", &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_int_equal(capacity, before);
    assert_int_equal(items[999], 999);
    free(items);
}

static void aligned_blocks(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 100000, 9 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *p = mem_aligned(sizes[i], "block", NULL);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t at = 0; at < sizes[i]; at += 997)
            assert_int_equal(p[at], 0);
        mem_free_aligned(p);
    }
    struct err e;
    assert_null(mem_aligned(SIZE_MAX - 10, "block", &e));
    assert_int_equal(e.code, ERR_NOMEM);
}

static void the_nth_allocation_fails_once(void **state)
{
    (void)state;
    struct err e;
    mem_fail_after(2);
    void *first = mem_array(1, 1, "a", &e), *second = mem_array(1, 1, "b", &e);
    void *third = mem_aligned(1, "c", &e);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    free(first);
    mem_free_aligned(third);

    int *items = NULL;
    size_t capacity = 0;
    mem_fail_after(1);
    assert_int_equal(mem_grow(&items, &capacity, 1, sizeof *items, "items", &e), -1);
    assert_null(items);
    assert_int_equal(mem_grow(&items, &capacity, 1, sizeof *items, "items", &e), 0);
    free(items);

    mem_fail_after(1);
    mem_fail_after(0);
    first = mem_array(1, 1, "a", &e);
    assert_non_null(first);
    free(first);
}

static void text_helpers(void **state)
{
    (void)state;
    char *a = xstrdup("abc"), *b = xasprintf("%s-%d", a, 5), *c = xcalloc(0, 0);
    assert_string_equal(b, "abc-5");
    c = xrealloc(c, 10);
    assert_non_null(c);
    free(a);
    free(b);
    free(c);
}

static void end_with_seven(enum err_code code, const char *message)
{
    if (code == ERR_BUG)
        _exit(strcmp(message, "broken: 3") == 0 ? 7 : 8);
    _exit(code == ERR_NOMEM && strncmp(message, "out of memory", 13) == 0 ? 9 : 10);
}

static void fatal_calls_the_hook(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        mem_set_fatal_hook(end_with_seven);
        mem_fatal("broken: %d", 3);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

/* Memory that is not there is no bug of the program. */
static void no_memory_is_told_as_such(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        mem_set_fatal_hook(end_with_seven);
        volatile size_t most = SIZE_MAX / 2;
        xmalloc(most);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (sanitized())
        skip(); /* it ends with a report of the sanitizer's own */
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 9);
}

/* A sanitizer's allocator maps nothing that mallinfo2 counts. */
static void large_blocks_are_mapped(void **state)
{
    (void)state;
    mem_give_back_large();
    free(xmalloc(20 << 20)); /* after which glibc would take smaller ones from its heap */
    size_t mapped = mallinfo2().hblkhd;
    char *volatile block = xmalloc(9 << 20);
    size_t now = mallinfo2().hblkhd;
    free(block);
    if (mallinfo2().arena == 0)
        skip();
    assert_true(now - mapped >= 9 << 20);
    assert_int_equal(mallinfo2().hblkhd, mapped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_zeroed_and_checked),
        cmocka_unit_test(growing_keeps_what_is_there),
        cmocka_unit_test(aligned_blocks),
        cmocka_unit_test(the_nth_allocation_fails_once),
        cmocka_unit_test(text_helpers),
        cmocka_unit_test(fatal_calls_the_hook),
        cmocka_unit_test(no_memory_is_told_as_such),
        cmocka_unit_test(large_blocks_are_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
