#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "test.h"

static void set_and_clear(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(err_set(&e, ERR_DATA, "%s: line %d", "train.csv", 812), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_string_equal(e.text, "train.csv: line 812");
    err_clear(&e);
    assert_int_equal(e.code, ERR_NONE);
    assert_string_equal(e.text, "");
}

static void nobody_listens(void **state)
{
    (void)state;
    assert_int_equal(err_set(NULL, ERR_DATA, "x"), -1);
    assert_int_equal(err_set_errno(NULL, ERR_DATA, ENOSPC, "x"), -1);
    assert_int_equal(err_prefix(NULL, "x"), -1);
}

static void errno_has_a_reason_and_a_hint(void **state)
{
    (void)state;
    struct err e;
    err_set_errno(&e, ERR_IO, ENOSPC, "%s", "a.bin");
    assert_string_equal(e.text, "a.bin: No space left on device (free some space and try again)");
    assert_int_equal(e.cause, ENOSPC);
    err_set_errno(&e, ERR_NOINPUT, ENOENT, "a.bin");
    assert_int_equal(e.cause, ENOENT);
    assert_string_equal(e.text, "a.bin: No such file or directory");
    static const int told[] = {EIO, EDQUOT, EACCES, EFBIG, EINTR, EROFS};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        err_set_errno(&e, ERR_IO, told[i], "a.bin");
        assert_int_equal(e.text[strlen(e.text) - 1], ')'); /* what to do */
    }
}

static void prefix_keeps_the_code(void **state)
{
    (void)state;
    struct err e;
    err_set(&e, ERR_LOCKED, "is busy");
    assert_int_equal(err_prefix(&e, "run %d", 3), -1);
    assert_string_equal(e.text, "run 3: is busy");
    assert_int_equal(e.code, ERR_LOCKED);
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    struct err e;
    char text[3000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    err_set(&e, ERR_FAIL, "%s", text);
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
    err_prefix(&e, "front");
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
    assert_memory_equal(e.text, "front: xx", 9);
    err_set_errno(&e, ERR_FAIL, EIO, "%s", text);
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

/* Memory is memory, whoever asked for it, and a reader that has gone is no failure of a disk. */
static void errno_decides_the_code(void **state)
{
    (void)state;
    struct err e;
    err_set_errno(&e, ERR_IO, ENOMEM, "cache");
    assert_int_equal(e.code, ERR_NOMEM);
    err_set_errno(&e, ERR_IO, EPIPE, "standard output");
    assert_int_equal(e.code, ERR_PIPE);
    err_set_errno(&e, ERR_CREATE, EIO, "cache");
    assert_int_equal(e.code, ERR_CREATE);
}

static void exit_codes(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        int status;
    } want[] = {{ERR_NONE, 0},     {ERR_FAIL, 1},    {ERR_USAGE, 64},      {ERR_DATA, 65},
                {ERR_NOINPUT, 66}, {ERR_BUG, 70},    {ERR_CREATE, 73},     {ERR_IO, 74},
                {ERR_LOCKED, 75},  {ERR_CONFIG, 78}, {ERR_CANCELLED, 130}, {ERR_NOMEM, 1},
                {ERR_NUMERIC, 1},  {ERR_PIPE, 141}};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        assert_int_equal(err_exit_code(want[i].code), want[i].status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_and_clear),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(errno_has_a_reason_and_a_hint),
        cmocka_unit_test(prefix_keeps_the_code),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(errno_decides_the_code),
        cmocka_unit_test(exit_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
