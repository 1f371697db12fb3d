/* What keys and commands ask of a training, of this process or another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake.h"
#include "typed.h"

static void test_a_run_of_another_process_takes_requests(void **state)
{
    (void)state;
    struct board b;
    board_init(&b);
    intake_labels(&b, scene_labels());
    intake_run(&b, stored_run("abc", true));
    assert_true(board_busy_elsewhere(&b));
    type(&b, "S");
    assert_int_equal(b.dialog.kind, DIALOG_STOP);
    type(&b, "c");
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    type(&b, "p");
    assert_int_equal(wished(&b, ""), WISH_PAUSE);
    type(&b, "q"); /* leaves without a question */
    assert_int_equal(wished(&b, ""), WISH_QUIT);
    board_fini(&b);
}

static void test_rate_and_checkpoint(void **state)
{
    (void)state;
    struct board b;
    struct wish none;
    board_init(&b);
    intake_labels(&b, scene_labels());
    intake_run(&b, stored_run("abc", false));
    act_line(&b, "lr .0003");
    assert_non_null(strstr(b.notice, "nothing is at work"));
    act_line(&b, "checkpoint");
    assert_non_null(strstr(b.notice, "nothing is at work"));
    assert_false(board_next_wish(&b, &none));
    intake_run(&b, stored_run("abc", true));
    act_line(&b, "checkpoint");
    assert_int_equal(wished(&b, ""), WISH_CHECKPOINT);
    act_line(&b, "queue"); /* ours, whatever another process does */
    assert_int_equal(wished(&b, ""), WISH_QUEUE);
    act_line(&b, "lr .0003");
    assert_int_equal(wished(&b, ".0003"), WISH_LR);
    act_line(&b, "lr x0");
    assert_non_null(strstr(b.notice, "a number above 0"));
    act_line(&b, "lr");
    assert_int_equal(b.prompt.kind, PROMPT_ARGUMENT);
    assert_false(board_next_wish(&b, &none));
    type(&b, "x.5");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, "x.5"), WISH_LR);
    board_fini(&b);
}

/* While our own runner works, the run of the store is no other process at work. */
static void test_our_own_run_is_not_elsewhere(void **state)
{
    (void)state;
    struct board b;
    scene_init(&b);
    intake_run(&b, stored_run(b.snap.run_uuid, true));
    assert_false(board_busy_elsewhere(&b));
    b.snap.phase = PHASE_DONE; /* before the store has heard of the end */
    assert_false(board_busy_elsewhere(&b));
    board_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_of_another_process_takes_requests),
        cmocka_unit_test(test_rate_and_checkpoint),
        cmocka_unit_test(test_our_own_run_is_not_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
