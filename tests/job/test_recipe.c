/* From keys of the configuration to the recipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/conf.h"
#include "recipe.h"

static struct pretrained_rule rule_of(const char *channels)
{
    struct err e = {0};
    struct conf *c = conf_new();
    assert_int_equal(conf_set(c, "data.channels", channels, "a test", &e), 0);
    struct pretrained_rule rule = recipe_stem(c);
    conf_free(c);
    return rule;
}

static void assert_colours(const char *channels, int a, int b, int c, int d)
{
    struct pretrained_rule rule = rule_of(channels);
    assert_int_equal(rule.colour[0], a);
    assert_int_equal(rule.colour[1], b);
    assert_int_equal(rule.colour[2], c);
    assert_int_equal(rule.colour[3], d);
}

static void test_filters_follow_the_names_of_stains(void **state)
{
    (void)state;
    assert_colours("red,green,blue,yellow", 0, 1, 2, -1);
    assert_colours("yellow, green ,blue,red", -1, 1, 2, 0);
    assert_colours("blue,er", 2, -1, -1, -1);
    assert_colours("tubules,protein,nucleus,er", 0, 1, 2, -1); /* no colour: as they stand */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters_follow_the_names_of_stains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
