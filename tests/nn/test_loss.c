/* Focal loss and its gradient against PyTorch in double precision, and at the ends of float. */
#include <float.h>

#include "near.h"
#include "nn/loss.h"
#include "reference/optim_vectors.h"

static struct loss case_loss(int i)
{
    return (struct loss){.gamma = loss_cases[i].gamma,
                         .has_alpha = loss_cases[i].alpha >= 0,
                         .alpha = loss_cases[i].alpha,
                         .smoothing = loss_cases[i].smoothing,
                         .class_weights = loss_cases[i].weighted ? loss_weights : NULL,
                         .reduction = loss_cases[i].sum_classes ? LOSS_SUM_CLASSES : LOSS_MEAN};
}

static void test_as_pytorch(void **state)
{
    (void)state;
    for (int i = 0; i < LOSS_CASES; i++) {
        struct loss l = case_loss(i);
        float gradient[LOSS_N * LOSS_K];
        double value = loss_focal(&l, loss_logits, loss_y, LOSS_N, LOSS_K, gradient);
        assert_near(value, loss_cases[i].value, 1e-10 * loss_cases[i].value);
        for (int j = 0; j < LOSS_N * LOSS_K; j++) {
            double wanted = loss_cases[i].gradient[j];
            assert_near(gradient[j], wanted, 1e-6 * fabs(wanted) + 1e-30);
        }
        assert_true(loss_focal(&l, loss_logits, loss_y, LOSS_N, LOSS_K, NULL) == value);
    }
}

static void test_largest_logits_stay_finite(void **state)
{
    (void)state;
    const float x[6] = {FLT_MAX, -FLT_MAX, 1000, -1000, FLT_MAX, -FLT_MAX};
    const float y[6] = {1, 0, 1, 0, 0, 1};
    for (double gamma = 0; gamma <= 5; gamma++) {
        float gradient[6];
        struct loss l = {.gamma = gamma, .reduction = LOSS_SUM_CLASSES};
        double right = loss_focal(&l, x, y, 2, 2, gradient);
        assert_true(right == 0);
        double wrong = loss_focal(&l, x + 4, y + 4, 1, 2, gradient + 4);
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
    for (int i = 0; i < LOSS_CASES; i++)
        for (float x = -6; x <= 6; x += .5f) {
            struct loss l = case_loss(i);
            float low[LOSS_K], high[LOSS_K], at[LOSS_K], gradient[LOSS_K];
            const float y[LOSS_K] = {1, 0, 0, 1};
            for (int c = 0; c < LOSS_K; c++)
                at[c] = low[c] = high[c] = x + .125f * (float)c;
            loss_focal(&l, at, y, 1, LOSS_K, gradient);
            for (int c = 0; c < LOSS_K; c++) {
                low[c] -= 0x1p-8f;
                high[c] += 0x1p-8f;
                double slope = (loss_focal(&l, high, y, 1, LOSS_K, NULL) -
                                loss_focal(&l, low, y, 1, LOSS_K, NULL)) /
                               0x1p-7;
                assert_near(gradient[c], slope, 5e-5);
                low[c] = high[c] = at[c];
            }
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
