/* What a run's folder keeps of the store's rows: they come back digit for digit, later epochs and
 * older sets stay out of each other's way, and a file that cannot be read costs a warning. */
#include "small_work.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "logged.h"
#include "run/run_metadata_rows.h"
#include "store/threshold_rows.h"

enum { K = 3 };

static const struct class_row classes[2][K] = {
    {{0, 7, 3, 2, 4, .6, 3 / 7., 1 / 3., 2 / 3., .1 + .2, .30000000000000004},
     {1, 0, 0, 0, 0, NAN, NAN, NAN, NAN, NAN, 1},
     {2, 1, 1, 0, 0, 1, 1, 1, 1, 5e-324, .5}},
    {{0, 7, 4, 2, 3, .7, 4 / 7., .6, .5, .4, .3}, {.class_index = 1}, {.class_index = 2}},
};

static const struct threshold_set sets[2] = {
    {.name = "old",
     .method = "exact",
     .epoch = 1,
     .k = K,
     .cuts = {1 / 3.F, .3F, 0x1p-30},
     .macro_f1 = 2 / 3.,
     .held_out_f1 = NAN,
     .held_out_std = NAN,
     .saved_ms = 1000},
    {.name = "current",
     .method = "by hand",
     .epoch = 2,
     .k = K,
     .cuts = {.5, .25, .125},
     .locked = {false, true, false},
     .macro_f1 = .7,
     .held_out_f1 = .6,
     .held_out_std = .01,
     .saved_ms = 2000},
};

static const struct threshold_edit edits[2] = {{1, 0, .5, 1 / 3.F}, {2, 2, .125, .7F}};

/* A work folder with a run, in a store without anything else of it. */
static struct store *open_store(struct work *w, const char *folder)
{
    struct err e;
    struct run_row r = {.uuid = "uuid-1", .name = "one", .status = RUN_DONE, .epochs = 2};
    char path[FILE_PATH_MAX];
    small_work_open(w, folder, 1);
    assert_int_equal(work_run_path(w, "one", NULL, path, &e), 0);
    assert_int_equal(file_make_folders(path, &e), 0);
    unlink(w->database);
    struct store *s = store_open(w->database, STORE_WRITE, &e);
    r.config = xstrdup("{}");
    assert_int_equal(run_insert(s, &r, &e), 0);
    run_row_fini(&r);
    return s;
}

static void restore(const struct work *w, struct store *s, int64_t epochs)
{
    struct err e = {0};
    struct run_row r;
    assert_int_equal(run_find(s, "one", &r, &e), 0);
    if (run_metadata_rows_restore(w, s, &r, epochs, &e))
        fail_msg("%s", e.text);
    run_row_fini(&r);
}

static void check_real(double is, double wanted)
{
    assert_true(is == wanted || (isnan(is) && isnan(wanted)));
}

static void check_classes(struct store *s, int epoch, const struct class_row *wanted)
{
    struct class_row *rows;
    struct err e;
    int n;
    assert_int_equal(run_classes(s, 1, epoch, &rows, &n, &e), 0);
    assert_int_equal(n, wanted ? K : 0);
    for (int i = 0; i < n; i++) {
        assert_int_equal(rows[i].class_index, i);
        assert_memory_equal(&rows[i].support, &wanted[i].support, 4 * sizeof(int));
        const double *is = &rows[i].precision, *want = &wanted[i].precision;
        for (int f = 0; f < 6; f++)
            check_real(is[f], want[f]);
    }
    free(rows);
}

static void test_classes(void **state)
{
    (void)state;
    struct work w;
    struct err e;
    struct store *s = open_store(&w, "classes");
    for (int epoch = 1; epoch <= 2; epoch++)
        assert_int_equal(run_metadata_rows_classes(&w, "one", epoch, classes[epoch - 1], K, &e), 0);
    restore(&w, s, 2);
    check_classes(s, 1, classes[0]);
    check_classes(s, 2, classes[1]);
    store_close(s);
    work_close(&w);
    s = open_store(&w, "classes"); /* the same, when the second epoch was not done */
    restore(&w, s, 1);
    check_classes(s, 1, classes[0]);
    check_classes(s, 2, NULL);
    /* done again after a kill: it takes the place of what was there */
    assert_int_equal(run_metadata_rows_classes(&w, "one", 1, classes[1], K, &e), 0);
    restore(&w, s, 2);
    check_classes(s, 1, classes[1]);
    check_classes(s, 2, NULL);
    store_close(s);
    work_close(&w);
}

static void check_set(const struct threshold_set *is, const struct threshold_set *wanted)
{
    assert_string_equal(is->name, wanted->name);
    assert_string_equal(is->method, wanted->method);
    assert_int_equal(is->epoch, wanted->epoch);
    assert_int_equal(is->k, wanted->k);
    assert_true(is->saved_ms == wanted->saved_ms);
    assert_memory_equal(is->cuts, wanted->cuts, sizeof is->cuts);
    assert_memory_equal(is->locked, wanted->locked, sizeof is->locked);
    check_real(is->macro_f1, wanted->macro_f1);
    check_real(is->held_out_f1, wanted->held_out_f1);
    check_real(is->held_out_std, wanted->held_out_std);
}

static void test_sets(void **state)
{
    (void)state;
    struct work w;
    struct err e;
    struct threshold_set *found;
    struct threshold_edit *moves;
    int n;
    struct store *s = open_store(&w, "sets");
    for (int i = 0; i < 2; i++)
        assert_int_equal(threshold_set_put(s, "uuid-1", &sets[i], &e), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(threshold_edit_put(s, "uuid-1", "current", &edits[i], &e), 0);
    assert_int_equal(run_metadata_rows_sets(&w, s, "uuid-1", &e), 0);
    store_close(s);
    work_close(&w);
    s = open_store(&w, "sets");
    restore(&w, s, 2);
    assert_int_equal(threshold_set_list(s, "uuid-1", &found, &n, &e), 0);
    assert_int_equal(n, 2);
    check_set(&found[0], &sets[1]); /* the newest first */
    check_set(&found[1], &sets[0]);
    free(found);
    assert_int_equal(threshold_edit_list(s, "uuid-1", "current", &moves, &n, &e), 0);
    assert_int_equal(n, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(moves[i].class_index, edits[i].class_index);
        assert_true(moves[i].before == edits[i].before && moves[i].after == edits[i].after);
    }
    free(moves);
    store_close(s);
    work_close(&w);
}

static void put_file(const struct work *w, const char *name, const char *text)
{
    char path[FILE_PATH_MAX];
    struct err e;
    assert_int_equal(work_run_path(w, "one", name, path, &e), 0);
    assert_int_equal(file_save_all(path, text, strlen(text), &e), 0);
}

static void test_files_that_cannot_be_read(void **state)
{
    (void)state;
    struct work w;
    struct err e;
    struct threshold_set *found;
    int n;
    struct store *s = open_store(&w, "bad");
    restore(&w, s, 2); /* none: of an older program */
    put_file(&w, "classes.csv", "epoch,class,support\n1,0,0\n");
    put_file(&w, "thresholds.json", "[{\"name\": \"good\", \"cuts\": [\"0.5\"]}, {\"cuts\": []}]");
    uint64_t since = log_last();
    restore(&w, s, 2);
    assert_true(logged(since, "run one: not all that the store had of it comes back: "));
    assert_true(logged(since, "classes.csv"));
    assert_true(logged(since, "thresholds.json: set 2 is not readable"));
    assert_int_equal(threshold_set_list(s, "uuid-1", &found, &n, &e), 0);
    assert_int_equal(n, 1);
    free(found);
    assert_int_equal(run_metadata_rows_classes(&w, "one", 1, classes[0], K, &e),
                     -1); /* nor replaced */
    assert_int_equal(e.code, ERR_DATA);
    store_close(s);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_files_that_cannot_be_read),
    };
    return cmocka_run_group_tests_name("record_rows", tests, small_data_make, small_data_remove);
}
