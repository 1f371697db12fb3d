/* Plans against limits that are given; the numbers of the messages by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/room.h"
#include "test.h"

static struct limits_memory limit_of(uint64_t bytes, uint64_t used, uint64_t own)
{
    return (struct limits_memory){
        .bytes = bytes, .used = used, .own = own, .by = "memory.max of /x"};
}

static void test_fits(void **state)
{
    (void)state;
    struct err e = {0};
    struct room_plan p = {"packing", "80 MB: 2 threads of 40.0 MB", 80000000, "use fewer threads"};
    struct limits_memory limit = limit_of(100000000, 20000000, 20000000);
    assert_int_equal(room_fits(&p, &limit, &e), 0); /* to the last byte */
    limit.used = limit.own = 20000001;
    assert_int_equal(room_fits(&p, &limit, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_string_equal(
        e.text, "packing: does not fit into memory: it plans 80 MB: 2 threads of 40.0 MB, and this "
                "process holds 20 MB already, but memory.max of /x allows 100 MB: use fewer "
                "threads, or raise that limit");
    limit = limit_of(100000000, 70000000, 20000000);
    p.lower = NULL;
    assert_int_equal(room_fits(&p, &limit, &e), -1);
    assert_string_equal(
        e.text,
        "packing: does not fit into memory: it plans 80 MB: 2 threads of 40.0 MB, and 70 MB "
        "are in use already, 20 MB of them by this process, but memory.max of /x allows "
        "100 MB: raise that limit");
    limit = limit_of(UINT64_MAX, 0, 0);
    assert_int_equal(room_fits(&p, &limit, &e), 0);
}

/* Nobody has a million times a million bytes; one thread cannot be fewer. */
static void test_threads(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(room_for_threads("scan", 2, 1000, &e), 0);
    assert_int_equal(room_for_threads("scan", 1000000, 1000000000, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_non_null(strstr(e.text,
                           "scan: does not fit into memory: it plans 1000000000 MB: 1000000 "
                           "threads of 1000.0 MB, and "));
    assert_non_null(strstr(e.text, ": use fewer threads (-s run.threads=500000), or raise that "));
    assert_int_equal(room_for_threads("scan", 1, 1000000000000000, &e), -1);
    assert_non_null(strstr(e.text, " 1 thread of 1000000000.0 MB, "));
    assert_non_null(strstr(e.text, " MB: raise that limit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
