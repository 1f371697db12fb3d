/* Precision, recall, F1, macro and micro F1 against scikit-learn (tests/reference). */
#include <math.h>

#include "metric/f1.h"
#include "table.h"

static void test_counts(void **state)
{
    (void)state;
    assert_true(f1_of_counts(0, 0, 0) == 0);
    assert_true(f1_of_counts(0, 3, 2) == 0);
    assert_true(f1_of_counts(4, 0, 0) == 1);
    assert_near(f1_of_counts(2, 1, 3), 0.5, 1e-15); /* 4 / (4 + 1 + 3) */
}

static void same(double a, double b, double tolerance)
{
    if (isnan(b))
        assert_true(isnan(a));
    else
        assert_near(a, b, tolerance);
}

static void check_table(const struct metric_table *t)
{
    struct scores *s = table_scores(t);
    double cuts[LABELS_MAX];
    struct report r;
    for (int c = 0; c < t->k; c++)
        cuts[c] = t->classes[c].cut;
    assert_int_equal(f1_report(s, cuts, &r, NULL), 0);
    assert_int_equal(r.n, t->n);
    assert_int_equal(r.k, t->k);
    same(r.macro_f1, t->macro_f1, 1e-12);
    same(r.micro_f1, t->micro_f1, 1e-12);
    for (int c = 0; c < t->k; c++) {
        same(r.classes[c].precision, t->classes[c].precision, 1e-12);
        same(r.classes[c].recall, t->classes[c].recall, 1e-12);
        same(r.classes[c].f1, t->classes[c].f1, 1e-12);
        same(r.classes[c].ap, t->classes[c].ap, 1e-12);
        same(r.classes[c].auc, t->classes[c].auc, 1e-12);
        assert_int_equal(r.classes[c].support, r.classes[c].tp + r.classes[c].fn);
        assert_true(r.classes[c].cut == cuts[c]);
    }
    scores_free(s);
}

static void test_report_as_scikit_learn(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++)
        check_table(&metric_tables[i]);
}

static void test_report_refuses_nan(void **state)
{
    (void)state;
    struct scores *s = table_scores(&metric_tables[0]);
    double cuts[LABELS_MAX] = {0};
    struct report r;
    struct err e = {0};
    s->p[7] = NAN;
    assert_int_equal(f1_report(s, cuts, &r, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    scores_free(s);
}

static void test_predict_row(void **state)
{
    (void)state;
    const float p[4] = {.2f, .5f, .5f, .1f};
    const double low[4] = {.3, .5, .6, .1}, high[4] = {.9, .9, .9, .9};
    struct labels set = f1_predict_row(p, low, 4, -1);
    assert_int_equal(set.bits[0], 1 << 1 | 1 << 3); /* score == cut is positive */
    set = f1_predict_row(p, low, 4, 0);
    assert_int_equal(set.bits[0], 1 << 1 | 1 << 3);
    assert_int_equal(f1_predict_row(p, high, 4, -1).bits[0], 0);
    assert_int_equal(f1_predict_row(p, high, 4, -2).bits[0], 1 << 1);
    assert_int_equal(f1_predict_row(p, high, 4, 3).bits[0], 1 << 3);
}

static void test_class_beyond_64(void **state)
{
    (void)state;
    struct scores *s = scores_new(2, 100, NULL);
    double cuts[LABELS_MAX];
    struct report r;
    for (int c = 0; c < 100; c++)
        cuts[c] = .5;
    s->p[99] = .75f;
    labels_add(&s->truth[0], 99);
    assert_int_equal(f1_report(s, cuts, &r, NULL), 0);
    assert_int_equal(r.classes[99].tp, 1);
    assert_near(r.macro_f1, .01, 1e-15);
    assert_true(isnan(r.classes[0].ap));
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_report_as_scikit_learn),
        cmocka_unit_test(test_report_refuses_nan),
        cmocka_unit_test(test_predict_row),
        cmocka_unit_test(test_class_beyond_64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
