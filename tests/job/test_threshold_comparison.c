/* Two vectors of cuts: the worker answers what the comparison says, the newest question wins. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "job/threshold_comparison.h"
#include "metric/tune_table.h"

static const double PATIENCE = 60;

static struct threshold_comparison *wait_for(struct threshold_comparison_desk *d, uint64_t question)
{
    double end = clock_seconds() + PATIENCE;
    for (;;) {
        struct threshold_comparison *r = threshold_comparison_take(d);
        if (r && r->question == question)
            return r;
        free(r);
        assert_true(clock_seconds() < end);
        usleep(2000);
    }
}

/* Against scikit-learn's F1 on numpy's draws (tests/reference/tune_vectors.py). */
static void test_an_answer(void **state)
{
    (void)state;
    struct wake wake;
    struct err e = {0};
    struct scores *s = tune_table();
    const struct tune_change *want = &tune_changes[TUNE_K];
    assert_int_equal(wake_init(&wake), 0);
    struct threshold_comparison_desk *d = threshold_comparison_open(&wake, &e);
    assert_non_null(d);
    mem_fail_after(1);
    assert_int_equal(threshold_comparison_ask(d, s, tune_before, tune_after, 6, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_int_equal(threshold_comparison_ask(d, s, tune_before, tune_after, 7, &e), 0);
    scores_free(s); /* it has its own */
    struct threshold_comparison *r = wait_for(d, 7);
    assert_int_equal(r->error.code, ERR_NONE);
    assert_near(r->macro.delta, want->delta, 1e-12);
    assert_near(r->macro.low, want->low, 4 * want->low_std);
    assert_near(r->macro.high, want->high, 4 * want->high_std);
    free(r);
    threshold_comparison_close(d);
    wake_fini(&wake);
}

static void test_the_newest_question_wins(void **state)
{
    (void)state;
    struct wake wake;
    struct scores *s = tune_table();
    assert_int_equal(wake_init(&wake), 0);
    struct threshold_comparison_desk *d = threshold_comparison_open(&wake, NULL);
    for (uint64_t i = 1; i < 20; i++)
        assert_int_equal(threshold_comparison_ask(d, s, tune_before, tune_after, i, NULL), 0);
    assert_int_equal(threshold_comparison_ask(d, s, tune_after, tune_before, 20, NULL), 0);
    struct threshold_comparison *r = wait_for(d, 20);
    assert_int_equal(r->error.code, ERR_NONE);
    assert_near(r->macro.delta, -tune_changes[TUNE_K].delta, 1e-12);
    free(r);
    assert_int_equal(threshold_comparison_ask(d, s, tune_before, tune_after, 21, NULL), 0);
    threshold_comparison_close(d); /* with a question at work */
    wake_fini(&wake);
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer),
        cmocka_unit_test(test_the_newest_question_wins),
    };
    return cmocka_run_group_tests_name("rivals", tests, NULL, NULL);
}
