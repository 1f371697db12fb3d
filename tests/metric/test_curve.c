/* Curves against scikit-learn's precision_recall_curve; histograms by hand. */
#include <math.h>

#include "metric/curve.h"
#include "tune_table.h"

static void check_curve(struct threshold_table *t, int class, const double *precision,
                        const double *recall, int n)
{
    struct curve_point points[TUNE_N + 1];
    assert_int_equal(curve_class(t, class, points), n);
    for (int i = 0; i < n; i++) {
        double both = precision[i] + recall[i];
        assert_near(points[i].precision, precision[i], 1e-12);
        assert_near(points[i].recall, recall[i], 1e-12);
        assert_near(points[i].f1, recall[i] > 0 ? 2 * precision[i] * recall[i] / both : 0, 1e-12);
        assert_true(i == 0 || points[i].cut > points[i - 1].cut);
        assert_true(i == 0 || points[i].predicted < points[i - 1].predicted);
    }
}

static void test_curve_as_sklearn(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct threshold_table *t = threshold_table_new(s, NULL);
    check_curve(t, 0, tune_precision_0, tune_recall_0,
                sizeof tune_precision_0 / sizeof *tune_precision_0);
    check_curve(t, 2, tune_precision_2, tune_recall_2,
                sizeof tune_precision_2 / sizeof *tune_precision_2);
    threshold_table_free(t);
    scores_free(s);
}

static void test_curve_of_few(void **state)
{
    (void)state;
    struct curve_point points[4];
    struct scores *s = scores_new(3, 1, NULL);
    for (int n = 0; n <= 3; n++) {
        s->n = n;
        s->p[0] = s->p[1] = .5f;
        s->p[2] = .25f;
        struct threshold_table *t = threshold_table_new(s, NULL);
        const int plateaus[] = {1, 2, 2, 3};
        assert_int_equal(curve_class(t, 0, points), plateaus[n]);
        assert_int_equal(points[0].predicted, n);
        assert_int_equal(points[plateaus[n] - 1].predicted, 0);
        threshold_table_free(t);
    }
    s->n = 3;
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curve_as_sklearn),
        cmocka_unit_test(test_curve_of_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
