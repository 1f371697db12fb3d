/* The words are part of the store and of run.json: they may not change. */
#include <string.h>

#include "store/run_status.h"
#include "test.h"

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(run_status_name(RUN_RUNNING), "running");
    assert_string_equal(run_status_name(RUN_PAUSED), "paused");
    assert_string_equal(run_status_name(RUN_DONE), "done");
    assert_string_equal(run_status_name(RUN_STOPPED), "stopped");
    assert_string_equal(run_status_name(RUN_FAILED), "failed");
    assert_string_equal(run_status_name(RUN_INTERRUPTED), "interrupted");
    assert_string_equal(run_status_name(RUN_WAITING), "waiting");
    for (int i = 0; i < RUN_STATUS_COUNT; i++)
        assert_int_equal(run_status_parse(run_status_name((enum run_status)i)), i);
    assert_int_equal(run_status_parse("sleeping"), RUN_UNKNOWN);
    assert_int_equal(run_status_parse(""), RUN_NO_STATUS);
}

static void test_live(void **state)
{
    (void)state;
    for (int i = 0; i < RUN_STATUS_COUNT; i++)
        assert_int_equal(run_status_is_live((enum run_status)i),
                         i == RUN_RUNNING || i == RUN_PAUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_live),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
