/* Focal loss and its gradient against PyTorch in double precision, and at the ends of float. */
#include <float.h>

#include "near.h"
#include "nn/loss.h"
#include "reference/optim_vectors.h"

static void test_as_pytorch(void **state)
{
    (void)state;
    for (int i = 0; i < LOSS_CASES; i++) {
        enum loss_reduction reduction = loss_cases[i].sum_classes ? LOSS_SUM_CLASSES : LOSS_MEAN;
        float gradient[LOSS_N * LOSS_K];
        double value = loss_focal(loss_logits, loss_y, LOSS_N, LOSS_K, loss_cases[i].gamma,
                                  reduction, gradient);
        assert_near(value, loss_cases[i].value, 1e-10 * loss_cases[i].value);
        for (int j = 0; j < LOSS_N * LOSS_K; j++) {
            double wanted = loss_cases[i].gradient[j];
            assert_near(gradient[j], wanted, 1e-6 * fabs(wanted) + 1e-30);
        }
        assert_true(loss_focal(loss_logits, loss_y, LOSS_N, LOSS_K, loss_cases[i].gamma, reduction,
                               NULL) == value);
    }
}

static void test_largest_logits_stay_finite(void **state)
{
    (void)state;
    const float x[6] = {FLT_MAX, -FLT_MAX, 1000, -1000, FLT_MAX, -FLT_MAX};
    const float y[6] = {1, 0, 1, 0, 0, 1};
    for (double gamma = 0; gamma <= 5; gamma++) {
        float gradient[6];
        double right = loss_focal(x, y, 2, 2, gamma, LOSS_SUM_CLASSES, gradient);
        assert_true(right == 0);
        double wrong = loss_focal(x + 4, y + 4, 1, 2, gamma, LOSS_SUM_CLASSES, gradient + 4);
        assert_near(wrong, 2 * (double)FLT_MAX, 1e30);
        for (int i = 0; i < 4; i++)
            assert_true(fabsf(gradient[i]) == 0);
        assert_near(gradient[4], 1, 1e-6);
        assert_near(gradient[5], -1, 1e-6);
    }
}

static void test_gradient_by_differences(void **state)
{
    (void)state;
    const float y[1] = {1};
    for (float x = -6; x <= 6; x += .5f) {
        float low = x - 0x1p-8f, high = x + 0x1p-8f, gradient;
        loss_focal(&x, y, 1, 1, 2, LOSS_MEAN, &gradient);
        double slope = (loss_focal(&high, y, 1, 1, 2, LOSS_MEAN, NULL) -
                        loss_focal(&low, y, 1, 1, 2, LOSS_MEAN, NULL)) /
                       0x1p-7;
        assert_near(gradient, slope, 2e-5);
    }
}

static void test_sigmoid(void **state)
{
    (void)state;
    const float x[7] = {0, -1, 1, 100, -100, FLT_MAX, -FLT_MAX};
    float p[7];
    loss_sigmoid(x, p, 7);
    assert_true(p[0] == .5f && p[3] == 1 && p[5] == 1 && p[6] == 0);
    assert_near(p[1], 0.2689414213699951, 1.5e-8);
    assert_near(p[1] + p[2], 1, 1e-7);
    assert_near(p[4] / 3.720075976020836e-44f, 1, .02); /* a subnormal, not yet 0 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_pytorch),
        cmocka_unit_test(test_largest_logits_stay_finite),
        cmocka_unit_test(test_gradient_by_differences),
        cmocka_unit_test(test_sigmoid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
