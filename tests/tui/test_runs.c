/* The Runs tab: order, filter, cursor and marks over lists that change; deletion and its undo; one
 * run shown everywhere; frames at the usual sizes and at all others. */
#include <math.h>

#include "app/model_update.h"
#include "frame/frame.h"
#include "golden.h"
#include "input/act.h"
#include "keys/key_codes.h"
#include "near.h"
#include "pane/pane.h"
#include "scene.h"
#include "test.h"
#include "typed.h"

static struct runs_query_run a_run(int i, const char *status, double f1)
{
    struct runs_query_run r = {.model = "resnet34", .size = 256, .batch = 16};
    snprintf(r.row.uuid, sizeof r.row.uuid, "uuid-%d", i);
    snprintf(r.row.name, sizeof r.row.name, "run-%d", i);
    r.row.status = run_status_parse(status);
    r.row.started_ms = 1795600000000 - 3600000LL * i;
    r.row.ended_ms = r.row.started_ms + 1800000 + 60000LL * i;
    r.row.epochs = 20;
    r.row.epochs_done = 20 - i % 7;
    r.row.best_epoch = isnan(f1) ? 0 : 17 - i % 5;
    r.row.macro_f1 = f1;
    r.live = !strcmp(status, "running");
    return r;
}

static struct runs_query_list *a_list(int n)
{
    static const char *const status[] = {"running", "done", "stopped", "failed", "interrupted"};
    struct runs_query_list *l = xcalloc(1, sizeof *l);
    l->runs = xcalloc((size_t)n + 1, sizeof *l->runs);
    l->n = n;
    for (int i = 0; i < n; i++)
        l->runs[i] = a_run(i, status[i % 5], i % 5 == 3 ? NAN : 0.5 + 0.01 * (i * 7 % 11));
    if (n > 1)
        snprintf(l->runs[1].row.note, sizeof l->runs[1].row.note, "balanced sampler, seed 2");
    if (n > 3)
        snprintf(l->runs[3].row.error, sizeof l->runs[3].row.error,
                 "the loss is not a number at step 812");
    return l;
}

static void add_key(struct runs_query_study *s, const char *name, const char *a, const char *b,
                    const char *usual)
{
    struct runs_query_key *k = &s->keys[s->keys_n++];
    snprintf(k->name, sizeof k->name, "%s", name);
    snprintf(k->usual, sizeof k->usual, "%s", usual);
    snprintf(k->value[0], sizeof k->value[0], "%s", a);
    snprintf(k->value[1], sizeof k->value[1], "%s", b);
}

static struct runs_query_study *a_study(void)
{
    struct runs_query_study *s = xcalloc(1, sizeof *s);
    s->n = 2;
    s->keys = xcalloc(8, sizeof *s->keys);
    for (int i = 0; i < 2; i++) {
        struct runs_query_side *side = &s->side[i];
        snprintf(side->name, sizeof side->name, "run-%d", 1 - i);
        side->k = SCENE_K;
        side->best_epoch = 17;
        side->macro_f1 = 0.52 + 0.03 * i;
        side->epochs_n = 20;
        side->epochs = xcalloc(20, sizeof *side->epochs);
        for (int e = 0; e < 20; e++)
            side->epochs[e] =
                (struct epoch_row){.epoch = e + 1,
                                   .val_loss = 0.05 + 0.1 / (e + 1 + i),
                                   .macro_f1 = (0.56 + 0.03 * i) * (1 - exp(-0.3 * (e + 1)))};
        for (int c = 0; c < SCENE_K; c++)
            side->f1[c] = fmod(0.37 * (c + 1) + 0.05 * i * (c % 3 - 1), 1);
    }
    s->side[1].epochs[6].macro_f1 = NAN;
    add_key(s, "train.lr", "0.001", "0.0003", "");
    add_key(s, "train.schedule", "cosine", "onecycle", "cosine");
    add_key(s, "loss.gamma", "2", "0", "2");
    add_key(s, "augment.preset", "dihedral", "standard", "dihedral");
    add_key(s, "data.train_dir", "a/long/way/to/the/images", "train", "train");
    return s;
}

static void scene_runs(struct app_model *b, int n)
{
    scene_init(b);
    b->snap = (struct snapshot){.phase = PHASE_IDLE};
    app_model_show_tab(b, TAB_RUNS);
    runs_view_take(&b->runs, a_list(n));
}

static void test_cursor_stays_on_its_run(void **state)
{
    (void)state;
    struct app_model b;
    scene_runs(&b, 12);
    type(&b, "jjj");
    assert_string_equal(b.runs.at, "uuid-3");
    type(&b, "ss"); /* by F1, by name */
    assert_string_equal(b.runs.at, "uuid-3");
    assert_string_equal(runs_view_at(&b.runs, 1)->row.name, "run-1");
    assert_string_equal(runs_view_at(&b.runs, 2)->row.name, "run-10");
    act_line(&b, "run-sort F1");
    double before = INFINITY;
    for (int row = 0; row < 9; row++) {
        double f1 = runs_view_at(&b.runs, row)->row.macro_f1;
        assert_true(f1 <= before);
        before = f1;
    }
    assert_true(isnan(runs_view_at(&b.runs, 11)->row.macro_f1)); /* without figures last */
    runs_view_take(&b.runs, a_list(5));
    assert_string_equal(b.runs.at, "uuid-3");
    runs_view_take(&b.runs, a_list(2)); /* gone */
    assert_true(runs_view_at(&b.runs, b.runs.row) != NULL);
    app_model_fini(&b);
}

static void test_filter(void **state)
{
    (void)state;
    struct app_model b;
    scene_runs(&b, 12);
    type(&b, "/balanced");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.runs.shown, 1);
    assert_string_equal(b.runs.at, "uuid-1");
    act_key(&b, INPUT_ESC);
    assert_int_equal(b.runs.shown, 12);
    assert_string_equal(b.filter, ""); /* the list of classes has its own */
    app_model_fini(&b);
}

static void test_marks_and_what_is_compared(void **state)
{
    (void)state;
    struct app_model b;
    char uuid[RUNS_QUERY_RUNS][40];
    scene_runs(&b, 12);
    type(&b, " j j ");
    assert_int_equal(b.runs.marks, 3);
    assert_int_equal(runs_view_wanted(&b.runs, uuid), 3);
    assert_string_equal(uuid[0], "uuid-2");
    type(&b, "j");
    assert_int_equal(runs_view_wanted(&b.runs, uuid), 4);
    assert_string_equal(uuid[0], "uuid-3");
    type(&b, " j ");
    assert_string_equal(b.notice, "5 runs are compared at most: Space takes a mark away");
    assert_int_equal(b.runs.marks, RUNS_MARKS);
    type(&b, "g ");
    assert_int_equal(b.runs.marks, RUNS_MARKS - 1);
    assert_true(b.runs.ask);
    app_model_fini(&b);
}

static void test_delete_and_undo(void **state)
{
    (void)state;
    struct app_model b;
    scene_runs(&b, 6);
    type(&b, "x"); /* it runs */
    assert_non_null(strstr(b.notice, "is at work"));
    type(&b, "jx");
    assert_int_equal(b.runs.shown, 5);
    assert_string_equal(b.runs.removed[0], "uuid-1");
    assert_string_equal(b.runs.at, "uuid-2");
    type(&b, "u");
    assert_int_equal(b.runs.shown, 6);
    assert_string_equal(b.runs.at, "uuid-1");
    assert_int_equal(b.runs.removed_n, 0);
    app_model_fini(&b);
}

static void test_open_shows_the_run_everywhere(void **state)
{
    (void)state;
    struct app_model b;
    struct wish w;
    scene_runs(&b, 6);
    type(&b, "jj");
    act_key(&b, INPUT_ENTER);
    assert_true(app_model_next_wish(&b, &w));
    assert_int_equal(w.kind, WISH_SHOW);
    assert_string_equal(w.text, "uuid-2");
    act_line(&b, "run-open run-4");
    assert_true(app_model_next_wish(&b, &w));
    assert_string_equal(w.text, "uuid-4");
    act_line(&b, "run-open nothing");
    assert_false(app_model_next_wish(&b, &w));
    app_model_fini(&b);
}

/* What is not known yet is no run that is not there: the command waits for the list. */
static void test_a_run_is_opened_when_the_list_is_read(void **state)
{
    (void)state;
    struct app_model b;
    struct wish w;
    app_model_init(&b);
    b.awaits.runs = true;
    act_line(&b, "run-open run-4");
    assert_string_equal(b.notice, "reading the runs ...");
    assert_false(act_postponed(&b));
    runs_view_take(&b.runs, a_list(6));
    b.awaits.runs = false;
    assert_true(act_postponed(&b));
    assert_int_equal(wished(&b, "uuid-4"), WISH_SHOW);
    assert_false(act_postponed(&b));
    act_line(&b, "run-open run-8"); /* may have begun since */
    assert_true(b.awaits.runs);
    runs_view_take(&b.runs, a_list(9));
    b.awaits.runs = false;
    assert_true(act_postponed(&b));
    assert_int_equal(wished(&b, "uuid-8"), WISH_SHOW);
    act_line(&b, "run-open nothing");
    b.awaits.runs = false;
    assert_true(act_postponed(&b));
    assert_string_equal(b.notice, "run \"nothing\" is not in the list");
    assert_false(app_model_awaits(&b));
    assert_false(app_model_next_wish(&b, &w));
    app_model_fini(&b);
}

/* Scores and figures of our own training do not mix with those of the run that was chosen. */
static void test_a_chosen_run_is_not_our_own(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_true(app_model_shows_own(&b));
    snprintf(b.chosen, sizeof b.chosen, "another");
    model_update_forget(&b);
    assert_false(app_model_shows_own(&b));
    assert_string_equal(app_model_run_uuid(&b), "another");
    assert_string_equal(app_model_run_name(&b), "");
    model_update_scores(&b, scene_scores(7), 7);
    assert_int_equal(b.cuts.k, 0);
    b.chosen[0] = '\0';
    model_update_scores(&b, scene_scores(7), 7);
    assert_int_equal(b.cuts.k, SCENE_K);
    app_model_fini(&b);
}

static void test_frames(void **state)
{
    (void)state;
    struct app_model b;
    scene_runs(&b, 14);
    type(&b, " j");
    b.runs.study = a_study();
    assert_goldens(&b, "runs");
    app_model_fini(&b);
    scene_runs(&b, 0);
    assert_golden(&b, "runs-none", 80, 24);
    app_model_fini(&b);
    scene_runs(&b, 2);
    b.runs.study = a_study();
    b.runs.study->n = 1, b.runs.study->keys_n = 0;
    assert_golden(&b, "runs-defaults", 80, 24);
    b.runs.study->n = 2;
    assert_golden(&b, "runs-same", 80, 24);
    app_model_fini(&b);
}

/* Does the heading of the list have this word? */
static bool is_headed(struct app_model *b, int columns, const char *title)
{
    struct canvas c;
    canvas_init(&c, columns, 24);
    frame_draw(b, &c);
    char *drawn = canvas_dump(&c, 1), *heading = strstr(drawn, " name");
    assert_non_null(heading);
    heading[strcspn(heading, "\n")] = '\0';
    bool found = strstr(heading, title) != NULL;
    free(drawn);
    canvas_fini(&c);
    return found;
}

/* A wider screen has more columns; the pane is as wide without its frame. */
static void test_columns_by_width(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        int from;
    } columns[] = {{"started", 66}, {"best", 84}, {"took", 96}, {"model", 100}, {"size", 100}};
    struct app_model b;
    scene_runs(&b, 6);
    assert_true(is_headed(&b, 60, "status") && is_headed(&b, 60, "F1"));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        assert_false(is_headed(&b, columns[i].from + 1, columns[i].title));
        assert_true(is_headed(&b, columns[i].from + 2, columns[i].title));
    }
    app_model_fini(&b);
}

static void draw_every_size(struct app_model *b)
{
    static const enum pane panes[] = {PANE_RUNS, PANE_SETTINGS, PANE_RUN_CURVES, PANE_F1_DELTA};
    for (int columns = 20; columns <= 300; columns += 7)
        for (int rows = 5; rows <= 100; rows += 3) {
            struct canvas c;
            b->focus = panes[(columns + rows) % 4];
            canvas_init(&c, columns, rows);
            frame_draw(b, &c);
            if (columns >= LAYOUT_LEAST_COLUMNS && rows >= LAYOUT_LEAST_ROWS)
                assert_frames(b, &c);
            canvas_fini(&c);
        }
}

static void test_any_size(void **state)
{
    (void)state;
    struct app_model b;
    scene_runs(&b, 500);
    b.runs.study = a_study();
    memset(b.runs.list->runs[2].row.name, 'w', RUN_NAME_MAX - 1);
    snprintf(b.runs.list->runs[1].row.note, 256, "\xe5\xae\xbd\x1b[31m\xe2\x80\xae wide");
    runs_view_select(&b.runs, 2);
    draw_every_size(&b);
    app_model_fini(&b);
    scene_runs(&b, 1);
    draw_every_size(&b);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cursor_stays_on_its_run),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_marks_and_what_is_compared),
        cmocka_unit_test(test_delete_and_undo),
        cmocka_unit_test(test_open_shows_the_run_everywhere),
        cmocka_unit_test(test_a_run_is_opened_when_the_list_is_read),
        cmocka_unit_test(test_a_chosen_run_is_not_our_own),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_columns_by_width),
        cmocka_unit_test(test_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
