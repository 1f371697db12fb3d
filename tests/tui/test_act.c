/* Keys and commands against the model: one selected class everywhere, cuts, filter, prompt,
 * dialogs, wishes. */
#include <math.h>

#include "base/rng.h"
#include "draw/ansi.h"
#include "frame/frame.h"
#include "input/act.h"
#include "input/complete.h"
#include "input/yank.h"
#include "keys/key_codes.h"
#include "keys/mouse_event.h"
#include "near.h"
#include "scene.h"
#include "test.h"
#include "typed.h"

/* What has no sample is not the rarest: nothing of it is to be seen. */
static void test_classes_that_are_not_there(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    b.labels->count[27] = b.labels->count[3] = 0;
    app_model_arrange(&b);
    assert_int_equal(b.order[0], 15);
    assert_int_equal(b.order[26], 3);
    assert_int_equal(b.order[27], 27);
    app_model_fini(&b);
}

static void test_selection(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_int_equal(b.order[0], 27); /* the rarest class of the set */
    assert_int_equal(b.order[27], 0); /* the most common */
    assert_int_equal(b.selected, 27);
    type(&b, "jj");
    assert_int_equal(b.selected, 10);
    type(&b, "k");
    assert_int_equal(b.selected, 15);
    type(&b, "G");
    assert_int_equal(b.selected, 0);
    act_key(&b, INPUT_DOWN); /* stays at the end */
    assert_int_equal(b.selected, 0);
    act_key(&b, INPUT_PAGE_UP);
    assert_int_equal(app_model_row(&b), 27 - b.page);
    type(&b, "g");
    assert_int_equal(app_model_row(&b), 0);
    act_line(&b, "class lysosomes");
    assert_int_equal(b.selected, 10);
    act_line(&b, ":class 3");
    assert_int_equal(b.selected, 3);
    act_line(&b, "class 99");
    assert_int_equal(b.selected, 3);
    assert_int_equal(b.notice_ink, INK_WARN);
    app_model_fini(&b);
}

/* Every list shows the selected class, whatever its height. */
static void test_linked_panes_scroll_together(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    for (int row = 0; row < SCENE_K; row++) {
        app_model_select_row(&b, row);
        for (int page = 1; page < 30; page++) {
            app_model_scroll(&b, page);
            for (int height = page; height < 34; height++) {
                int first = app_model_first_row(&b, height);
                assert_true(first >= 0 && row >= first && row < first + height);
            }
        }
    }
    app_model_fini(&b);
}

static void test_filter_and_sort(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    type(&b, "/NUCLEOLI");
    assert_int_equal(b.shown, 2); /* filtered while typing, in any case */
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.prompt.kind, PROMPT_NONE);
    assert_int_equal(b.shown, 2);
    assert_int_equal(b.selected, 3); /* the rarer of the two */
    act_key(&b, INPUT_ESC);
    assert_int_equal(b.shown, SCENE_K);
    assert_int_equal(b.selected, 3);
    act_line(&b, "filter zzz");
    assert_int_equal(b.shown, 0);
    type(&b, "jkgGlo*");
    act_key(&b, INPUT_ESC);
    act_line(&b, "sort index");
    assert_int_equal(b.order[5], 5);
    act_line(&b, "sort gain");
    for (int i = 1; i < b.shown; i++)
        assert_true(cuts_gain(&b.cuts, b.order[i - 1]) >= cuts_gain(&b.cuts, b.order[i]));
    act_line(&b, "sort f1");
    for (int i = 1; i < b.shown; i++)
        assert_true(b.cuts.at[b.order[i - 1]].f1 <= b.cuts.at[b.order[i]].f1);
    app_model_fini(&b);
}

static void test_cut_keys(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    act_line(&b, "class 0");
    act_line(&b, "cut .4");
    double macro = b.cuts.macro;
    type(&b, "l");
    assert_near(b.cuts.now[0], 0.41F, 0);
    type(&b, "hh");
    assert_near(b.cuts.now[0], 0.39F, 0);
    type(&b, ">>>");
    assert_near(b.cuts.now[0], 0.393F, 0);
    type(&b, "<");
    assert_near(b.cuts.now[0], 0.392F, 0);
    assert_true(b.cuts.macro != macro);
    double f1 = b.cuts.at[0].f1;
    int tp = b.cuts.at[0].tp, fp = b.cuts.at[0].fp;
    type(&b, "]"); /* exactly the next step of a count */
    assert_true(b.cuts.at[0].tp + b.cuts.at[0].fp < tp + fp);
    type(&b, "[[");
    assert_true(b.cuts.at[0].tp + b.cuts.at[0].fp > tp + fp);
    type(&b, "o");
    assert_true(b.cuts.at[0].f1 >= f1);
    assert_near(b.cuts.now[0], b.cuts.best[0], 0);
    type(&b, "*l");
    assert_near(b.cuts.now[0], b.cuts.best[0], 0);
    assert_int_equal(b.notice_ink, INK_WARN);
    type(&b, "*u");
    assert_int_equal(b.cuts.locked[0], false);
    act_key(&b, 'R' & 31);
    assert_near(b.cuts.now[0], b.cuts.best[0], 0);
    type(&b, "O");
    for (int i = 0; i < SCENE_K; i++)
        assert_near(b.cuts.now[i], b.cuts.best[i], 0);
    app_model_fini(&b);
}

static void test_keys_follow_the_pane(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    b.focus = PANE_CURVES;
    bool counts = b.log_counts;
    type(&b, "y");
    assert_true(b.log_loss);
    assert_int_equal(b.log_counts, counts);
    int smooth = b.smooth;
    enum app_model_sort sort = b.sort;
    type(&b, "s");
    assert_int_not_equal(b.smooth, smooth);
    assert_int_equal(b.sort, sort);
    act_key(&b, '\t');
    assert_int_equal(b.focus, PANE_F1);
    type(&b, "s");
    assert_int_not_equal(b.sort, sort);
    act_key(&b, INPUT_BACK_TAB);
    assert_int_equal(b.focus, PANE_CURVES);
    type(&b, "7j");
    assert_int_equal(b.tab, TAB_LOG);
    type(&b, "1z");
    assert_int_equal(b.tab, TAB_BOARD);
    assert_true(b.zoomed);
    act_key(&b, INPUT_ESC);
    assert_false(b.zoomed);
    act_line(&b, "smooth .6");
    assert_near(app_model_smooth_weight(&b), 0.6, 0);
    act_line(&b, "smooth 0");
    assert_near(app_model_smooth_weight(&b), 0, 0);
    app_model_fini(&b);
}

static void test_a_slip_is_told(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    type(&b, "9");
    assert_string_equal(b.notice, "9 has no meaning here: ? lists the keys");
    type(&b, "j");
    assert_string_equal(b.notice, "");
    type(&b, "]u");
    assert_string_equal(b.notice, "");
    act_line(&b, "class 4");
    act_line(&b, "cut .9");
    act_line(&b, "filter golgi");
    type(&b, "u"); /* of a class that is not in sight */
    assert_non_null(strstr(b.notice, "Nuclear speckles"));
    app_model_fini(&b);
}

static void test_pages_of_the_list(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    b.page = 8;
    app_model_scroll(&b, 8);
    act_key(&b, INPUT_PAGE_DOWN);
    assert_int_equal(app_model_row(&b), 8);
    act_key(&b, INPUT_PAGE_DOWN);
    assert_int_equal(app_model_row(&b), 16);
    act_key(&b, INPUT_PAGE_UP);
    assert_int_equal(app_model_row(&b), 8);
    app_model_fini(&b);
}

static void test_prompt(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    type(&b, ":pau\t");
    assert_string_equal(b.prompt.text, "pause");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, ""), WISH_PAUSE);
    type(&b, ":");
    act_key(&b, INPUT_UP);
    assert_string_equal(b.prompt.text, "pause");
    act_key(&b, INPUT_ESC);
    type(&b, "wv");
    act_key(&b, 0xe9); /* e with an accent, as the terminal sends it */
    act_key(&b, INPUT_LEFT);
    act_key(&b, INPUT_BACKSPACE);
    act_key(&b, 'v');
    act_key(&b, INPUT_END);
    act_key(&b, 0x9b); /* no control characters */
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, "v\xc3\xa9"), WISH_SAVE);
    act_line(&b, "save current");
    assert_int_equal(b.notice_ink, INK_WARN);
    act_line(&b, "export cuts file.json");
    assert_int_equal(wished(&b, "cuts file.json"), WISH_EXPORT);
    type(&b, "/x");
    act_key(&b, INPUT_BACKSPACE);
    act_key(&b, INPUT_BACKSPACE); /* an empty line closes */
    assert_int_equal(b.prompt.kind, PROMPT_NONE);
    assert_false(act_line(&b, "no-such-command"));
    assert_true(act_line(&b, "# a comment"));
    assert_true(act_line(&b, ""));
    app_model_fini(&b);
}

static void tab_gives(struct app_model *b, const char *expected)
{
    act_key(b, '\t');
    assert_string_equal(b->prompt.text, expected);
}

static void test_arguments_are_completed(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    scene_sets(&b);
    type(&b, ":sort ");
    tab_gives(&b, "sort rarity");
    tab_gives(&b, "sort index");
    tab_gives(&b, "sort F1");
    tab_gives(&b, "sort gain");
    tab_gives(&b, "sort rarity"); /* round */
    act_key(&b, 'U' & 31);
    type(&b, "class nucleoli f");
    tab_gives(&b, "class Nucleoli fibrillar center");
    act_key(&b, 'U' & 31);
    type(&b, "mouse o");
    tab_gives(&b, "mouse on");
    tab_gives(&b, "mouse off");
    act_key(&b, 'U' & 31);
    type(&b, "compare of");
    tab_gives(&b, "compare of last week");
    act_key(&b, 'U' & 31);
    type(&b, "cut .");
    tab_gives(&b, "cut ."); /* any number: nothing to offer */
    act_key(&b, 'U' & 31);
    type(&b, "set-key run.");
    for (int i = 0; i < 20; i++) { /* round all of them: a key in no list is not offered */
        act_key(&b, '\t');
        assert_non_null(strstr(b.prompt.text, "set-key run."));
        assert_null(strstr(b.prompt.text, "run.hold"));
    }
    act_key(&b, INPUT_ESC);
    app_model_fini(&b);
}

/* Names of files come from elsewhere, later: what was typed meanwhile stays. */
static void test_names_of_files(void **state)
{
    (void)state;
    struct app_model b;
    struct paths_names names = {.asked = "cu", .whole = "cuts", .n = 2, .name = {"cuts1", "cuts2"}};
    scene_init(&b);
    type(&b, ":export cu\t");
    assert_int_equal(wished(&b, "cu"), WISH_NAMES);
    complete_names(&b.prompt, complete_path_at(&b), &names);
    assert_string_equal(b.prompt.text, "export cuts");
    assert_int_equal(b.prompt.offers_n, 2);
    assert_string_equal(b.prompt.offers[1], "cuts2");
    type(&b, "1");
    assert_int_equal(b.prompt.offers_n, 0);
    complete_names(&b.prompt, complete_path_at(&b), &names);
    assert_string_equal(b.prompt.text, "export cuts1");
    act_key(&b, INPUT_ESC);
    type(&b, "ecu\t"); /* the same where an action asks */
    assert_int_equal(complete_path_at(&b), 0);
    app_model_fini(&b);
}

static void test_what_is_copied(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    type(&b, "Y");
    assert_int_equal(wished(&b, ""), WISH_YANK);
    act_line(&b, "yank cuts.txt");
    assert_int_equal(wished(&b, "cuts.txt"), WISH_YANK);
    act_line(&b, "screen frame.ansi");
    assert_int_equal(wished(&b, "frame.ansi"), WISH_SCREEN);
    char *text = yank_text(&b); /* every class, not only those in sight */
    for (int i = 0; i < SCENE_K; i++)
        assert_non_null(strstr(text, scene_classes[i].name));
    assert_null(strstr(text, "\n\n"));
    free(text);
    act_line(&b, "theme light");
    assert_int_equal(b.data.look.theme, THEME_LIGHT);
    act_line(&b, "theme");
    assert_int_equal(b.data.look.theme, THEME_DARK);
    act_line(&b, "color 16");
    assert_int_equal(b.data.look.tier, THEME_16);
    act_line(&b, "color");
    assert_int_equal(b.data.look.tier, THEME_8);
    app_model_fini(&b);
}

/* SGR sequences only where the look changes; bold red on blue by number. */
static void test_a_frame_with_colours(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 4, 1);
    canvas_text(&c, 0, 0, INK_RED | ATTR_BOLD, "ab");
    canvas_put_colors(&c, 2, 0, 'c', 196, 21);
    char *text = ansi_dump(&c, THEME_DARK, THEME_256);
    assert_string_equal(text, "\033[0;1;38;5;167;48;5;233mab\033[0;38;5;196;48;5;21mc"
                              "\033[0;38;5;252;48;5;233m \033[0m\n");
    free(text);
    canvas_fini(&c);
}

static void test_paste_reaches_the_prompt_only(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    act_key(&b, INPUT_PASTED | 'q');
    assert_int_equal(b.dialog.kind, DIALOG_NONE);
    type(&b, "/");
    act_key(&b, INPUT_PASTED | 'q');
    assert_string_equal(b.filter, "q");
    app_model_fini(&b);
}

static void test_leaving_asks_while_training(void **state)
{
    (void)state;
    struct app_model b;
    struct wish none;
    scene_init(&b);
    type(&b, "q");
    assert_int_equal(b.dialog.kind, DIALOG_QUIT);
    type(&b, "j"); /* chooses, does not move the class */
    assert_int_equal(b.selected, 27);
    act_key(&b, INPUT_ESC);
    assert_false(app_model_next_wish(&b, &none));
    act_key(&b, 'Z' & 31);
    assert_int_equal(b.dialog.kind, DIALOG_QUIT);
    type(&b, "e");
    assert_int_equal(wished(&b, ""), WISH_STOP_EPOCH);
    assert_true(b.quit_when_idle);
    type(&b, "qs"); /* asked again: stay after all */
    assert_false(b.quit_when_idle);
    type(&b, "qd");
    assert_int_equal(wished(&b, ""), WISH_DETACH);
    type(&b, "S");
    act_key(&b, INPUT_DOWN);
    act_key(&b, INPUT_ENTER);
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    type(&b, "t");
    assert_false(app_model_next_wish(&b, &none)); /* one training at a time */
    b.snap.phase = PHASE_DONE;
    type(&b, "q");
    assert_int_equal(wished(&b, ""), WISH_QUIT);
    act_key(&b, 'Z' & 31);
    assert_int_equal(wished(&b, ""), WISH_SUSPEND);
    type(&b, "S");
    assert_int_equal(b.dialog.kind, DIALOG_NONE);
    app_model_fini(&b);
}

static void test_a_stored_run_can_be_resumed(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    type(&b, "lo*uOw"); /* nothing there yet: nothing happens */
    assert_int_equal(b.cuts.k, 0);
    model_update_run(&b, stored_run("abc", false));
    assert_int_equal(b.cuts.k, SCENE_K);
    assert_near(b.held_out, 0.519, 0);
    struct run_query_run *older = stored_run("abc", false);
    older->scores_epoch = 5;
    older->held_out_f1 = 0.4;
    model_update_run(&b, older); /* an estimate of an earlier epoch says nothing about the newest */
    assert_near(b.held_out, 0.519, 0);
    type(&b, "t");
    assert_int_equal(b.dialog.kind, DIALOG_TRAIN);
    type(&b, "r");
    assert_int_equal(wished(&b, "abc"), WISH_TRAIN);
    type(&b, "tn");
    assert_int_equal(wished(&b, ""), WISH_TRAIN);
    app_model_fini(&b);
}

static void test_set_and_edits_come_back(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    struct run_query_run *r = stored_run("abc", false);
    r->has_set = true;
    r->set = (struct threshold_set){.name = "current", .epoch = 6, .k = SCENE_K};
    for (int i = 0; i < SCENE_K; i++)
        r->set.cuts[i] = 0.5;
    r->set.cuts[4] = 0.25;
    r->edits_n = 1;
    r->edits = xcalloc(1, sizeof *r->edits);
    r->edits[0] = (struct threshold_edit){1, 4, 0.5, 0.25};
    model_update_run(&b, r);
    assert_near(b.cuts.now[4], 0.25F, 0);
    type(&b, "u");
    assert_near(b.cuts.now[4], 0.5F, 0);
    assert_int_equal(b.selected, 4);
    /* the same run again, as when it is followed: nothing the user did is lost */
    model_update_run(&b, stored_run("abc", false));
    assert_near(b.cuts.now[4], 0.5F, 0);
    assert_int_equal(b.cuts.edits_n, 1);
    app_model_fini(&b);
}

static void test_a_store_that_is_busy_forgets_nothing(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    model_update_run(&b, stored_run("abc", true));
    cuts_move(&b.cuts, 3, 0.1);
    struct run_query_run *none = xcalloc(1, sizeof *none);
    err_set(&none->error, ERR_LOCKED, "hpa.db is locked");
    model_update_run(&b, none);
    assert_string_equal(app_model_run_uuid(&b), "abc");
    assert_near(b.cuts.now[3], 0.1F, 0);
    assert_true(app_model_busy_elsewhere(&b));
    app_model_fini(&b);
}

static void test_notices(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    app_model_say(&b, INK_TEXT, "saved");
    assert_false(app_model_forget_notice(&b, b.notice_at + 1));
    assert_string_equal(b.notice, "saved");
    assert_true(app_model_forget_notice(&b, b.notice_at + 60));
    assert_string_equal(b.notice, "");
    app_model_say(&b, INK_ERROR, "lost");
    assert_false(app_model_forget_notice(&b, b.notice_at + 60));
    app_model_fini(&b);
}

static void test_a_finished_run_is_not_resumed(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    struct run_query_run *r = stored_run("abc", false);
    r->row.epochs_done = r->row.epochs;
    model_update_run(&b, r);
    type(&b, "t");
    assert_int_equal(b.dialog.kind, DIALOG_NONE);
    assert_int_equal(wished(&b, ""), WISH_TRAIN);
    app_model_fini(&b);
}

static void test_a_new_run_starts_with_new_cuts(void **state)
{
    (void)state;
    struct app_model b;
    char uuid[40];
    scene_init(&b);
    cuts_move(&b.cuts, 3, 0.1);
    snprintf(uuid, sizeof uuid, "%s", b.snap.run_uuid);
    snprintf(b.snap.run_uuid, sizeof b.snap.run_uuid, "other");
    b.snap.points_n = 0;
    assert_true(model_update_snapshot(&b, uuid, PHASE_TRAIN));
    assert_int_equal(b.cuts.k, 0);
    assert_true(isnan(b.held_out));
    model_update_scores(&b, scene_scores(1), 1);
    assert_near(b.cuts.now[3], b.cuts.best[3], 0);
    app_model_fini(&b);
}

static void test_failure_is_said(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    b.snap.phase = PHASE_FAILED;
    err_set(&b.snap.error, ERR_NUMERIC, "the loss is not a number at step 7");
    assert_true(model_update_snapshot(&b, b.snap.run_uuid, PHASE_TRAIN));
    assert_string_equal(b.notice, "the loss is not a number at step 7");
    assert_int_equal(b.notice_ink, INK_ERROR);
    app_model_fini(&b);
}

static void test_every_action_does_something(void **state)
{
    (void)state;
    for (int a = 1; a < ACTION_COUNT; a++) {
        struct app_model b;
        scene_init(&b);
        if (!act_do(&b, (enum action)a, ""))
            fail_msg("%s stands in no table of handlers", keymap_entry((enum action)a)->command);
        app_model_fini(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_that_are_not_there),
        cmocka_unit_test(test_selection),
        cmocka_unit_test(test_linked_panes_scroll_together),
        cmocka_unit_test(test_filter_and_sort),
        cmocka_unit_test(test_cut_keys),
        cmocka_unit_test(test_keys_follow_the_pane),
        cmocka_unit_test(test_a_slip_is_told),
        cmocka_unit_test(test_pages_of_the_list),
        cmocka_unit_test(test_prompt),
        cmocka_unit_test(test_arguments_are_completed),
        cmocka_unit_test(test_names_of_files),
        cmocka_unit_test(test_what_is_copied),
        cmocka_unit_test(test_a_frame_with_colours),
        cmocka_unit_test(test_paste_reaches_the_prompt_only),
        cmocka_unit_test(test_leaving_asks_while_training),
        cmocka_unit_test(test_a_stored_run_can_be_resumed),
        cmocka_unit_test(test_set_and_edits_come_back),
        cmocka_unit_test(test_a_store_that_is_busy_forgets_nothing),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_a_finished_run_is_not_resumed),
        cmocka_unit_test(test_a_new_run_starts_with_new_cuts),
        cmocka_unit_test(test_failure_is_said),
        cmocka_unit_test(test_every_action_does_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
