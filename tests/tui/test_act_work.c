/* What keys and commands ask of a training, of this process or another. */
#include "app/model_update.h"
#include "input/act.h"
#include "keys/key_codes.h"
#include "near.h"
#include "scene.h"
#include "test.h"
#include "typed.h"

static void test_a_run_of_another_process_takes_requests(void **state)
{
    (void)state;
    struct app_model b;
    struct wish none;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    model_update_run(&b, stored_run("abc", true));
    assert_true(app_model_busy_elsewhere(&b));
    type(&b, "S");
    assert_int_equal(b.dialog.kind, DIALOG_STOP);
    type(&b, "c");
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    type(&b, "p");
    assert_int_equal(wished(&b, ""), WISH_PAUSE);
    type(&b, "t"); /* two at once is asked about */
    assert_int_equal(b.dialog.kind, DIALOG_TRAIN_BESIDE);
    type(&b, "s");
    assert_false(app_model_next_wish(&b, &none));
    type(&b, "tn");
    assert_int_equal(wished(&b, ""), WISH_TRAIN);
    type(&b, "q"); /* leaves without a question */
    assert_int_equal(wished(&b, ""), WISH_QUIT);
    app_model_fini(&b);
}

static void test_no_mark_where_nothing_is_kept(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    app_model_show_tab(&b, TAB_ERRORS);
    b.read_only = true;
    act_line(&b, "mark-sample duplicate");
    assert_non_null(strstr(b.notice, "marks cannot be kept: the work folder is read-only"));
    assert_int_equal(b.errors.marks.n, 0);
    app_model_fini(&b);
}

static void test_rate_and_checkpoint(void **state)
{
    (void)state;
    struct app_model b;
    struct wish none;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    model_update_run(&b, stored_run("abc", false));
    act_line(&b, "lr .0003");
    assert_non_null(strstr(b.notice, "nothing is at work"));
    act_line(&b, "checkpoint");
    assert_non_null(strstr(b.notice, "nothing is at work"));
    assert_false(app_model_next_wish(&b, &none));
    model_update_run(&b, stored_run("abc", true));
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
    assert_false(app_model_next_wish(&b, &none));
    type(&b, "x.5");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, "x.5"), WISH_LR);
    app_model_fini(&b);
}

/* While our own runner works, the run of the store is no other process at work. */
static void test_our_own_run_is_not_elsewhere(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    model_update_run(&b, stored_run(b.snap.run_uuid, true));
    assert_false(app_model_busy_elsewhere(&b));
    b.snap.phase = PHASE_DONE; /* before the store has heard of the end */
    assert_false(app_model_busy_elsewhere(&b));
    app_model_fini(&b);
}

/* P asks for a file, and says why not where there is nothing to predict with. */
static void test_a_submission_is_asked_for(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct wish none;
    b.snap.phase = PHASE_TRAIN;
    type(&b, "P");
    assert_non_null(strstr(b.notice, "when what is at work is done"));
    b.snap.phase = PHASE_DONE;
    app_model_show_tab(&b, TAB_LOG); /* everywhere */
    type(&b, "P");
    assert_int_equal(b.prompt.kind, PROMPT_ARGUMENT);
    assert_string_equal(b.prompt.text, "submission.csv");
    assert_false(app_model_next_wish(&b, &none));
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, "submission.csv"), WISH_PREDICT);
    snprintf(b.table, sizeof b.table, "probs.csv");
    type(&b, "P");
    assert_non_null(strstr(b.notice, "no network"));
    app_model_fini(&b);
    app_model_init(&b);
    type(&b, "P");
    assert_non_null(strstr(b.notice, "t starts a training"));
    assert_false(app_model_next_wish(&b, &none));
    app_model_fini(&b);
}

/* While it works, what is meant for a training is refused; S and q ask about the prediction. */
static void test_a_prediction_is_no_training(void **state)
{
    (void)state;
    static const char *const refused[] = {"pause", "checkpoint", "lr .1", "queue", "train"};
    struct app_model b;
    struct wish none;
    scene_init(&b);
    b.snap.phase = PHASE_PREDICT;
    b.snap.aside = ASIDE_PREDICTION;
    for (int i = 0; i < 5; i++) {
        act_line(&b, refused[i]);
        assert_non_null(strstr(b.notice, "a prediction is at work"));
        assert_false(app_model_next_wish(&b, &none));
    }
    type(&b, "q");
    assert_int_equal(b.dialog.kind, DIALOG_QUIT_PREDICTION);
    type(&b, "s");
    assert_false(app_model_next_wish(&b, &none));
    type(&b, "qe"); /* when it is written: nothing is stopped */
    assert_false(app_model_next_wish(&b, &none));
    assert_true(b.quit_when_idle);
    type(&b, "qc"); /* one q is enough */
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    assert_true(b.quit_when_idle);
    type(&b, "qs");
    type(&b, "Sc");
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    assert_false(b.quit_when_idle);
    snprintf(b.snap.told, sizeof b.snap.told, "6 samples predicted");
    b.snap.phase = PHASE_DONE;
    model_update_snapshot(&b, b.snap.run_uuid, PHASE_PREDICT);
    assert_string_equal(b.notice, "6 samples predicted");
    app_model_fini(&b);
}

/* No store has them: q asks about cuts that were moved, and leaves at once when none was. */
static void test_cuts_of_a_table_are_not_lost(void **state)
{
    (void)state;
    struct app_model b;
    struct wish none;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    model_update_run(&b, stored_run("", false));
    snprintf(b.table, sizeof b.table, "probs.csv");
    type(&b, "q");
    assert_int_equal(wished(&b, ""), WISH_QUIT);
    type(&b, "4lq");
    assert_int_equal(b.dialog.kind, DIALOG_QUIT_CUTS);
    type(&b, "s");
    assert_false(app_model_next_wish(&b, &none));
    type(&b, "qe");
    assert_int_equal(b.prompt.kind, PROMPT_ARGUMENT);
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, "thresholds.json"), WISH_EXPORT);
    type(&b, "qc");
    assert_int_equal(wished(&b, ""), WISH_QUIT);
    act_key(&b, 'Z' & 31); /* the shell is no end */
    assert_int_equal(wished(&b, ""), WISH_SUSPEND);
    app_model_fini(&b);
}

/* Blanks and line ends behind a value are none of it, typed or pasted. */
static void test_blanks_behind_a_value(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_true(act_line(&b, "class 3 "));
    assert_int_equal(b.selected, 3);
    assert_true(act_line(&b, "cut .4 \t"));
    assert_near(b.cuts.now[3], 0.4, 1e-6);
    assert_true(act_line(&b, "sort F1 \r\n"));
    assert_int_equal(b.sort, SORT_F1);
    assert_true(act_line(&b, "lock  "));
    assert_true(b.cuts.locked[3]);
    assert_true(act_line(&b, "screen frame.txt "));
    assert_int_equal(wished(&b, "frame.txt"), WISH_SCREEN);
    assert_true(act_line(&b, "  \r"));
    type(&b, ":screen");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.prompt.kind, PROMPT_ARGUMENT);
    type(&b, "  ");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, "frame.txt"), WISH_SCREEN);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_of_another_process_takes_requests),
        cmocka_unit_test(test_no_mark_where_nothing_is_kept),
        cmocka_unit_test(test_rate_and_checkpoint),
        cmocka_unit_test(test_our_own_run_is_not_elsewhere),
        cmocka_unit_test(test_a_submission_is_asked_for),
        cmocka_unit_test(test_a_prediction_is_no_training),
        cmocka_unit_test(test_cuts_of_a_table_are_not_lost),
        cmocka_unit_test(test_blanks_behind_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
