/* Stability: quantiles by hand, bootstraps against numpy's spread, properties of the rest. */
#include <math.h>

#include "base/mem.h"
#include "metric/bootstrap_thresholds.h"
#include "metric/threshold.h"
#include "scores/sorted_scores.h"
#include "threshold/interval.h"
#include "tune_table.h"

static void test_interval_as_numpy(void **state)
{
    (void)state;
    double values[5] = {4, 1, 3, 2, 5}, one[1] = {7};
    struct interval in = interval_90(values, 5); /* numpy.quantile(..., [.05, .95]) */
    assert_near(in.low, 1.2, 1e-12);
    assert_near(in.high, 4.8, 1e-12);
    in = interval_90(one, 1);
    assert_true(in.low == 7 && in.high == 7);
    assert_true(isnan(interval_90(values, 0).low));
}

/* numpy's bootstrap has the same mean; nine tenths of a bell lie within 1.645 deviations, and the
 * draws of a best cut are no bell: within a half and twice that. */
static void test_bootstrap_as_numpy(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct bootstrap_thresholds out[TUNE_K];
    assert_int_equal(bootstrap_thresholds_measure(s, NULL, 400, 1, out, NULL), 0);
    for (int c = 0; c < 3; c++) {
        double low = sorted_scores_logit(out[c].cut_low),
               high = sorted_scores_logit(out[c].cut_high);
        double want = 2 * 1.645 * tune_classes[c].bootstrap_std;
        assert_true(high - low > want / 2 && high - low < want * 2);
        assert_true(low < sorted_scores_logit(tune_classes[c].bootstrap));
        assert_true(high > sorted_scores_logit(tune_classes[c].bootstrap));
        assert_true(out[c].cut_low <= out[c].cut && out[c].cut <= out[c].cut_high);
        assert_true(out[c].f1_low < out[c].f1 && out[c].f1 < out[c].f1_high);
        assert_true(out[c].regret > 0 && out[c].regret < .1);
    }
    scores_free(s);
}

static void test_absent_class(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct bootstrap_thresholds out[TUNE_K], *none = &out[TUNE_K - 1];
    assert_int_equal(bootstrap_thresholds_measure(s, NULL, 20, 1, out, NULL), 0);
    assert_true(none->cut == .5 && none->f1 == 0);
    assert_true(isnan(none->fold_cut[0]) && isnan(none->cut_low) && isnan(none->regret));
    scores_free(s);
}

/* Separable far apart: every draw cuts in the gap, and F1 is 1 whatever happens. */
static void test_stable_class(void **state)
{
    (void)state;
    struct scores *s = scores_new(50, 1, NULL);
    for (int i = 0; i < 50; i++) {
        s->p[i] = i % 2 ? .75f : .25f;
        if (i % 2)
            labels_add(&s->truth[i], 0);
    }
    struct bootstrap_thresholds out;
    const double low = .1;
    assert_int_equal(bootstrap_thresholds_measure(s, NULL, 50, 3, &out, NULL), 0);
    assert_true(out.cut == .5 && out.cut_low == .5 && out.cut_high == .5);
    assert_true(out.f1 == 1 && out.f1_low == 1 && out.f1_high == 1 && out.regret == 0);
    for (int f = 0; f < BOOTSTRAP_THRESHOLDS_FOLDS; f++)
        assert_true(out.fold_cut[f] == .5);
    assert_int_equal(bootstrap_thresholds_measure(s, &low, 50, 3, &out, NULL), 0);
    assert_true(out.cut == .5);                        /* still the best one */
    assert_true(out.f1_low > .5 && out.f1_high < .85); /* of .1: all positive, F1 2/3 */
    scores_free(s);
}

/* The only positive is in one fold: without that fold there is no cut, without another it is the
 * same. */
static void test_folds_are_left_out(void **state)
{
    (void)state;
    struct scores *s = scores_new(25, 1, NULL);
    for (int i = 0; i < 25; i++)
        s->p[i] = (float)(i + 1) / 32;
    labels_add(&s->truth[24], 0);
    struct bootstrap_thresholds out;
    int without = 0;
    assert_int_equal(bootstrap_thresholds_measure(s, NULL, 1, 1, &out, NULL), 0);
    for (int f = 0; f < BOOTSTRAP_THRESHOLDS_FOLDS; f++) {
        without += isnan(out.fold_cut[f]);
        assert_true(isnan(out.fold_cut[f]) || (out.fold_cut[f] > .5 && out.fold_cut[f] < s->p[24]));
    }
    assert_int_equal(without, 1);
    scores_free(s);
}

static void test_same_seed_same_draws(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct bootstrap_thresholds a[TUNE_K], b[TUNE_K], other[TUNE_K];
    struct err e = {0};
    bootstrap_thresholds_measure(s, NULL, 30, 5, a, NULL);
    bootstrap_thresholds_measure(s, NULL, 30, 5, b, NULL);
    bootstrap_thresholds_measure(s, NULL, 30, 6, other, NULL);
    assert_true(a[0].cut_low == b[0].cut_low && a[0].f1_high == b[0].f1_high);
    assert_true(a[0].f1_high != other[0].f1_high);
    assert_int_equal(bootstrap_thresholds_measure(s, NULL, 0, 5, a, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    scores_free(s);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct bootstrap_thresholds out[TUNE_K];
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        mem_fail_after(n);
        int failed = bootstrap_thresholds_measure(s, NULL, 2, 1, out, &e);
        mem_fail_after(0);
        if (!failed)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    assert_true(failures >= 20);
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interval_as_numpy),    cmocka_unit_test(test_bootstrap_as_numpy),
        cmocka_unit_test(test_absent_class),         cmocka_unit_test(test_stable_class),
        cmocka_unit_test(test_same_seed_same_draws), cmocka_unit_test(test_folds_are_left_out),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
