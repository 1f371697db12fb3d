/* Two sets of cuts side by side: differences by hand, intervals by their properties and against
 * tests/reference/tune_vectors.py. */
#include <math.h>

#include "base/mem.h"
#include "metric/bootstrap_diff.h"
#include "metric/f1.h"
#include "tune_table.h"

static void test_differences(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double before[TUNE_K], after[TUNE_K];
    struct report a, b;
    struct bootstrap_diff out;
    for (int c = 0; c < TUNE_K; c++) {
        before[c] = .5;
        after[c] = c == 3 ? .5 : .3 + .02 * c;
    }
    assert_int_equal(f1_report(s, before, &a, NULL) | f1_report(s, after, &b, NULL), 0);
    assert_int_equal(bootstrap_diff_sets(s, before, s, after, 200, 1, NULL, &out, NULL), 0);
    assert_near(out.macro.delta, b.macro_f1 - a.macro_f1, 1e-12);
    for (int c = 0; c < TUNE_K; c++) {
        const struct bootstrap_diff_delta *d = &out.classes[c];
        assert_near(d->delta, b.classes[c].f1 - a.classes[c].f1, 1e-12);
        if (c == 3)
            assert_true(d->low == 0 && d->high == 0); /* paired: no luck between equal cuts */
        else
            assert_true(d->low <= d->delta && d->delta <= d->high);
    }
    assert_true(out.classes[0].low < out.classes[0].high);
    scores_free(s);
}

/* Against scikit-learn's F1 on numpy's draws; quantiles of 1,000 draws may be off by their Monte
 * Carlo error, which the reference has measured. */
static void test_intervals(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct bootstrap_diff out;
    assert_int_equal(bootstrap_diff_sets(s, tune_before, s, tune_after, BOOTSTRAP_DIFF_DRAWS, 1,
                                         NULL, &out, NULL),
                     0);
    for (int c = 0; c <= TUNE_K; c++) {
        const struct bootstrap_diff_delta *d = c < TUNE_K ? &out.classes[c] : &out.macro;
        const struct tune_change *want = &tune_changes[c];
        assert_near(d->delta, want->delta, 1e-12);
        assert_near(d->low, want->low, 4 * want->low_std + 1e-12);
        assert_near(d->high, want->high, 4 * want->high_std + 1e-12);
    }
    scores_free(s);
}

static void test_a_seed_and_a_cancel(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct bootstrap_diff one, again, other;
    struct err e = {0};
    atomic_bool cancel = true;
    assert_int_equal(bootstrap_diff_sets(s, tune_before, s, tune_after, 50, 3, NULL, &one, NULL),
                     0);
    assert_int_equal(bootstrap_diff_sets(s, tune_before, s, tune_after, 50, 3, NULL, &again, NULL),
                     0);
    assert_int_equal(bootstrap_diff_sets(s, tune_before, s, tune_after, 50, 4, NULL, &other, NULL),
                     0);
    assert_true(one.macro.low == again.macro.low && one.macro.high == again.macro.high);
    assert_true(one.macro.low != other.macro.low);
    assert_int_equal(bootstrap_diff_sets(s, tune_before, s, tune_after, 50, 3, &cancel, &one, &e),
                     -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    scores_free(s);
}

/* One positive in ten is found only after: F1 goes from 0 to 1 in every draw that holds it, which
 * are more than nineteen in twenty of none. */
static void test_sure_gain(void **state)
{
    (void)state;
    struct scores *s = scores_new(40, 1, NULL);
    for (int i = 0; i < 40; i++) {
        s->p[i] = i % 4 ? .1f : .4f;
        if (i % 4 == 0)
            labels_add(&s->truth[i], 0);
    }
    const double before = .5, after = .2;
    struct bootstrap_diff out;
    assert_int_equal(bootstrap_diff_sets(s, &before, s, &after, 100, 1, NULL, &out, NULL), 0);
    assert_true(out.macro.delta == 1 && out.macro.low == 1 && out.macro.high == 1);
    scores_free(s);
}

static void test_other_samples(void **state)
{
    (void)state;
    struct scores *s = tune_table(), *other = tune_table();
    double cuts[TUNE_K] = {0};
    struct bootstrap_diff out;
    struct err e = {0};
    other->truth[3].bits[0] ^= 1;
    assert_int_equal(bootstrap_diff_sets(s, cuts, other, cuts, 10, 1, NULL, &out, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    scores_free(s);
    scores_free(other);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double cuts[TUNE_K] = {0};
    struct bootstrap_diff out;
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        mem_fail_after(n);
        int failed = bootstrap_diff_sets(s, cuts, s, cuts, 2, 1, NULL, &out, &e);
        mem_fail_after(0);
        if (!failed)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    assert_int_equal(failures, 4); /* weights, values, predictions of both sides */
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences),         cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_a_seed_and_a_cancel), cmocka_unit_test(test_sure_gain),
        cmocka_unit_test(test_other_samples),       cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
