/* Calibration against scikit-learn's calibration_curve and brier_score_loss. */
#include <math.h>

#include "metric/calibration.h"
#include "tune_table.h"

static void test_as_sklearn(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    for (int c = 0; c < TUNE_K - 1; c++) {
        const struct tune_class *t = &tune_classes[c];
        struct calibration got;
        double error = 0;
        int filled = 0, n = 0;
        calibration_class(s, c, TUNE_BINS, &got);
        assert_near(got.brier, t->brier, 1e-9);
        for (int i = 0; i < TUNE_BINS; i++) {
            n += got.bin[i].n;
            if (!got.bin[i].n) {
                assert_true(isnan(got.bin[i].mean) && isnan(got.bin[i].rate));
                continue;
            }
            assert_near(got.bin[i].mean, t->bin_mean[filled], 1e-9);
            assert_near(got.bin[i].rate, t->bin_rate[filled], 1e-12);
            error +=
                got.bin[i].n * fabs(t->bin_mean[filled] - t->bin_rate[filled]) / (double)TUNE_N;
            filled++;
        }
        assert_int_equal(filled, t->bins);
        assert_int_equal(n, TUNE_N);
        assert_near(got.error, error, 1e-9);
    }
    scores_free(s);
}

static void test_without_samples(void **state)
{
    (void)state;
    struct scores *s = scores_new(0, 1, NULL);
    struct calibration got;
    calibration_class(s, 0, 3, &got);
    assert_true(isnan(got.brier) && got.error == 0 && isnan(got.bin[2].rate));
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_sklearn),
        cmocka_unit_test(test_without_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
