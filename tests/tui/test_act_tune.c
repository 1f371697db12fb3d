/* The Tune tab's actions: methods applied to one class or to all, sets loaded, compared, read from
 * files. */
#include <stdlib.h>

#include "frame/frame.h"
#include "input/act.h"
#include "keys/key_codes.h"
#include "near.h"
#include "scene.h"
#include "test.h"

static void type(struct app_model *b, const char *text)
{
    for (; *text; text++)
        act_key(b, *text);
}

/* The chosen method's cuts are what o and O move to; a list takes keys for itself. */
static void test_the_list_begins_at_the_method_in_force(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    scene_estimates(&b);
    type(&b, "4m");
    const struct held_out_estimate *t = tune_view_estimates(&b.tune, b.scores_taken);
    assert_string_equal(t->methods[b.tune.method_row].name, "exact");
    assert_true(b.tune.method_row > 0);
    app_model_fini(&b);
}

/* The held-out figure is named with the method it is of: that of epochs until the chosen one is
 * estimated. */
static void test_held_out_names_its_method(void **state)
{
    (void)state;
    struct app_model b;
    const char *method;
    double std;
    scene_init(&b);
    snprintf(b.tune.method, sizeof b.tune.method, "calibrated");
    assert_true(isfinite(app_model_held_out(&b, &std, &method)));
    assert_string_equal(method, RUN_EPOCH_METHOD);
    scene_estimates(&b);
    assert_near(app_model_held_out(&b, &std, &method), 0.5230, 0);
    assert_string_equal(method, "calibrated");
    app_model_fini(&b);
}

static void test_methods(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    type(&b, "4m");
    assert_int_equal(b.focus, PANE_METHODS);
    type(&b, "jj"); /* nothing estimated yet: no list */
    assert_int_equal(b.tune.method_row, 0);
    act_line(&b, "method consensus");
    assert_non_null(strstr(b.notice, "still being estimated"));
    scene_estimates(&b);
    act_line(&b, "method nonsense");
    assert_int_equal(b.notice_ink, INK_WARN);
    assert_string_equal(b.tune.method, "exact");
    act_line(&b, "class 5");
    type(&b, "jj"); /* moves in the list, not in the classes */
    assert_int_equal(b.selected, 5);
    type(&b, "jjjjjjjjjjjkkk");
    act_line(&b, "class 7");
    type(&b, "o");
    assert_string_equal(b.tune.method, "calibrated");
    assert_near(b.cuts.now[7], 0.32F, 0);
    assert_near(b.cuts.now[8], b.cuts.best[8], 0);
    assert_int_equal(cuts_undo_depth(&b.cuts), 1);
    cuts_toggle_lock(&b.cuts, 9);
    act_key(&b, INPUT_ENTER);
    assert_near(b.cuts.now[8], 0.33F, 0);
    assert_near(b.cuts.now[9], b.cuts.best[9], 0); /* locked */
    assert_int_equal(cuts_undo_depth(&b.cuts), 2); /* all of it one step */
    type(&b, "m");
    assert_int_equal(b.focus, PANE_CLASSES);
    type(&b, "u");
    assert_near(b.cuts.now[8], b.cuts.best[8], 0);
    type(&b, "1"); /* on the Board, too */
    act_line(&b, "class 8");
    type(&b, "o");
    assert_near(b.cuts.now[8], 0.33F, 0);
    double before = b.cuts.now[8];
    model_update_scores(&b, scene_scores(7), 7); /* what was estimated is about older scores */
    type(&b, "o");
    assert_near(b.cuts.now[8], before, 0);
    assert_non_null(strstr(b.notice, "still being estimated"));
    app_model_fini(&b);
}

static void test_sets(void **state)
{
    (void)state;
    struct app_model b;
    struct wish wish;
    scene_init(&b);
    act_line(&b, "set v3");
    assert_int_equal(b.notice_ink, INK_WARN); /* not read yet */
    scene_sets(&b);
    act_line(&b, "set nonsense");
    assert_int_equal(b.notice_ink, INK_WARN);
    type(&b, "4n");
    assert_int_equal(b.focus, PANE_SETS);
    type(&b, "jjj");
    cuts_toggle_lock(&b.cuts, 4);
    double locked = b.cuts.now[4];
    act_key(&b, INPUT_ENTER);
    assert_near(b.cuts.now[5], 0.35F, 0);
    assert_near(b.cuts.now[4], locked, 0);
    assert_string_equal(b.cuts.name, "of last week");
    assert_true(b.cuts.edited); /* a locked one differs */
    assert_non_null(strstr(b.notice, "1 locked"));
    assert_int_equal(cuts_undo_depth(&b.cuts), 1);
    cuts_toggle_lock(&b.cuts, 4);
    act_line(&b, "set of last week");
    assert_near(b.cuts.now[4], 0.34F, 0);
    assert_false(b.cuts.edited);
    act_key(&b, INPUT_ESC);
    assert_int_equal(b.focus, PANE_CLASSES);
    type(&b, "uu");
    assert_near(b.cuts.now[5], b.cuts.best[5], 0);
    act_line(&b, "compare v3");
    assert_int_equal(b.focus, PANE_SETS);
    assert_int_equal(b.tune.set_row, 0);
    act_line(&b, "import cuts.json");
    assert_true(app_model_next_wish(&b, &wish));
    assert_int_equal(wish.kind, WISH_IMPORT);
    assert_string_equal(wish.text, "cuts.json");
    struct run_query_cuts *cuts = xcalloc(1, sizeof *cuts);
    cuts->set = b.tune.sets->set[1];
    snprintf(cuts->set.name, sizeof cuts->set.name, "cuts.json");
    model_update_import(&b, cuts);
    assert_near(b.cuts.now[5], 0.35F, 0);
    struct run_query_cuts *failed = xcalloc(1, sizeof *failed);
    err_set(&failed->error, ERR_DATA, "cuts.json: has no \"thresholds\"");
    model_update_import(&b, failed);
    assert_int_equal(b.notice_ink, INK_ERROR);
    assert_false(app_model_next_wish(&b, &wish));
    app_model_fini(&b);
}

/* A set saved again under its name stands once in the list, first. */
static void test_saved_sets_are_listed(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct threshold_set set = cuts_set(&b.cuts, "mine");
    tune_view_keep_set(&b.tune, &set);
    scene_sets(&b);
    tune_view_keep_set(&b.tune, &set);
    assert_int_equal(tune_view_sets_n(&b.tune), 3);
    set = cuts_set(&b.cuts, "of last week");
    tune_view_keep_set(&b.tune, &set);
    assert_int_equal(tune_view_sets_n(&b.tune), 3);
    assert_int_equal(tune_view_set_named(&b.tune, "of last week"), 0);
    assert_int_equal(tune_view_set_named(&b.tune, "mine"), 1);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_list_begins_at_the_method_in_force),
        cmocka_unit_test(test_held_out_names_its_method),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_saved_sets_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
