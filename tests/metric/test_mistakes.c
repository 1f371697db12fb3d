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

static void test_lists(void **state)
{
    (void)state;
    const float p[6] = {.2f, .4f, .5f, .9f, .1f, .7f};
    struct scores *s = scores_new(6, 1, NULL);
    int rows[6], n;
    memcpy(s->p, p, sizeof p);
    for (int i = 0; i < 3; i++)
        labels_add(&s->truth[i], 0);
    assert_int_equal(mistakes_list(s, 0, .5, MISTAKES_MISSED, rows, &n, NULL), 0);
    assert_true(n == 2 && rows[0] == 0 && rows[1] == 1); /* .5 >= .5 is found */
    assert_int_equal(mistakes_list(s, 0, .5, MISTAKES_ADDED, rows, &n, NULL), 0);
    assert_true(n == 2 && rows[0] == 3 && rows[1] == 5);
    scores_free(s);
}

/* Nearest to certain first, whatever the order of the samples. */
static void test_lists_are_ordered(void **state)
{
    (void)state;
    const float p[8] = {.3f, .6f, .1f, .9f, .2f, .7f, .1f, .6f}; /* even: of the class */
    static const int missed[4] = {2, 6, 4, 0}, added[4] = {3, 5, 1, 7};
    struct scores *s = scores_new(8, 1, NULL);
    int rows[8], n;
    memcpy(s->p, p, sizeof p);
    for (int i = 0; i < 8; i += 2)
        labels_add(&s->truth[i], 0);
    assert_int_equal(mistakes_list(s, 0, .5, MISTAKES_MISSED, rows, &n, NULL), 0);
    assert_int_equal(n, 4);
    assert_memory_equal(rows, missed, sizeof missed);
    assert_int_equal(mistakes_list(s, 0, .5, MISTAKES_ADDED, rows, &n, NULL), 0);
    assert_int_equal(n, 4);
    assert_memory_equal(rows, added, sizeof added);
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses_as_numpy),
        cmocka_unit_test(test_certain_scores_are_finite),
        cmocka_unit_test(test_rank),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_lists_are_ordered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
