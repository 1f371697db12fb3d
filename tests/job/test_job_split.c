/* The job of `hpa split`: what it stores, measures, writes and takes over, and what it refuses. */
#include <string.h>

#include "base/file.h"
#include "data/csv_file.h"
#include "job/current_split.h"
#include "job/job_split.h"
#include "logged.h"
#include "near.h"
#include "small_work.h"
#include "test.h"

enum { SAMPLES = 60, FOLDS = 3 };

struct place {
    struct work work;
    struct job_control control;
    struct job job;
    struct split_result results[SPLIT_RESULTS_MAX];
    int n;
};

static struct place *place_new(const char *folder)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    small_work_open(&p->work, folder, 1);
    return p;
}

static void place_free(struct place *p)
{
    work_close(&p->work);
    free(p);
}

/* As the command line gives it. */
static void flag(struct place *p, const char *pair)
{
    struct err e = {0};
    if (conf_set_pair(p->work.conf, pair, "--flag", &e))
        fail_msg("%s", e.text);
}

static int split(struct place *p, struct split_request request, struct err *e)
{
    memset(p->results, 0, sizeof p->results);
    job_init(&p->job, &p->work, &p->control, (struct job_observer){0});
    return job_split(&p->job, &request, p->results, &p->n, e);
}

static void must_split(struct place *p, struct split_request request)
{
    struct err e = {0};
    if (split(p, request, &e))
        fail_msg("%s", e.text);
}

static void must_fail(struct place *p, struct split_request request, enum err_code code,
                      const char *message)
{
    struct err e = {0};
    assert_int_equal(split(p, request, &e), -1);
    assert_int_equal(e.code, code);
    if (!strstr(e.text, message))
        fail_msg("%s", e.text);
}

static bool current(struct place *p, struct split_current *out)
{
    struct err e = {0};
    bool found = false;
    if (current_split_find(&p->work, out, &found, &e))
        fail_msg("%s", e.text);
    return found;
}

/* Samples of a fold in an Id,fold table. */
static void count_folds(const char *path, int counts[FOLDS])
{
    struct err e = {0};
    struct csv_file *table = csv_file_open(path, &e);
    if (!table)
        fail_msg("%s", e.text);
    memset(counts, 0, FOLDS * sizeof *counts);
    assert_int_equal(csv_file_rows(table), SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
        int fold = atoi(csv_file_cell(table, i, 1));
        assert_in_range(fold, 0, FOLDS - 1);
        counts[fold]++;
    }
    csv_file_close(table);
}

static void one_is_stored_and_measured(void **state)
{
    (void)state;
    struct place *p = place_new("one");
    struct split_current now;
    char table[300];
    int counts[FOLDS];
    assert_false(current(p, &now));
    flag(p, "split.method=random"), flag(p, "split.seed=4");
    snprintf(table, sizeof table, "%s/one.csv", tempdir);
    must_split(p, (struct split_request){.out = table});
    assert_int_equal(p->n, 1);
    assert_string_equal(p->results[0].method, "random");
    assert_int_equal(p->results[0].folds, FOLDS);
    assert_int_equal(p->results[0].seed, 4);
    assert_true(p->results[0].seconds >= 0);
    count_folds(table, counts);
    for (int f = 0; f < FOLDS; f++) {
        assert_int_equal(counts[f], SAMPLES / FOLDS);
        assert_int_equal(p->results[0].quality.sizes[f], SAMPLES / FOLDS);
    }
    assert_near(p->results[0].quality.ed, 0, 0);
    assert_true(current(p, &now));
    assert_string_equal(now.split.method, "random");
    assert_int_equal(now.split.seed, 4);
    assert_int_equal(now.split.folds, FOLDS);
    assert_int_equal(now.split.n, SAMPLES);
    place_free(p);
}

/* A validation part of a quarter: 15 of 60, and sizes are measured against that. */
static void a_validation_part(void **state)
{
    (void)state;
    struct place *p = place_new("part");
    flag(p, "split.method=random"), flag(p, "split.val=.25");
    must_split(p, (struct split_request){0});
    assert_int_equal(p->results[0].folds, 2);
    assert_int_equal(p->results[0].quality.sizes[0], 15);
    assert_int_equal(p->results[0].quality.sizes[1], 45);
    assert_near(p->results[0].quality.ed, 0, 0);
    flag(p, "split.folds=2");
    must_fail(p, (struct split_request){0}, ERR_CONFIG, "exclude each other");
    place_free(p);
}

static void all_methods_and_nothing_stored(void **state)
{
    (void)state;
    static const char *const methods[] = {"random", "iterative", "iterative2", "swap"};
    struct place *p = place_new("compare");
    struct split_current now;
    flag(p, "split.seed=9");
    must_split(p, (struct split_request){.compare = true});
    assert_int_equal(p->n, 4);
    for (int i = 0; i < p->n; i++) {
        int n = 0;
        assert_string_equal(p->results[i].method, methods[i]);
        assert_int_equal(p->results[i].folds, FOLDS);
        assert_int_equal(p->results[i].seed, 9);
        for (int f = 0; f < FOLDS; f++)
            n += p->results[i].quality.sizes[f];
        assert_int_equal(n, SAMPLES);
    }
    /* What the careful methods are for. */
    assert_true(p->results[3].quality.ld < p->results[0].quality.ld);
    assert_false(current(p, &now));
    control_stop(&p->control, JOB_STOP_CHECKPOINT);
    must_fail(p, (struct split_request){.compare = true}, ERR_CANCELLED, "stopped on request");
    place_free(p);
}

static void assert_same_content(const char *one, const char *other)
{
    char *a, *b;
    size_t n, m;
    assert_int_equal(file_read(one, SIZE_MAX / 2, &a, &n, NULL), 0);
    assert_int_equal(file_read(other, SIZE_MAX / 2, &b, &m, NULL), 0);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a), free(b);
}

static void written_as_it_is(void **state)
{
    (void)state;
    struct place *p = place_new("written");
    char first[300], again[300];
    snprintf(first, sizeof first, "%s/first.csv", tempdir);
    snprintf(again, sizeof again, "%s/again.csv", tempdir);
    flag(p, "split.seed=6");
    must_split(p, (struct split_request){.out = first});
    must_fail(p, (struct split_request){.out = first}, ERR_CREATE, "first.csv");
    work_close(&p->work);
    small_work_open(&p->work, "written", 1); /* the settings say seed 1 again */
    must_split(p, (struct split_request){.out = again});
    assert_int_equal(p->results[0].seed, 6);
    assert_same_content(first, again);
    must_split(p, (struct split_request){.out = again, .mode = OUTPUT_REPLACE});
    place_free(p);
}

static void a_table_is_taken_over(void **state)
{
    (void)state;
    struct place *p = place_new("table");
    struct split_current now;
    char path[300], out[300];
    int counts[FOLDS];
    snprintf(path, sizeof path, "%s/table.csv", tempdir);
    snprintf(out, sizeof out, "%s/taken.csv", tempdir);
    must_split(p, (struct split_request){.out = path});
    must_split(p, (struct split_request){.in = path, .out = out});
    assert_string_equal(p->results[0].method, "file");
    assert_true(current(p, &now));
    assert_string_equal(now.split.source, path);
    count_folds(out, counts);
    for (int f = 0; f < FOLDS; f++)
        assert_int_equal(counts[f], p->results[0].quality.sizes[f]);
    flag(p, "split.seed=3");
    must_fail(p, (struct split_request){.in = path}, ERR_USAGE, "leave out split.seed");
    place_free(p);
    p = place_new("folds");
    flag(p, "split.folds=4");
    must_fail(p, (struct split_request){.in = path}, ERR_USAGE, "has 3 folds");
    place_free(p);
}

/* A flag counts more than the file, and the log says which setting of the file that was. */
static void what_a_flag_overrules(void **state)
{
    (void)state;
    struct err e = {0};
    struct place *p = place_new("overruled");
    uint64_t since = log_last();
    assert_int_equal(conf_set_pair(p->work.conf, "split.folds=3", "hpa.conf:2", &e), 0);
    flag(p, "split.folds=4");
    must_split(p, (struct split_request){0});
    assert_int_equal(p->results[0].folds, 4);
    assert_true(logged(since, "this split counts more than the setting split.folds"));
    place_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_stored_and_measured),     cmocka_unit_test(a_validation_part),
        cmocka_unit_test(all_methods_and_nothing_stored), cmocka_unit_test(written_as_it_is),
        cmocka_unit_test(a_table_is_taken_over),          cmocka_unit_test(what_a_flag_overrules),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
