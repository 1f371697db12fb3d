/* Average precision and ROC-AUC: small tables by hand; scikit-learn's values in test_f1.c. */
#include <math.h>

#include "metric/ranking.h"
#include "table.h"

static void ranked(const float *p, const int *truth, int n, double *ap, double *auc)
{
    struct scores *s = scores_new(n, 1, NULL);
    for (int i = 0; i < n; i++) {
        s->p[i] = p[i];
        if (truth[i])
            labels_add(&s->truth[i], 0);
    }
    assert_int_equal(ranking_class(s, 0, ap, auc, NULL), 0);
    scores_free(s);
}

static void test_by_hand(void **state)
{
    (void)state;
    double ap, auc;
    ranked((const float[]){.9f, .8f, .7f, .6f}, (const int[]){1, 0, 1, 0}, 4, &ap, &auc);
    assert_near(ap, .5 * 1 + .5 * 2 / 3, 1e-15);
    assert_near(auc, .75, 1e-15);
    ranked((const float[]){.1f, .8f, .3f, .6f}, (const int[]){0, 1, 0, 1}, 4, &ap, &auc);
    assert_true(ap == 1 && auc == 1);
    ranked((const float[]){.9f, .2f}, (const int[]){0, 1}, 2, &ap, &auc);
    assert_true(ap == .5 && auc == 0);
}

static void test_ties_are_one_step(void **state)
{
    (void)state;
    double ap, auc;
    ranked((const float[]){.5f, .5f, .5f, .5f}, (const int[]){1, 0, 0, 0}, 4, &ap, &auc);
    assert_true(ap == .25 && auc == .5);
    ranked((const float[]){-0.0f, 0.0f}, (const int[]){1, 0}, 2, &ap, &auc);
    assert_true(ap == .5 && auc == .5);
}

static void test_undefined(void **state)
{
    (void)state;
    double ap, auc;
    ranked((const float[]){.5f, .1f}, (const int[]){0, 0}, 2, &ap, &auc);
    assert_true(isnan(ap) && isnan(auc));
    ranked((const float[]){.5f, .1f}, (const int[]){1, 1}, 2, &ap, &auc);
    assert_true(ap == 1 && isnan(auc));
    ranked(NULL, NULL, 0, &ap, &auc);
    assert_true(isnan(ap) && isnan(auc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_ties_are_one_step),
        cmocka_unit_test(test_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
