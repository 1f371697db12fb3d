/* Splits in the store. */
#include "sample.h"
#include "statement.h"
#include "store/split_rows.h"
#include "test.h"

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
    struct store *other = sample_open("splits.db", STORE_WRITE); /* nothing stays locked */
    assert_int_equal(statement_do(other, "BEGIN EXCLUSIVE; COMMIT", &e), 0);
    store_close(other);
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

static struct split_row grouped(void)
{
    struct split_row r = key();
    snprintf(r.method, sizeof r.method, "swap#0123abcd");
    snprintf(r.val, sizeof r.val, ".25");
    snprintf(r.groups_file, sizeof r.groups_file, "groups.csv");
    snprintf(r.groups_hash, sizeof r.groups_hash, "0011223344556677");
    snprintf(r.source, sizeof r.source, "folds.csv");
    return r;
}

static void assert_row(const struct split_row *got, const struct split_row *want)
{
    assert_int_equal(got->id, want->id);
    assert_string_equal(got->fingerprint, want->fingerprint);
    assert_string_equal(got->method, want->method);
    assert_int_equal(got->folds, want->folds);
    assert_int_equal(got->seed, want->seed);
    assert_int_equal(got->n, want->n);
    assert_string_equal(got->val, want->val);
    assert_string_equal(got->groups_file, want->groups_file);
    assert_string_equal(got->groups_hash, want->groups_hash);
    assert_string_equal(got->source, want->source);
}

static void one_split_is_current(void **state)
{
    (void)state;
    struct split_row plain = key(), r = grouped(), got;
    struct split_current c = {
        .split = r, .fold = 3, .made_ms = 1234, .overruled = "split.folds=3\n"};
    int found = 1;
    assert_int_equal(split_rows_current(s, &c, &found, &e), 0);
    assert_int_equal(found, 0);
    c = (struct split_current){
        .split = r, .fold = 3, .made_ms = 1234, .overruled = "split.folds=3\n"};
    assert_int_equal(split_rows_set_current(s, &c, &e), -1); /* not stored */
    assert_int_equal(split_rows_put(s, &plain, ids, folds, &e), 0);
    assert_int_equal(split_rows_put(s, &r, ids, folds, &e), 0);
    assert_int_equal(split_rows_set_current(s, &c, &e), 0);
    assert_int_equal(split_rows_current(s, &c, &found, &e), 0);
    assert_int_equal(found, 1);
    assert_row(&c.split, &r);
    assert_int_equal(c.fold, 3);
    assert_int_equal(c.made_ms, 1234);
    assert_string_equal(c.overruled, "split.folds=3\n");
    assert_int_equal(split_rows_by_id(s, plain.id, &got, &found, &e), 0);
    assert_row(&got, &plain);
    c = (struct split_current){.split = plain};
    assert_int_equal(split_rows_set_current(s, &c, &e), 0); /* replaces */
    assert_int_equal(split_rows_current(s, &c, &found, &e), 0);
    assert_row(&c.split, &plain);
    assert_int_equal(split_rows_by_id(s, 99, &got, &found, &e), 0);
    assert_int_equal(found, 0);
}

static void folds_of_some_samples(void **state)
{
    (void)state;
    struct split_row r = key();
    const char *some[] = {ids[7], "stranger", ids[2]};
    int fold[3];
    assert_int_equal(split_rows_put(s, &r, ids, folds, &e), 0);
    assert_int_equal(split_rows_folds(s, &r, some, 3, fold, &e), 0);
    assert_int_equal(fold[0], folds[7]);
    assert_int_equal(fold[1], -1);
    assert_int_equal(fold[2], folds[2]);
    assert_int_equal(statement_do(s, "UPDATE split_samples SET fold = 5 WHERE sample = 'id-0'", &e),
                     0);
    some[1] = "id-0";
    assert_int_equal(split_rows_folds(s, &r, some, 3, fold, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(found_again_by_its_key),     TEST(put_again_replaces),
        TEST(other_samples_are_an_error), TEST(nothing_of_a_put_that_fails),
        TEST(one_split_is_current),       TEST(folds_of_some_samples),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
