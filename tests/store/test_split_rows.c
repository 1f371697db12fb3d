/* Splits in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"
#include "statement.h"
#include "store/split_rows.h"

enum { N = 3000 };

static struct store *s;
static struct err e;
static char names[N][16];
static const char *ids[N];
static int folds[N], back[N];

static int fresh(void **state)
{
    (void)state;
    unlink(scratch_path("splits.db"));
    s = sample_open("splits.db", STORE_WRITE);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "id-%d", i * 7919 % N);
        ids[i] = names[i];
        folds[i] = i * i % 5;
        back[i] = -1;
    }
    return 0;
}

static int drop(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static struct split_row key(void)
{
    return (struct split_row){
        .fingerprint = "abc", .method = "iterative", .folds = 5, .seed = -3, .n = N};
}

static void found_again_by_its_key(void **state)
{
    (void)state;
    struct split_row put = key(), get = key();
    int found = 1;
    assert_int_equal(split_rows_get(s, &get, ids, back, &found, &e), 0);
    assert_int_equal(found, 0);
    assert_int_equal(split_rows_find(s, &get, &found, &e), 0);
    assert_int_equal(found, 0);
    assert_int_equal(split_rows_put(s, &put, ids, folds, &e), 0);
    assert_int_equal(split_rows_find(s, &get, &found, &e), 0);
    assert_int_equal(found, 1);
    assert_int_equal(get.id, put.id);
    get.id = 0;
    assert_int_equal(split_rows_get(s, &get, ids, back, &found, &e), 0);
    assert_int_equal(found, 1);
    assert_int_equal(get.id, put.id);
    assert_memory_equal(back, folds, sizeof folds);
    get.seed = 4;
    assert_int_equal(split_rows_get(s, &get, ids, back, &found, &e), 0);
    assert_int_equal(found, 0);
}

static void put_again_replaces(void **state)
{
    (void)state;
    struct split_row first = key(), second = key();
    int found;
    assert_int_equal(split_rows_put(s, &first, ids, folds, &e), 0);
    folds[17] = 4 - folds[17];
    assert_int_equal(split_rows_put(s, &second, ids, folds, &e), 0);
    assert_int_equal(first.id, second.id);
    assert_int_equal(split_rows_get(s, &first, ids, back, &found, &e), 0);
    assert_memory_equal(back, folds, sizeof folds);
}

static void other_samples_are_an_error(void **state)
{
    (void)state;
    struct split_row r = key();
    int found;
    assert_int_equal(split_rows_put(s, &r, ids, folds, &e), 0);
    ids[5] = "stranger";
    assert_int_equal(split_rows_get(s, &r, ids, back, &found, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "does not hold sample stranger"));
    r.n = N - 1;
    assert_int_equal(split_rows_get(s, &r, ids, back, &found, &e), -1);
    assert_non_null(strstr(e.text, "is of 3000 samples, not of 2999"));
    r.n = N;
    ids[5] = names[5];
    assert_int_equal(statement_do(s, "UPDATE split_samples SET fold = 5 WHERE sample = 'id-0'", &e),
                     0);
    assert_int_equal(split_rows_get(s, &r, ids, back, &found, &e), -1);
    assert_non_null(strstr(e.text, "has fold 5 for sample id-0"));
}

static void nothing_of_a_put_that_fails(void **state)
{
    (void)state;
    struct split_row r = key();
    int found;
    ids[N - 1] = ids[0];
    assert_int_equal(split_rows_put(s, &r, ids, folds, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_int_equal(split_rows_get(s, &r, ids, back, &found, &e), 0);
    assert_int_equal(found, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(found_again_by_its_key),
        TEST(put_again_replaces),
        TEST(other_samples_are_an_error),
        TEST(nothing_of_a_put_that_fails),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
