/* The rule of run.keep. */
#include "base/retention_rule.h"
#include "test.h"

static void what_is_a_rule(void **state)
{
    (void)state;
    struct retention_rule r;
    assert_true(retention_rule_parse("last,best", &r));
    assert_true(r.every == 0 && r.newest == 0);
    assert_true(retention_rule_parse("every:5,last,previous,newest:2", &r));
    assert_true(r.every == 5 && r.newest == 2);
    static const char *const wrong[] = {"",        "all",      "last,",    ",best",
                                        "every",   "every:",   "every:0",  "every:-1",
                                        "every:x", "newest:0", "last best"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(retention_rule_parse(wrong[i], &r));
}

static int kept(const char *rule, int done)
{
    struct retention_rule r;
    int epochs = 0; /* a decimal digit for each epoch that stays */
    assert_true(retention_rule_parse(rule, &r));
    for (int epoch = 1; epoch <= done; epoch++)
        if (retention_rule_holds(&r, epoch, done))
            epochs = 10 * epochs + epoch;
    return epochs;
}

static void what_it_keeps(void **state)
{
    (void)state;
    assert_int_equal(kept("last,best", 9), 0);
    assert_int_equal(kept("every:3", 8), 36);
    assert_int_equal(kept("newest:2", 8), 78);
    assert_int_equal(kept("newest:9", 3), 123);
    assert_int_equal(kept("every:4,newest:2", 9), 489);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_a_rule),
        cmocka_unit_test(what_it_keeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
