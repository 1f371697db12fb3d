/* What the Data tab asks: the table with its folds, brightness, splits; against the index, the
 * files and the measures of a split. */
#include "equal_folds.h"
#include "small_work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "data/image.h"
#include "job/dataset_query.h"
#include "job/job_scan.h"

enum { PATIENCE = 3000, SIDE = 32, TRAIN = 60, TEST = 6 };

struct scene {
    struct work work;
    struct wake wake;
    struct index *index;
    struct dataset_query *explore;
};

static void open_scene(struct scene *s, const char *folder)
{
    small_work_open(&s->work, folder, 1);
    s->index = index_open_train(s->work.conf, NULL);
    assert_int_equal(wake_init(&s->wake), 0);
    s->explore = dataset_query_new(&s->work, &s->wake, NULL);
    assert_true(s->index && s->explore);
}

static void close_scene(struct scene *s)
{
    dataset_query_free(s->explore);
    index_close(s->index);
    wake_fini(&s->wake);
    work_close(&s->work);
}

static void nap(int i)
{
    assert_in_range(i, 0, PATIENCE);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static struct samples *take_samples(struct scene *s)
{
    for (int i = 0;; nap(i++)) {
        struct samples *t = dataset_query_take_samples(s->explore);
        if (t && (t->fold || t->error.code != ERR_NONE))
            return t;
        samples_free(t);
    }
}

static void test_samples_and_folds(void **state)
{
    (void)state;
    struct scene s;
    int sizes[3] = {0};
    open_scene(&s, "samples");
    dataset_query_ask_samples(s.explore);
    struct samples *t = take_samples(&s);
    assert_int_equal(t->n, TRAIN);
    assert_int_equal(t->k, s.index->k);
    assert_int_equal(t->folds, 3);
    for (int i = 0; i < t->n; i++) {
        assert_string_equal(t->ids[i], s.index->ids[i]);
        assert_true(labels_equal(&t->labels[i], &s.index->labels[i]));
        assert_in_range(t->fold[i], 0, 2);
        sizes[t->fold[i]]++;
    }
    for (int f = 0; f < 3; f++)
        assert_int_equal(sizes[f], TRAIN / 3);
    for (int c = 0; c < t->k; c++)
        assert_string_equal(t->names[c], s.index->class_names[c]);
    assert_string_equal(t->channel_names[2], "blue");
    samples_free(t);
    close_scene(&s);
}

/* One plane gone: the scan says so, and the sample carries it. */
static void test_findings(void **state)
{
    (void)state;
    struct scene s;
    struct job_control control = {0};
    struct scan_result result = {0};
    struct scan_request request = {.part = "train"};
    char path[4096], away[4100];
    open_scene(&s, "findings");
    assert_int_equal(index_plane_path(s.index, 7, 2, path, NULL), 0);
    snprintf(away, sizeof away, "%s.x", path);
    assert_int_equal(rename(path, away), 0);
    struct job *j = malloc(sizeof *j);
    job_init(j, &s.work, &control, (struct job_observer){0});
    assert_int_equal(job_scan(j, &request, &result, NULL), 0);
    free(result.findings);
    free(j);
    assert_int_equal(rename(away, path), 0);
    dataset_query_ask_samples(s.explore);
    struct samples *t = take_samples(&s);
    assert_non_null(t->findings);
    assert_non_null(strstr(t->findings[7], "blue missing"));
    assert_null(strstr(t->findings[8], "missing"));
    samples_free(t);
    close_scene(&s);
}

static void test_no_table(void **state)
{
    (void)state;
    struct scene s = {0};
    small_work_open(&s.work, "none", 1);
    small_set(s.work.conf, "data.train_csv=/nowhere/train.csv");
    assert_int_equal(wake_init(&s.wake), 0);
    s.explore = dataset_query_new(&s.work, &s.wake, NULL);
    dataset_query_ask_samples(s.explore);
    struct samples *t = take_samples(&s);
    assert_int_equal(t->error.code, ERR_NOINPUT);
    assert_non_null(strstr(t->error.text, "/nowhere/train.csv"));
    samples_free(t);
    dataset_query_ask_levels(s.explore, 0);
    struct intensity_histogram *l = NULL;
    for (int i = 0; !(l = dataset_query_take_levels(s.explore)); i++)
        nap(i);
    assert_int_equal(l->error.code, ERR_NOINPUT);
    free(l);
    dataset_query_free(s.explore);
    wake_fini(&s.wake);
    work_close(&s.work);
}

static struct intensity_histogram *take_levels(struct scene *s)
{
    for (int i = 0;; nap(i++)) {
        struct intensity_histogram *l = dataset_query_take_levels(s->explore);
        if (l && l->whole)
            return l;
        free(l);
    }
}

static uint64_t pixels_of(const struct intensity_histogram *l, int set, int channel)
{
    uint64_t sum = 0;
    for (int v = 0; v < 256; v++)
        sum += l->sets[set].counts[channel][v];
    return sum;
}

/* Pixels of one value in one plane of every sample with a class (or of all: -1). */
static uint64_t count_here(const struct scene *s, int class, int channel, int value)
{
    uint64_t n = 0;
    char path[4096];
    for (int row = 0; row < s->index->n; row++) {
        struct image im;
        if (class >= 0 && !labels_has(&s->index->labels[row], class))
            continue;
        assert_int_equal(index_plane_path(s->index, row, channel, path, NULL), 0);
        assert_int_equal(image_load_png(path, "red", &im, NULL), 0);
        for (int i = 0; i < SIDE * SIDE; i++)
            n += im.pixels[i] == value;
        image_fini(&im);
    }
    return n;
}

static void assert_levels(const struct scene *s, const struct intensity_histogram *l, int class)
{
    int with = 0;
    for (int row = 0; row < s->index->n; row++)
        with += labels_has(&s->index->labels[row], class);
    assert_int_equal(l->error.code, ERR_NONE);
    assert_int_equal(l->class, class);
    assert_int_equal(l->sets[INTENSITY_HISTOGRAM_ALL].images, TRAIN);
    assert_int_equal(l->sets[INTENSITY_HISTOGRAM_CLASS].images, with);
    assert_int_equal(l->sets[INTENSITY_HISTOGRAM_TEST].images, TEST);
    for (int c = 0; c < l->channels; c++)
        for (int set = 0; set < INTENSITY_HISTOGRAM_SETS; set++)
            assert_int_equal(pixels_of(l, set, c), (uint64_t)l->sets[set].images * SIDE * SIDE);
    for (int value = 0; value < 256; value += 37) {
        assert_int_equal(l->sets[INTENSITY_HISTOGRAM_ALL].counts[1][value],
                         count_here(s, -1, 1, value));
        assert_int_equal(l->sets[INTENSITY_HISTOGRAM_CLASS].counts[0][value],
                         count_here(s, class, 0, value));
    }
}

static void test_levels(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "levels");
    dataset_query_ask_levels(s.explore, 0);
    struct intensity_histogram *l = take_levels(&s);
    assert_levels(&s, l, 0);
    assert_false(l->cached);
    free(l);
    dataset_query_ask_levels(s.explore, 25); /* only the class is counted anew */
    l = take_levels(&s);
    assert_levels(&s, l, 25);
    free(l);
    close_scene(&s);
}

static void rename_plane(const struct scene *s, int row, bool away)
{
    char path[4096], aside[4100];
    assert_int_equal(index_plane_path(s->index, row, 1, path, NULL), 0);
    snprintf(aside, sizeof aside, "%s.x", path);
    assert_int_equal(away ? rename(path, aside) : rename(aside, path), 0);
}

/* Who looks before there is a cache sees it once it is built, without asking for another class; a
 * file that is gone since is no loss then. */
static void test_levels_of_a_cache_that_is_built_later(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "later");
    rename_plane(&s, 3, true);
    dataset_query_ask_levels(s.explore, 0);
    struct intensity_histogram *l = take_levels(&s);
    assert_false(l->cached);
    assert_int_equal(l->sets[INTENSITY_HISTOGRAM_ALL].images, TRAIN - 1);
    free(l);
    rename_plane(&s, 3, false);
    small_cache_build(&s.work, SIDE);
    rename_plane(&s, 3, true);
    dataset_query_ask_levels(s.explore, 0);
    l = take_levels(&s);
    rename_plane(&s, 3, false);
    assert_true(l->cached);
    assert_levels(&s, l, 0);
    free(l);
    close_scene(&s);
}

/* Of a cache that is cut short while it is read: no picture of what is left, but what to do. */
static void test_levels_of_a_cut_cache(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "cut");
    small_cache_build(&s.work, SIDE);
    dataset_query_ask_levels(s.explore, 0);
    struct intensity_histogram *l = take_levels(&s);
    assert_levels(&s, l, 0);
    assert_true(l->cached);
    free(l);
    small_cache_cut(&s.work, SIDE);
    dataset_query_ask_levels(s.explore, 25);
    l = take_levels(&s);
    assert_int_equal(l->error.code, ERR_DATA);
    assert_non_null(strstr(l->error.text, "train-32.cache"));
    assert_non_null(strstr(l->error.text, "delete the file"));
    free(l);
    close_scene(&s);
}

static void test_splits(void **state)
{
    (void)state;
    struct scene s;
    struct split_quality q;
    int fold[TRAIN];
    open_scene(&s, "splits");
    dataset_query_ask_splits(s.explore);
    struct dataset_query_splits *t = NULL;
    for (int i = 0; !t || !t->whole; nap(i++)) {
        struct dataset_query_splits *more = dataset_query_take_splits(s.explore);
        if (more) {
            free(t);
            t = more;
        }
    }
    assert_int_equal(t->error.code, ERR_NONE);
    assert_in_range(t->n, 2, DATASET_QUERY_SPLITS);
    assert_string_equal(t->rows[0].method, "random");
    assert_string_equal(t->configured, conf_text(s.work.conf, CONF_SPLIT_METHOD));
    for (int i = 0; i < t->n; i++) {
        assert_int_equal(
            split_make(t->rows[i].method, s.index->labels, TRAIN, s.index->k, 3, 1, fold, NULL), 0);
        assert_int_equal(split_measure(s.index->labels, TRAIN, s.index->k, fold, 3, &q, NULL), 0);
        assert_true(t->rows[i].quality.ld == q.ld);
        assert_true(t->rows[i].quality.lpd == q.lpd);
        assert_int_equal(t->rows[i].quality.classes_missing, q.classes_missing);
    }
    free(t);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_and_folds),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_no_table),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_levels_of_a_cache_that_is_built_later),
        cmocka_unit_test(test_levels_of_a_cut_cache),
        cmocka_unit_test(test_splits),
    };
    return cmocka_run_group_tests_name("explore", tests, small_data_make, small_data_remove);
}
