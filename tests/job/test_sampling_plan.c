/* What the configuration says of the training samples; and trainings that are fed otherwise, in
 * legs, which end in the same bits as those that were never interrupted. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "data/index.h"
#include "data/weights.h"
#include "logged.h"
#include "small_run.h"
#include "train/sampling_plan.h"

static void check_text(const char *preset, const char *more, const char *wanted)
{
    char text[160];
    struct err e = {0};
    struct conf *c = conf_new();
    assert_int_equal(conf_set(c, "augment.preset", preset, "test", &e), 0);
    assert_int_equal(more && conf_set_pair(c, more, "test", &e), 0);
    struct augment a = sampling_plan_augment(c);
    sampling_plan_augment_text(&a, text, sizeof text);
    assert_string_equal(text, wanted);
    assert_int_equal(augment_any(&a), strcmp(wanted, "none") != 0);
    conf_free(c);
}

static void test_augmentation(void **state)
{
    (void)state;
    check_text("none", NULL, "none");
    check_text("dihedral", NULL, "flip, turn");
    check_text("none", "augment.rotate=180", "rotate 180");
    check_text("none", "augment.turn=yes", "turn");
    check_text("none", "augment.scale=0.5,1", "scale 0.5-1");
    check_text("dihedral", "augment.turn=no", "flip");
    check_text("standard", NULL,
               "flip, turn, rotate 30, scale 0.9-1.1, shift 0.05, brightness 0.1");
    check_text("strong", "augment.contrast=0.3",
               "flip, turn, rotate 45, scale 0.8-1.25, shift 0.1, brightness 0.2, contrast 0.3, "
               "cutout 0.25");
}

static struct index *index_of(struct conf *c)
{
    char text[300];
    struct err e = {0};
    snprintf(text, sizeof text, "%s/hpa.conf", small_data);
    assert_int_equal(conf_load_file(c, text, &e), 0);
    struct index *x = index_open_train(c, &e);
    assert_non_null(x);
    return x;
}

/* Id,weight: 0 for every fourth sample, else 1 to 3. */
static const char *write_weights(void)
{
    static char path[128];
    struct conf *c = conf_new();
    struct index *x = index_of(c);
    snprintf(path, sizeof path, "%s/weights.csv", tempdir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("Id,weight\n", f);
    for (int i = 0; i < x->n; i++)
        fprintf(f, "%s,%d\n", x->ids[i], i % 4);
    fclose(f);
    index_close(x);
    conf_free(c);
    return path;
}

/* Samples 10 to 49 of the drawn set: class 3 three times, class 0 twice, unless both. */
static void test_oversampling(void **state)
{
    (void)state;
    struct conf *c = conf_new();
    struct index *x = index_of(c);
    struct sampling_plan f;
    struct err e = {0};
    int rows[40], shown[60] = {0}, n = 0;
    small_set(c, "train.sampler=oversample");
    small_set(c, "train.oversample=3:3,0:2");
    for (int i = 0; i < 40; i++)
        rows[i] = 10 + i;
    assert_int_equal(sampling_plan_open(&f, c, x, NULL, &e), 0);
    assert_int_equal(sampling_plan_deal(&f, c, x, rows, 40, &e), 0);
    assert_null(f.sums);
    for (int i = 0; i < f.n; i++)
        shown[f.rows[i]]++;
    for (int i = 0; i < 60; i++) {
        const struct labels *set = &x->labels[i];
        int times = labels_has(set, 3) ? 3 : labels_has(set, 0) ? 2 : 1;
        assert_int_equal(shown[i], i >= 10 && i < 50 ? times : 0);
        n += shown[i];
    }
    assert_int_equal(f.n, n);
    assert_true(f.n > 40);
    sampling_plan_close(&f);
    index_close(x);
    conf_free(c);
}

static void test_draws(void **state)
{
    (void)state;
    struct conf *c = conf_new();
    struct index *x = index_of(c);
    struct sampling_plan f;
    struct err e = {0};
    const int rows[] = {7, 3, 5};
    float weight[3];
    small_set(c, "train.sampler=shuffle");
    assert_int_equal(sampling_plan_open(&f, c, x, NULL, &e), 0);
    assert_int_equal(sampling_plan_deal(&f, c, x, rows, 3, &e), 0);
    assert_ptr_equal(f.rows, rows); /* shuffled: nothing else is needed */
    assert_null(f.sums);
    sampling_plan_close(&f);
    small_set(c, "train.sampler=balanced");
    assert_int_equal(sampling_plan_open(&f, c, x, NULL, &e), 0);
    assert_int_equal(sampling_plan_deal(&f, c, x, rows, 3, &e), 0);
    weights_balanced(x->labels, rows, 3, x->k, weight);
    assert_true(f.n == 3 && f.sums[0] == (double)weight[0] &&
                f.sums[1] == (double)weight[0] + (double)weight[1]);
    sampling_plan_close(&f);
    small_set(c, "train.sampler=weights");
    assert_int_equal(sampling_plan_open(&f, c, x, write_weights(), &e), 0);
    assert_int_equal(sampling_plan_deal(&f, c, x, rows, 3, &e), 0);
    assert_true(f.n == 3 && f.sums[0] == 3 && f.sums[1] == 6 && f.sums[2] == 7);
    sampling_plan_close(&f);
    const int fourths[] = {4, 8}; /* of weight 0 */
    assert_int_equal(sampling_plan_open(&f, c, x, write_weights(), &e), 0);
    assert_int_equal(sampling_plan_deal(&f, c, x, fourths, 2, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    sampling_plan_close(&f);
    index_close(x);
    conf_free(c);
}

static void refused(struct conf *c, const struct index *x, const char *pair, const char *wanted)
{
    struct sampling_plan f;
    struct err e = {0};
    small_set(c, pair);
    assert_int_equal(sampling_plan_open(&f, c, x, NULL, &e), -1);
    if (!strstr(e.text, wanted))
        fail_msg("%s, not %s", e.text, wanted);
    sampling_plan_close(&f);
}

static void test_refusals(void **state)
{
    (void)state;
    struct conf *c = conf_new();
    struct index *x = index_of(c);
    refused(c, x, "train.sampler=oversample", "train.sampler=oversample needs train.oversample:");
    refused(c, x, "train.oversample=28:2",
            "train.oversample: '28:2' is not CLASS:TIMES with a class of 0..27");
    refused(c, x, "train.sampler=weights", "train.sampler=weights needs train.sample_weights:");
    refused(c, x, "train.sample_weights=no-such-file.csv", "no-such-file.csv");
    mem_fail_after(1);
    refused(c, x, "train.sample_weights=no-such-file.csv", "weights of samples");
    mem_fail_after(0);
    index_close(x);
    conf_free(c);
}

/* Whole, and stopped at step 3 and 7; `gone`: a file that the run must not need again. */
static void check_legs(const char *name, const char *const *more, const char *gone)
{
    char whole[64], parts[64];
    snprintf(whole, sizeof whole, "%s-whole", name);
    snprintf(parts, sizeof parts, "%s-parts", name);
    int64_t steps = small_train(whole, 2, NULL, 0, more);
    assert_int_equal(small_train(parts, 1, NULL, 3, more), 3);
    if (gone)
        unlink(gone);
    assert_int_equal(small_train(parts, 2, "one", 7, NULL), 7);
    assert_int_equal(small_train(parts, 1, "one", 0, NULL), steps);
    small_same_run(whole, parts);
}

static void test_runs_by_weights(void **state)
{
    (void)state;
    char setting[160];
    const char *path = write_weights();
    snprintf(setting, sizeof setting, "train.sample_weights=%s", path);
    const char *const more[] = {"train.sampler=weights", setting, NULL};
    check_legs("weights", more, path);
    struct history drawn = {0}, shuffled = {0};
    small_train("shuffled", 2, NULL, 0, NULL);
    small_history("weights-whole", &drawn);
    small_history("shuffled", &shuffled);
    assert_true(fabs(drawn.rows[0].train_loss - shuffled.rows[0].train_loss) > 1e-6);
    history_fini(&drawn);
    history_fini(&shuffled);
}

static void test_runs_with_repeats(void **state)
{
    (void)state;
    static const char *const more[] = {"train.sampler=oversample", "train.oversample=0:3",
                                       "augment.preset=strong", NULL};
    uint64_t since = log_last();
    check_legs("repeats", more, NULL);
    assert_true(logged(since,
                       "run one: augmentation flip, turn, rotate 45, scale 0.8-1.25, shift "
                       "0.1, brightness 0.2, contrast 0.2, cutout 0.25; sampler oversample, "));
}

/* 40 samples to train: batches of 9 leave out the last 4 of an order that stays. */
static void test_told_what_is_never_shown(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"train.batch=9", "train.shuffle=no", "train.sampler=shuffle"},
        {"train.batch=8", "train.shuffle=no", "train.sampler=shuffle"},
        {"train.batch=9", "train.shuffle=yes", "train.sampler=shuffle"},
        {"train.batch=9", "train.shuffle=no", "train.sampler=balanced"},
    };
    char folder[16];
    for (int i = 0; i < 4; i++) {
        const char *const more[] = {cases[i][0], cases[i][1], "train.max_steps=1", cases[i][2],
                                    NULL};
        uint64_t since = log_last();
        snprintf(folder, sizeof folder, "rest-%d", i);
        small_train(folder, 2, NULL, 0, more);
        assert_int_equal(
            logged(since, "run one: never trains on the last 4 of its 40 samples: without"),
            i == 0);
        assert_int_equal(logged(since, "never trains"), i == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_augmentation),
        cmocka_unit_test(test_oversampling),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_runs_by_weights),
        cmocka_unit_test(test_runs_with_repeats),
        cmocka_unit_test(test_told_what_is_never_shown),
    };
    return cmocka_run_group_tests_name("feed", tests, small_data_make, small_data_remove);
}
