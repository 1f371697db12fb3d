/* Whole frames against goldens (golden.h). */
#include "app/model_update.h"
#include "base/clock.h"
#include "base/log.h"
#include "frame/frame.h"
#include "golden.h"
#include "input/act.h"
#include "keys/key_codes.h"
#include "model/keymap.h"
#include "scene_data.h"
#include "test.h"
#include "typed.h"

static char *drawn(struct app_model *b, int columns, int rows)
{
    struct canvas c;
    canvas_init(&c, columns, rows);
    frame_draw(b, &c);
    char *text = canvas_dump(&c, 0);
    canvas_fini(&c);
    return text;
}

static void assert_drawn(struct app_model *b, int columns, int rows, const char *part)
{
    char *text = drawn(b, columns, rows);
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in the frame:\n%s", part, text);
    free(text);
}

static void test_board(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    scene_moves(&b);
    assert_goldens(&b, "board");
    app_model_fini(&b);
}

/* Labels that were corrected since the run wrote its scores. */
static void test_changed_labels(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    scene_moves(&b);
    b.labels_changed = 1;
    assert_drawn(&b, 160, 48, "1 label changed");
    b.labels_changed = 12;
    b.samples_gone = 2;
    assert_drawn(&b, 160, 48, "12 labels changed  2 gone");
    app_model_fini(&b);
}

static void tune_scene(struct app_model *b)
{
    scene_init(b);
    scene_sets(b);
    scene_moves(b);
    scene_estimates(b);
    act_line(b, "tune");
    act_line(b, "class lysosomes");
}

static void test_tune(void **state)
{
    (void)state;
    struct app_model b;
    tune_scene(&b);
    assert_goldens(&b, "tune");
    app_model_fini(&b);
}

static void test_lists_of_the_tune_tab(void **state)
{
    (void)state;
    struct app_model b;
    tune_scene(&b);
    act_line(&b, "method consensus");
    act_line(&b, "methods");
    assert_golden(&b, "methods", 80, 24);
    struct run_query_sets *sets = b.tune.sets;
    b.tune.sets = NULL;
    b.focus = PANE_SETS;
    assert_golden(&b, "sets-none", 80, 24);
    b.tune.sets = sets;
    act_line(&b, "compare of last week");
    assert_golden(&b, "sets", 80, 24);
    assert_golden(&b, "sets", 160, 48);
    scene_rivals(&b, 0.0031, 0.019);
    assert_golden(&b, "sets-sure", 80, 24);
    assert_golden(&b, "sets-sure", 160, 48);
    assert_non_null(tune_view_rivals(&b.tune, &b.cuts, b.scores_taken));
    scene_rivals(&b, -0.0042, 0.019); /* nothing new to ask: the same contest */
    assert_golden(&b, "sets-chance", 80, 24);
    cuts_move(&b.cuts, 3, 0.9); /* with other cuts the answer is none */
    assert_null(tune_view_rivals(&b.tune, &b.cuts, b.scores_taken));
    cuts_undo(&b.cuts);
    assert_non_null(tune_view_rivals(&b.tune, &b.cuts, b.scores_taken));
    act_key(&b, INPUT_ESC);
    b.focus = PANE_PR_CURVE;
    assert_golden(&b, "recall", 80, 24);
    app_model_fini(&b);
}

/* Scores that say nothing, or next to nothing, are drawn as such. */
static void test_tune_in_extremes(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    b.tier = "256";
    act_line(&b, "tune");
    assert_golden(&b, "tune-empty", 80, 24);
    model_update_labels(&b, scene_labels());
    struct scores *one = scores_new(1, SCENE_K, NULL); /* one sample, all scores 0 */
    labels_add(&one->truth[0], 27);
    model_update_scores(&b, one, 1);
    assert_drawn(&b, 80, 24, "neg 0");
    assert_drawn(&b, 80, 24, "pos 1");
    assert_golden(&b, "tune-one", 80, 24);
    act_line(&b, "class 3"); /* without a positive */
    assert_drawn(&b, 80, 24, "no sample of this class here");
    struct scores *equal = scores_new(50, SCENE_K, NULL);
    for (int i = 0; i < 50 * SCENE_K; i++)
        equal->p[i] = 0.25f;
    for (int i = 0; i < 20; i++)
        labels_add(&equal->truth[i], 3);
    model_update_scores(&b, equal, 2);
    assert_drawn(&b, 160, 48, "AP .400"); /* 20 of 50, found all at once */
    assert_drawn(&b, 160, 48, "chance .4000");
    struct scores *bad = scores_new(1, SCENE_K, NULL);
    bad->p[5] = NAN;
    model_update_scores(&b, bad, 3);
    assert_int_equal(b.notice_ink, INK_ERROR);
    assert_int_equal(b.cuts.n, 50); /* what was there stays */
    app_model_fini(&b);
}

static void test_one_pane_on_a_small_terminal(void **state)
{
    (void)state;
    static const char *const names[] = {"labels", "curves", "f1", "cuts"};
    struct app_model b;
    scene_init(&b);
    for (int p = 0; p < tab_board.panes_n; p++) {
        b.focus = tab_board.panes[p];
        assert_golden(&b, names[p], 60, 16);
    }
    app_model_fini(&b);
}

/* Validations between the epochs stand between them, in the order of their steps. */
static void test_validations_inside_epochs(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    b.focus = tab_board.panes[1];
    b.snap.validations_n = 2;
    b.snap.validations[0] = (struct validation_row){1500, .14, .05, .1};
    b.snap.validations[1] = (struct validation_row){6250, .02, .4, .6};
    assert_golden(&b, "curves-inside", 60, 16);
    app_model_fini(&b);
}

static void test_nothing_there_yet(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    b.tier = "256";
    struct run_query_labels *none = xcalloc(1, sizeof *none);
    err_set(&none->error, ERR_NOINPUT, "train.csv: No such file or directory");
    model_update_labels(&b, none);
    assert_golden(&b, "empty", 80, 24);
    app_model_fini(&b);
}

static void test_dialog_prompt_and_filter(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    act_line(&b, "filter nuc");
    act_key(&b, 'q');
    act_key(&b, 'j');
    assert_golden(&b, "quit", 80, 24);
    act_key(&b, INPUT_ESC);
    for (const char *key = ":export a"; *key; key++)
        act_key(&b, *key);
    assert_golden(&b, "prompt", 80, 24);
    app_model_fini(&b);
}

static void test_help(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    act_key(&b, '?');
    assert_golden(&b, "help", 80, 24);
    act_key(&b, 'G');
    assert_golden(&b, "help-end", 80, 24);
    act_key(&b, INPUT_ESC);
    assert_false(b.help);
    app_model_fini(&b);
}

static void test_lists_of_scores_have_no_place_without_any(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    canvas_init(&c, 80, 24);
    frame_draw(&b, &c);
    char *text = canvas_dump(&c, 0);
    char *place = strstr(text, " 1/28 ");
    assert_non_null(place); /* of the label distribution */
    assert_null(strstr(place + 1, " 1/28 "));
    free(text);
    canvas_fini(&c);
    app_model_fini(&b);
}

/* Of a table of scores alone no tab promises what cannot be. */
static void test_a_table_has_nothing_behind_it(void **state)
{
    (void)state;
    static const char *const behind[] = {"No images", "No training", "No run"};
    static const enum tab tabs[] = {TAB_DATA, TAB_TRAIN, TAB_RUNS};
    struct app_model b;
    struct canvas c;
    struct samples *none = scene_samples(1);
    app_model_init(&b);
    snprintf(b.table, sizeof b.table, "probs.csv");
    err_set(&none->error, ERR_NOINPUT, "train.csv: No such file or directory");
    model_update_labels(&b, scene_labels());
    model_update_run(&b, stored_run("", false));
    model_update_scores(&b, scene_scores(3), 1);
    samples_model_take_samples(&b.data, none);
    canvas_init(&c, 80, 24);
    for (int t = 0; t < 3; t++) {
        app_model_show_tab(&b, tabs[t]);
        frame_draw(&b, &c);
        char *text = canvas_dump(&c, 0);
        assert_non_null(strstr(text, behind[t]));
        assert_null(strstr(text, "t starts"));
        assert_null(strstr(text, "No such file"));
        assert_null(strstr(text, "1970"));
        assert_null(strstr(text, "submission"));
        free(text);
    }
    canvas_fini(&c);
    app_model_fini(&b);
}

/* What works where the focus is comes first, whatever the tab. */
static void test_help_begins_with_this_place(void **state)
{
    (void)state;
    static const char *const first[TAB_COUNT] = {
        [TAB_DATA] = "│ Pictures", [TAB_TRAIN] = "│ Recipe", [TAB_TUNE] = "│ Board and Tune",
        [TAB_ERRORS] = "│ Worst",  [TAB_RUNS] = "│ Runs",    [TAB_LOG] = "│ Log"};
    struct app_model b;
    struct canvas c;
    scene_init(&b);
    canvas_init(&c, 80, 200);
    for (int t = TAB_DATA; t < TAB_COUNT; t++) {
        app_model_show_tab(&b, (enum tab)t);
        b.help = true;
        frame_draw(&b, &c);
        char *text = canvas_dump(&c, 0);
        char *own = strstr(text, first[t]), *everywhere = strstr(text, "Everywhere");
        char *rest = strstr(text, "in other places:");
        assert_true(own && everywhere && rest && own < everywhere && everywhere < rest);
        free(text);
    }
    canvas_fini(&c);
    app_model_fini(&b);
}

static void test_log(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    clock_freeze(1795401853); /* 2026-11-23T02:44:13Z */
    for (int i = 1; i <= 20; i++)
        log_info("epoch %d: a line of the log", i);
    log_warn("train.csv: an escape \x1b[2J and a long line that does not fit into eighty columns, "
             "so that it is continued on the next row");
    log_error("the disk is full");
    act_key(&b, '7');
    assert_golden(&b, "log", 80, 24);
    act_key(&b, 'k');
    act_key(&b, 'k');
    assert_golden(&b, "log-up", 80, 24);
    clock_freeze(-1);
    app_model_fini(&b);
}

/* The widest values: all classes perfect after an epoch with nothing, cuts at 1, a large set. */
static void widest(struct app_model *b)
{
    scene_init(b);
    for (int i = 0; i < SCENE_K; i++) {
        b->cuts.now[i] = b->cuts.best_f1[i] = 1;
        b->cuts.at[i].f1 = i % 2;
        b->cuts.before_f1[i] = !(i % 2);
        b->labels->train[i] = b->labels->val[i] = 99999;
        snprintf(b->labels->names[i], sizeof b->labels->names[i], "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    }
}

static void assert_no_column_touches(const char *text)
{
    static const char *const torn[] = {"x1.00", "x.000", "1.00+", "1.00-", ".000+",  ".000-",
                                       "~1.0",  "~.0",   "~9",    "x9",    "999999", "-+1.0",
                                       "0-1.0", "o+1.0", "0=",    "9#",    "9=",     "o1.0"};
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++)
        if (strstr(text, torn[i]))
            fail_msg("columns touch (\"%s\"):\n%s", torn[i], text);
    assert_non_null(strstr(text, "1.00 "));
}

static void test_columns_stay_apart(void **state)
{
    (void)state;
    struct app_model b;
    widest(&b);
    b.glyphs = GLYPHS_ASCII;
    for (int columns = 80; columns <= 200; columns += 3) {
        char *text = drawn(&b, columns, 24);
        assert_no_column_touches(text);
        assert_non_null(strstr(text, "+1.0"));
        assert_non_null(strstr(text, "-1.0"));
        assert_non_null(strstr(text, "99999 99999 "));
        free(text);
    }
    app_model_fini(&b);
}

static void test_titles(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_drawn(&b, 80, 24, " Thresholds  macro F1 .");
    assert_drawn(&b, 120, 36, " Thresholds  set current  macro F1 .");
    snprintf(b.cuts.name, sizeof b.cuts.name, "v3");
    assert_drawn(&b, 80, 24, " Thresholds  set v3  macro F1 .");
    b.cuts.edited = true;
    assert_drawn(&b, 80, 24, " Thresholds  v3*  macro F1 .");
    snprintf(b.cuts.name, sizeof b.cuts.name, "a-long-name-of-a-set");
    assert_drawn(&b, 80, 24, " Thresholds  a-long-nam\u2026  mF1 .");
    assert_drawn(&b, 80, 24, " val, at set a-long-\u2026 ");
    assert_drawn(&b, 160, 48, " Thresholds  set a-long-name-of-a-set*  macro F1 .");
    app_model_fini(&b);
}

/* The parts of a bar are told apart without colours, too. */
static void test_mono(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    b.tier = "mono";
    assert_drawn(&b, 80, 24, "\u2592\u2588");
    app_model_fini(&b);
}

static void test_hints_fit_what_is_there(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    char *text = drawn(&b, 120, 24);
    assert_null(strstr(text, "jk class"));
    assert_null(strstr(text, "/ find"));
    assert_non_null(strstr(text, "t train"));
    free(text);
    model_update_labels(&b, scene_labels());
    assert_drawn(&b, 120, 24, "jk class");
    app_model_fini(&b);
}

static void assert_lacks(struct app_model *b, const char *what)
{
    char *text = drawn(b, 160, 24);
    if (strstr(text, what))
        fail_msg("%s in:\n%s", what, text);
    free(text);
}

/* Beside a training of another process, in a list of methods, of a table of scores alone. */
static void test_hints_name_what_can_be_done(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    model_update_labels(&b, scene_labels());
    model_update_run(&b, stored_run("abc", true));
    assert_drawn(&b, 160, 24, "S stop");
    assert_lacks(&b, "t train");
    type(&b, "4m");
    assert_drawn(&b, 80, 24, "Enter apply");
    type(&b, "5");
    assert_drawn(&b, 160, 24, "M mark");
    snprintf(b.table, sizeof b.table, "probs.csv");
    assert_lacks(&b, "M mark");
    assert_drawn(&b, 160, 24, "[] sample");
    type(&b, "2");
    assert_drawn(&b, 160, 24, "s sort");
    assert_lacks(&b, "c stain");
    type(&b, "6");
    assert_lacks(&b, "Enter open");
    app_model_fini(&b);
}

static void test_a_dialog_on_a_tiny_terminal(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    act_key(&b, 'q');
    assert_drawn(&b, 20, 5, "c checkpoint and st\u2026");
    act_key(&b, 's');
    assert_drawn(&b, 20, 5, "hpa needs 40x10");
    app_model_fini(&b);
}

/* A loader that holds the training up is told also where there is little room. */
static void test_data_wait(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_drawn(&b, 120, 36, "data wait 0.4%");
    b.snap.data_wait_percent = 12.3;
    assert_drawn(&b, 80, 24, "data wait 12.3%");
    app_model_fini(&b);
}

/* Any size: no crash, and the status line says what is going on. */
static void test_any_size(void **state)
{
    (void)state;
    struct app_model b;
    tune_scene(&b);
    for (int columns = 1; columns < 200; columns += 7)
        for (int rows = 1; rows < 70; rows += 3) {
            struct canvas c;
            canvas_init(&c, columns, rows);
            b.glyphs = (enum glyphs)(rows % 3);
            b.help = rows % 5 == 0;
            act_line(&b, columns % 3 == 0 ? "board" : "tune");
            b.focus = tabs_ops(b.tab)->panes[columns * rows % tabs_ops(b.tab)->panes_n];
            dialog_open(&b.dialog, rows % 4 == 0 ? DIALOG_QUIT : DIALOG_NONE);
            frame_draw(&b, &c);
            if (columns >= LAYOUT_LEAST_COLUMNS && rows >= LAYOUT_LEAST_ROWS)
                assert_int_equal(canvas_at(&c, 1, rows - 2)->code, 'e'); /* "ep 7/20" */
            canvas_fini(&c);
        }
    app_model_fini(&b);
}

/* A database may hold any name: it is shown as what it is, on the first line and in titles. */
static void test_a_hostile_name(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    scene_init(&b);
    snprintf(b.snap.run_name, sizeof b.snap.run_name,
             "a\033[31m\xe2\x80\xae"
             "b");
    canvas_init(&c, 160, 48);
    frame_draw(&b, &c);
    char *text = canvas_dump(&c, 0), *first = strstr(text, "run a\\x1b[31m\\u202eb TRAIN");
    assert_non_null(first);
    assert_non_null(strstr(first, "Training curves  a\\x1b[31m\\u202eb  "));
    free(text);
    canvas_fini(&c);
    app_model_fini(&b);
}

/* A table that cannot be split yet keeps its counts and names; what to do is said below them. */
static void test_labels_without_a_split(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    scene_init(&b);
    struct run_query_labels *l = scene_labels();
    l->train_samples = l->val_samples = 0;
    err_set(&l->split_error, ERR_USAGE, "3 samples cannot be split into 5 folds");
    model_update_labels(&b, l);
    canvas_init(&c, 160, 48);
    frame_draw(&b, &c);
    char *text = canvas_dump(&c, 0);
    assert_non_null(strstr(text, "3 samples cannot be split into 5 folds"));
    assert_non_null(strstr(text, "Nucleoplasm"));
    assert_null(strstr(text, "Start hpa in a data folder"));
    free(text);
    canvas_fini(&c);
    /* Another process has split it since: then it is asked about again, once. */
    assert_false(app_model_labels_stale(&b));
    b.run = xcalloc(1, sizeof *b.run);
    assert_false(app_model_labels_stale(&b));
    b.run->split_ms = 7;
    assert_true(app_model_labels_stale(&b));
    b.labels->has_split = true;
    b.labels->split.made_ms = 7;
    assert_false(app_model_labels_stale(&b));
    err_set(&b.labels->error, ERR_NOINPUT, "train.csv: No such file or directory");
    assert_true(app_model_labels_stale(&b));
    app_model_fini(&b);
}

/* Every key and every command of the help page stands whole in its line, at any width. */
static void test_help_cuts_no_name(void **state)
{
    (void)state;
    static const int widths[] = {60, 80, 120, 160};
    struct app_model b;
    scene_init(&b);
    b.help = true;
    for (int i = 0; i < 4; i++) {
        struct canvas c;
        canvas_init(&c, widths[i], 700);
        frame_draw(&b, &c);
        char *text = canvas_dump(&c, 0), line[256];
        for (int a = 1; a < ACTION_COUNT; a++) {
            const struct keymap_entry *e = keymap_entry((enum action)a);
            bool command = widths[i] >= 80 || !e->keys[0];
            snprintf(line, sizeof line, "│ %s ", e->keys);
            if (e->keys[0] && !strstr(text, line))
                fail_msg("%d columns: '%s' of :%s is cut", widths[i], e->keys, e->command);
            snprintf(line, sizeof line, " :%s %s%s", e->command, e->argument,
                     e->argument[0] ? " " : "");
            if (command && !strstr(text, line))
                fail_msg("%d columns: '%s' is cut", widths[i], line);
        }
        free(text);
        canvas_fini(&c);
    }
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hostile_name),
        cmocka_unit_test(test_board),
        cmocka_unit_test(test_changed_labels),
        cmocka_unit_test(test_tune),
        cmocka_unit_test(test_lists_of_the_tune_tab),
        cmocka_unit_test(test_tune_in_extremes),
        cmocka_unit_test(test_one_pane_on_a_small_terminal),
        cmocka_unit_test(test_validations_inside_epochs),
        cmocka_unit_test(test_nothing_there_yet),
        cmocka_unit_test(test_dialog_prompt_and_filter),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_lists_of_scores_have_no_place_without_any),
        cmocka_unit_test(test_a_table_has_nothing_behind_it),
        cmocka_unit_test(test_help_begins_with_this_place),
        cmocka_unit_test(test_help_cuts_no_name),
        cmocka_unit_test(test_labels_without_a_split),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_columns_stay_apart),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_mono),
        cmocka_unit_test(test_hints_fit_what_is_there),
        cmocka_unit_test(test_hints_name_what_can_be_done),
        cmocka_unit_test(test_a_dialog_on_a_tiny_terminal),
        cmocka_unit_test(test_data_wait),
        cmocka_unit_test(test_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
