/* What could not be read when a run began stays out of it, also when it was repaired meanwhile: the
 * run ends in the same bits as one for which it stayed broken. */
#include "core/run_files.h"
#include "small_run.h"

#include <unistd.h>

#include "core/excluded.h"

static void move_image(int number, bool away)
{
    char image[256], aside[256];
    snprintf(image, sizeof image, "%s/train/synth-%06d_green.png", small_data, number);
    snprintf(aside, sizeof aside, "%s/aside.png", small_data);
    assert_int_equal(away ? rename(image, aside) : rename(aside, image), 0);
}

static void test_repaired_meanwhile(void **state)
{
    (void)state;
    move_image(7, true);
    int64_t steps = small_train("broken", 2, NULL, 0, NULL);
    assert_int_equal(small_train("repaired", 2, NULL, 3, NULL), 3);
    move_image(7, false);
    assert_int_equal(small_train("repaired", 2, "one", 0, NULL), steps);
    small_same_run("broken", "repaired");
}

/* The run was trained on the first sample of the table, which cannot be read any more. */
static void test_gone_meanwhile(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    char cache[256];
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.resume = "one"};
    assert_int_equal(small_train("gone", 2, NULL, 3, NULL), 3);
    snprintf(cache, sizeof cache, "%s/gone/cache/train-32.cache", tempdir);
    assert_int_equal(unlink(cache), 0);
    move_image(0, true);
    small_work_open(&w, "gone", 2);
    job_init(j, &w, &control, (struct job_observer){0});
    assert_int_equal(job_train(j, &request, &e), -1);
    move_image(0, false);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, "1 sample cannot be read any more"))
        fail_msg("%s", e.text);
    work_close(&w);
    free(j);
}

/* Cuts the cache short at a step, as a disk that fails or another program would. */
static void cut_cache(void *context, const struct snapshot *s)
{
    const char *path = context;
    if (s->phase == PHASE_TRAIN && s->step == 3 && truncate(path, 8192))
        fail_msg("%s cannot be cut", path);
}

/* Not a bus error, and not a sample of zeros: a message, a checkpoint of what was learned, and the
 * same weights in the end when the cache was made again. */
static void test_cache_goes_away(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct saved_run t;
    char cache[256];
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.name = "one"};
    int64_t steps = small_train("stays", 2, NULL, 0, NULL);
    snprintf(cache, sizeof cache, "%s/goes/cache/train-32.cache", tempdir);
    small_work_open(&w, "goes", 2);
    job_init(j, &w, &control, (struct job_observer){cache, cut_cache, NULL, NULL});
    assert_int_equal(job_train(j, &request, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "the cache went away"));
    assert_non_null(strstr(e.text, cache));
    assert_non_null(strstr(e.text, "sample synth-"));
    assert_int_equal(saved_run_open(&t, &w, "one", RUN_FILES_LAST, &e), 0);
    assert_true(t.point.step >= 3);
    saved_run_close(&t);
    work_close(&w);
    free(j);
    assert_int_equal(small_train("goes", 2, "one", 0, NULL), steps);
    small_same_run("stays", "goes");
}

static void test_list_of_another_table(void **state)
{
    (void)state;
    struct work w;
    struct dataset d;
    struct err e = {0};
    struct job_control control = {0};
    struct excluded_row row = {"nobody", "gone"}, *rows;
    char path[256];
    int n;
    struct job *j = calloc(1, sizeof *j);
    small_work_open(&w, "list", 1);
    job_init(j, &w, &control, (struct job_observer){0});
    assert_int_equal(dataset_open(&d, j, &e), 0);
    snprintf(path, sizeof path, "%s/excluded.csv", tempdir);
    assert_int_equal(excluded_save(path, &row, 1, &e), 0);
    assert_int_equal(excluded_load(path, d.index, &rows, &n, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "line 2: no sample has this id"));
    snprintf(row.sample, sizeof row.sample, "synth-000007");
    assert_int_equal(excluded_save(path, &row, 1, &e), 0);
    assert_int_equal(excluded_load(path, d.index, &rows, &n, &e), 0);
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].sample, "synth-000007");
    assert_string_equal(rows[0].reason, "gone");
    free(rows);
    dataset_close(&d);
    work_close(&w);
    free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repaired_meanwhile),
        cmocka_unit_test(test_gone_meanwhile),
        cmocka_unit_test(test_cache_goes_away),
        cmocka_unit_test(test_list_of_another_table),
    };
    return cmocka_run_group_tests_name("excluded", tests, small_data_make, small_data_remove);
}
