/* The middle 90% of drawn values, against numpy.quantile(values, [.05, .95]). */
#include <math.h>

#include "near.h"
#include "test.h"
#include "threshold/interval.h"

static void test_by_numpy(void **state)
{
    (void)state;
    double one[] = {.25}, two[] = {3, 1}, four[] = {4, 1, 3, 2}, equal[] = {2, 2, 2};
    double many[21], with_negative[] = {0, -1, 5, -3, 2, -1};
    struct interval i = interval_90(one, 1);
    assert_near(i.low, .25, 0);
    assert_near(i.high, .25, 0);
    i = interval_90(two, 2);
    assert_near(i.low, 1.1, 1e-12);
    assert_near(i.high, 2.9, 1e-12);
    assert_near(two[0], 1, 0); /* sorted in place */
    i = interval_90(four, 4);
    assert_near(i.low, 1.15, 1e-12);
    assert_near(i.high, 3.85, 1e-12);
    i = interval_90(equal, 3);
    assert_near(i.low, 2, 0);
    assert_near(i.high, 2, 0);
    i = interval_90(with_negative, 6);
    assert_near(i.low, -2.5, 1e-12);
    assert_near(i.high, 4.25, 1e-12);
    for (int n = 0; n < 21; n++)
        many[n] = (n * 8) % 21; /* 0 to 20 in another order: both ends fall on a value */
    i = interval_90(many, 21);
    assert_near(i.low, 1, 1e-12);
    assert_near(i.high, 19, 1e-12);
}

static void test_no_values(void **state)
{
    (void)state;
    double none[1] = {7};
    struct interval i = interval_90(none, 0);
    assert_true(isnan(i.low) && isnan(i.high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_numpy),
        cmocka_unit_test(test_no_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
