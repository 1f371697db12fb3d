/* Where a long list begins. */
#include "draw/scroll.h"
#include "test.h"

static void test_top(void **state)
{
    (void)state;
    assert_int_equal(scroll_top(0, 4, 5, 20), 0);    /* seen as it is */
    assert_int_equal(scroll_top(0, 5, 5, 20), 1);    /* one below */
    assert_int_equal(scroll_top(8, 3, 5, 20), 3);    /* above */
    assert_int_equal(scroll_top(18, 19, 5, 20), 15); /* the last page is full */
    assert_int_equal(scroll_top(7, 2, 5, 3), 0);     /* all fit */
    assert_int_equal(scroll_top(2, 0, 1, 0), 0);     /* nothing is there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
