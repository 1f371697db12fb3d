/* Losses against numpy, ranking and lists by hand. */
#include <math.h>

#include "metric/mistakes.h"
#include "tune_table.h"

static void test_losses_as_numpy(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double loss[TUNE_N];
    mistakes_losses(s, 0, loss);
    for (int i = 0; i < TUNE_N; i++)
        assert_near(loss[i], tune_bce[i], 1e-9);
    mistakes_losses(s, 2, loss);
    for (int i = 0; i < TUNE_N; i++)
        assert_near(loss[i], tune_focal[i], 1e-9);
    scores_free(s);
}

static void test_certain_scores_are_finite(void **state)
{
    (void)state;
    struct scores *s = scores_new(2, 1, NULL);
    double loss[2];
    s->p[0] = 1; /* wrong and certain */
    s->p[1] = 1;
    labels_add(&s->truth[1], 0);
    mistakes_losses(s, 0, loss);
    assert_near(loss[0], -log(1e-7), 1e-6);
    assert_near(loss[1], 1e-7, 1e-9);
    scores_free(s);
}

static void test_rank(void **state)
{
    (void)state;
    const double loss[5] = {.1, .7, .3, .7, 0};
    const int want[5] = {1, 3, 2, 0, 4};
    int rows[5];
    assert_int_equal(mistakes_rank(loss, 5, rows, NULL), 0);
    assert_memory_equal(rows, want, sizeof want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses_as_numpy),
        cmocka_unit_test(test_certain_scores_are_finite),
        cmocka_unit_test(test_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
