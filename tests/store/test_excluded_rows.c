/* What runs left out, in the store. */
#include "sample.h"
#include "statement.h"
#include "store/excluded_rows.h"
#include "test.h"

static struct store *s;
static struct err e;

static int fresh(void **state)
{
    (void)state;
    unlink(scratch_path("excluded.db"));
    s = sample_open("excluded.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    sample_insert(s, "u2", "b");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static void put_list_and_replace(void **state)
{
    (void)state;
    const struct excluded_row two[] = {{"z", "z_red.png: is empty"},
                                       {"a", "a_blue.png: truncated"}};
    struct excluded_row *back;
    int n;
    assert_int_equal(excluded_rows_put(s, "u1", two, 2, &e), 0);
    assert_int_equal(excluded_rows_put(s, "u2", two, 1, &e), 0);
    assert_int_equal(excluded_rows_list(s, "u1", &back, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_string_equal(back[0].sample, "a");
    assert_string_equal(back[0].reason, "a_blue.png: truncated");
    assert_string_equal(back[1].sample, "z");
    free(back);
    assert_int_equal(excluded_rows_put(s, "u1", NULL, 0, &e), 0);
    assert_int_equal(excluded_rows_list(s, "u1", &back, &n, &e), 0);
    assert_int_equal(n, 0);
    free(back);
    assert_int_equal(excluded_rows_list(s, "u2", &back, &n, &e), 0);
    assert_int_equal(n, 1);
    free(back);
}

/* A run that is not there, or a sample that stands there twice: refused, and nothing is changed. */
static void wrong_rows(void **state)
{
    (void)state;
    const struct excluded_row twice[] = {{"a", "one"}, {"a", "two"}};
    struct excluded_row *back;
    int n;
    assert_int_equal(excluded_rows_put(s, "u1", twice, 1, &e), 0);
    assert_int_equal(excluded_rows_put(s, "u1", twice, 2, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_int_equal(excluded_rows_put(s, "nobody", twice, 1, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_int_equal(excluded_rows_list(s, "u1", &back, &n, &e), 0);
    assert_int_equal(n, 1);
    assert_string_equal(back[0].reason, "one");
    free(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(put_list_and_replace, fresh, drop),
        cmocka_unit_test_setup_teardown(wrong_rows, fresh, drop),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
