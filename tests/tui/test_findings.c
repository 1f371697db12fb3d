/* The findings of the Data tab: frames against goldens, what keys show and open, a scan at work;
 * and conditions that ask for findings, scores and marks, on both tabs that take them. */
#include "data/query.h"
#include "input/act.h"
#include "input/mouse.h"
#include "keys/key_codes.h"
#include "scene_errors.h"
#include "test.h"
#include "typed.h"

static void scene(struct app_model *b, int samples)
{
    scene_data(b, samples);
    b->focus = PANE_FINDINGS;
}

static void test_the_pane(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {160, 56}, {20, 5}};
    struct app_model b;
    scene(&b, 2000);
    type(&b, "jj");
    for (int tier = 0; tier < GLYPHS_COUNT; tier++)
        for (int i = 0; i < 5; i++) {
            b.glyphs = (enum glyphs)tier;
            assert_scene_golden(&b, "findings", sizes[i][0], sizes[i][1]);
        }
    b.glyphs = GLYPHS_BRAILLE;
    assert_scene_golden(&b, "findings", 60, 16);
    type(&b, "z");
    assert_scene_golden(&b, "findings-zoomed", 80, 24);
    app_model_fini(&b);
}

static void begin_scan(struct app_model *b)
{
    b->snap.phase = PHASE_SCAN;
    b->snap.aside = ASIDE_SCAN;
    b->snap.done = 128;
    b->snap.total = 2000;
}

/* Without a scan; while one is at work, before and after its first finding; when it found nothing.
 */
static void test_states_of_a_scan(void **state)
{
    (void)state;
    struct app_model b;
    scene(&b, 100);
    struct samples *s = scene_samples(100);
    free(s->scan);
    s->scan = NULL;
    b.snap.phase = PHASE_DONE;
    findings_view_fini(&b.data.found);
    assert_scene_golden(&b, "findings-unknown", 80, 24);
    samples_model_take_samples(&b.data, s);
    assert_scene_golden(&b, "findings-none", 80, 24);
    type(&b, "jkgGhl/x");
    act_key(&b, INPUT_ESC);
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.focus, PANE_FINDINGS);
    begin_scan(&b);
    assert_scene_golden(&b, "findings-begun", 80, 24);
    struct findings *part = scene_findings(b.data.samples, 5);
    part->scan.made_ms = 0;
    findings_view_take(&b.data.found, part);
    assert_scene_golden(&b, "findings-scanning", 80, 24);
    b.snap.phase = PHASE_DONE;
    b.snap.aside = ASIDE_NONE;
    struct findings *whole = scene_findings(b.data.samples, 0);
    findings_view_take(&b.data.found, whole);
    assert_scene_golden(&b, "findings-sound", 80, 24);
    app_model_fini(&b);
}

/* What a stopped scan had found is nothing; a scan that was just made counts more than a stored
 * one, whatever the clock said. */
static void test_which_scan_counts(void **state)
{
    (void)state;
    struct app_model b;
    scene(&b, 100);
    struct findings_view *v = &b.data.found;
    int stored = v->all->n;
    struct findings *part = scene_findings(b.data.samples, 2);
    part->scan.made_ms = 0;
    findings_view_take(v, part);
    assert_int_equal(v->rows_n, 2);
    findings_view_stored(v, scene_findings(b.data.samples, 7)); /* one is at work */
    assert_int_equal(v->rows_n, 2);
    assert_true(findings_view_drop_unfinished(v));
    assert_false(findings_view_drop_unfinished(v));
    assert_int_equal(v->rows_n, 0);
    findings_view_stored(v, scene_findings(b.data.samples, stored));
    assert_int_equal(v->rows_n, stored);
    struct findings *made_now = scene_findings(b.data.samples, 1);
    made_now->scan.made_ms--; /* the clock of the stored scan was ahead */
    findings_view_take(v, made_now);
    assert_int_equal(v->rows_n, 1);
    app_model_fini(&b);
}

static const char *sample_of(const struct app_model *b)
{
    return findings_view_at(&b->data.found)->sample;
}

static const char *selected_id(const struct app_model *b)
{
    return b->data.samples->ids[samples_model_row(&b->data)];
}

static void fit(struct app_model *b)
{
    struct canvas c;
    canvas_init(&c, 120, 36);
    frame_draw(b, &c);
    canvas_fini(&c);
}

static void test_finding_and_sample_follow_each_other(void **state)
{
    (void)state;
    struct app_model b;
    scene(&b, 2000);
    fit(&b);
    type(&b, "jjj");
    assert_string_equal(selected_id(&b), sample_of(&b));
    type(&b, "G");
    assert_int_equal(b.data.found.at, b.data.found.rows_n - 1);
    assert_string_equal(selected_id(&b), sample_of(&b));
    type(&b, "g");
    int second = samples_model_named(&b.data, b.data.found.all->rows[b.data.found.rows[4]].sample);
    fit(&b);
    samples_model_select(&b.data, second); /* as by the keys of another pane */
    fit(&b);
    assert_int_equal(b.data.found.at, 4);
    samples_model_select(&b.data, 0); /* about which nothing was found */
    fit(&b);
    assert_int_equal(b.data.found.at, 4);
    app_model_fini(&b);
}

static void test_enter_opens_the_sample(void **state)
{
    (void)state;
    struct app_model b;
    scene(&b, 2000);
    type(&b, "jj");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.focus, PANE_SAMPLES);
    assert_string_equal(b.data.query, ""); /* it is among those that are shown */
    assert_string_equal(selected_id(&b), sample_of(&b));
    samples_model_query(&b.data, "25 and not 25");
    b.focus = PANE_FINDINGS;
    act_key(&b, INPUT_ENTER);
    assert_string_equal(b.data.query, "finding:unreadable");
    assert_string_equal(selected_id(&b), sample_of(&b));
    assert_int_equal(b.data.rows_n, 4); /* of 20 findings of five kinds */
    free(b.data.samples->findings);     /* of a scan at work the table knows nothing yet */
    b.data.samples->findings = NULL;
    samples_model_query(&b.data, "25 and not 25");
    b.focus = PANE_FINDINGS;
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.data.rows_n, 1);
    assert_string_equal(selected_id(&b), sample_of(&b));
    snprintf(b.data.found.all->rows[b.data.found.rows[b.data.found.at]].sample, 129, "gone");
    b.focus = PANE_FINDINGS;
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.focus, PANE_FINDINGS);
    assert_non_null(strstr(b.notice, "no sample gone any more"));
    app_model_fini(&b);
}

static void test_order_and_text(void **state)
{
    (void)state;
    struct app_model b;
    scene(&b, 2000);
    struct findings_view *v = &b.data.found;
    assert_int_equal(v->rows_n, 20);
    for (int i = 0; i < 20; i++) /* errors first: three of the five kinds */
        assert_int_equal(findings_view_error(&v->all->rows[v->rows[i]]), i < 12);
    type(&b, "jjs");
    assert_int_equal(v->order, FINDINGS_BY_KIND);
    for (int i = 1; i < 20; i++)
        assert_int_equal(!strcmp(v->all->rows[v->rows[i]].kind, v->all->rows[v->rows[i - 1]].kind),
                         i % 4 != 0);
    type(&b, "s");
    for (int i = 0; i < 20; i++)
        assert_int_equal(v->rows[i], i);
    act_line(&b, "finding-sort severity");
    assert_int_equal(v->order, FINDINGS_BY_SEVERITY);
    type(&b, "/black");
    assert_int_equal(v->rows_n, 4);
    assert_string_equal(b.data.query, "");
    act_key(&b, INPUT_ENTER);
    act_key(&b, INPUT_ESC);
    assert_int_equal(v->rows_n, 20);
    act_line(&b, "finding-filter nothing like it");
    assert_int_equal(v->rows_n, 0);
    assert_scene_golden(&b, "findings-filtered", 80, 24);
    act_key(&b, INPUT_ESC);
    assert_int_equal(v->rows_n, 20);
    app_model_fini(&b);
}

static void test_the_mouse(void **state)
{
    (void)state;
    struct app_model b;
    scene(&b, 2000);
    fit(&b);
    struct layout l = layout_make(120, 36, tab_data.place, b.focus, false);
    struct rect r = canvas_inside(l.pane[PANE_FINDINGS]);
    mouse_act(&b, 120, 36, (struct mouse){MOUSE_PRESS, r.x + 3, r.y + 4});
    mouse_act(&b, 120, 36, (struct mouse){MOUSE_RELEASE, r.x + 3, r.y + 4});
    assert_int_equal(b.data.found.at, 4);
    assert_string_equal(selected_id(&b), sample_of(&b));
    mouse_act(&b, 120, 36, (struct mouse){MOUSE_WHEEL_DOWN, r.x + 3, r.y + 4});
    assert_int_equal(b.data.found.at, 4 + MOUSE_WHEEL_ROWS);
    app_model_fini(&b);
}

static void test_a_scan_is_asked_for_and_stopped(void **state)
{
    (void)state;
    struct app_model b;
    struct wish none;
    scene(&b, 100);
    type(&b, "X"); /* the scene trains */
    assert_non_null(strstr(b.notice, "a training is at work"));
    b.snap.phase = PHASE_DONE;
    type(&b, "X");
    assert_int_equal(wished(&b, ""), WISH_SCAN);
    begin_scan(&b);
    type(&b, "X");
    assert_non_null(strstr(b.notice, "a scan is at work: S stops it"));
    type(&b, "tp");
    act_line(&b, "checkpoint");
    act_line(&b, "lr .1");
    act_line(&b, "queue");
    assert_non_null(strstr(b.notice, "a scan is at work: S stops it"));
    assert_false(app_model_next_wish(&b, &none));
    type(&b, "Ss");
    assert_false(app_model_next_wish(&b, &none));
    type(&b, "S");
    assert_int_equal(b.dialog.kind, DIALOG_STOP_SCAN);
    assert_scene_golden(&b, "findings-stop", 80, 24);
    type(&b, "c");
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    assert_false(b.quit_when_idle);
    type(&b, "q");
    assert_int_equal(b.dialog.kind, DIALOG_QUIT_SCAN);
    assert_scene_golden(&b, "findings-quit", 80, 24);
    type(&b, "c");
    assert_int_equal(wished(&b, ""), WISH_STOP_NOW);
    assert_true(b.quit_when_idle);
    type(&b, "qs");
    assert_false(b.quit_when_idle);
    type(&b, "qe"); /* when it is done: nothing is stopped */
    assert_false(app_model_next_wish(&b, &none));
    assert_true(b.quit_when_idle);
    type(&b, "qsS");
    b.snap.phase = PHASE_DONE; /* it has ended before the answer: another's training goes on */
    type(&b, "c");
    assert_false(app_model_next_wish(&b, &none));
    snprintf(b.table, sizeof b.table, "p.csv");
    b.snap.phase = PHASE_DONE;
    type(&b, "X");
    assert_non_null(strstr(b.notice, "no images to scan"));
    app_model_fini(&b);
}

/* Rows of the table that meet the condition, after the frame has fitted its columns. */
static int matches(struct app_model *b, const char *query)
{
    samples_model_query(&b->data, query);
    fit(b);
    return b->data.rows_n;
}

static void test_conditions_on_scores(void **state)
{
    (void)state;
    enum { CLASS = 25 };
    struct app_model b;
    scene_errors(&b);
    app_model_show_tab(&b, TAB_DATA);
    int predicted = 0, missed = 0, wrong = 0;
    for (int i = 0; i < SCENE_N; i++) { /* sample i of the table is that of the scores */
        bool has = labels_has(&b.data.samples->labels[i], CLASS);
        bool yes = b.scores->p[i * SCENE_K + CLASS] >= b.cuts.now[CLASS];
        predicted += yes;
        missed += has && !yes;
        wrong += !has && yes;
    }
    assert_true(predicted && missed && wrong);
    assert_int_equal(matches(&b, "predicted:25"), predicted);
    assert_int_equal(b.data.needs, QUERY_SCORES);
    assert_int_equal(matches(&b, "missed:25"), missed);
    assert_int_equal(matches(&b, "wrong 25"), wrong);
    assert_true(cuts_move(&b.cuts, CLASS, 0.999));
    assert_true(matches(&b, "predicted:25") < predicted);
    fit(&b);
    assert_true(cuts_move(&b.cuts, CLASS, 0));
    fit(&b); /* the same condition, with other cuts */
    assert_int_equal(b.data.rows_n, SCENE_N);
    samples_model_take_samples(&b.data, scene_samples(1000)); /* a smaller table */
    fit(&b);
    assert_int_equal(b.data.rows_n, SCENE_N < 1000 ? SCENE_N : 1000);
    app_model_fini(&b);
}

static void test_conditions_without_what_they_need(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 300); /* scores, but nobody knows of which samples */
    assert_int_equal(matches(&b, "predicted any"), 0);
    assert_string_equal(samples_model_lacks(&b.data), "no scores to predict with");
    assert_scene_golden(&b, "query-scores", 80, 24);
    assert_int_equal(matches(&b, "mark any"), 0);
    assert_string_equal(samples_model_lacks(&b.data), "nothing is marked");
    assert_int_equal(matches(&b, "not mark any"), 300);
    assert_int_equal(matches(&b, "finding any"), 60);
    assert_string_equal(samples_model_lacks(&b.data), "");
    app_model_fini(&b);
}

static void test_conditions_on_marks(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    app_model_show_tab(&b, TAB_DATA);
    assert_int_equal(matches(&b, "mark:any"), 2);
    assert_int_equal(matches(&b, "mark:bad-image"), 1);
    assert_int_equal(samples_model_row(&b.data), 43);
    struct mark_row row = {.kind = "note"};
    snprintf(row.sample, sizeof row.sample, "%s", b.data.samples->ids[43]);
    marks_set(&b.errors.marks, &row);
    fit(&b);
    assert_int_equal(matches(&b, "mark:note"), 1);
    assert_int_equal(matches(&b, "mark:note mark:bad"), 1);
    marks_remove(&b.errors.marks, row.sample);
    fit(&b); /* the same condition, with other marks */
    assert_int_equal(b.data.rows_n, 0);
    app_model_fini(&b);
}

static int listed(struct app_model *b, const char *query)
{
    errors_view_query(&b->errors, query);
    fit(b);
    assert_string_equal(b->errors.wrong, "");
    return b->errors.rows_n;
}

/* On the Errors tab the rows are those of the scores; table and marks are looked up by id. */
static void test_conditions_on_errors(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    const struct samples *s = b.data.samples;
    int fold = 0, finding = 0, missed = 0;
    for (int i = 0; i < SCENE_N; i++) {
        bool has = labels_has(&b.scores->truth[i], 25);
        fold += s->fold[i] == 2;
        finding += s->findings[i][0] != '\0';
        missed += has && b.scores->p[i * SCENE_K + 25] < b.cuts.now[25];
    }
    assert_int_equal(listed(&b, "fold:2"), fold);
    assert_int_equal(listed(&b, "finding:any"), finding);
    assert_int_equal(listed(&b, "missed:25"), missed);
    assert_int_equal(listed(&b, "mark:any"), 2);
    marks_remove(&b.errors.marks, s->ids[40]);
    fit(&b);
    assert_int_equal(b.errors.rows_n, 1);
    assert_false(act_line(&b, "error-query fold 99"));
    assert_non_null(strstr(b.errors.wrong, "fold 99: 0 to "));
    assert_false(act_line(&b, "error-query mark:bogus"));
    assert_non_null(strstr(b.errors.wrong, "mark \"bogus\" is none of wrong-label"));
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_pane),
        cmocka_unit_test(test_states_of_a_scan),
        cmocka_unit_test(test_which_scan_counts),
        cmocka_unit_test(test_finding_and_sample_follow_each_other),
        cmocka_unit_test(test_enter_opens_the_sample),
        cmocka_unit_test(test_order_and_text),
        cmocka_unit_test(test_the_mouse),
        cmocka_unit_test(test_a_scan_is_asked_for_and_stopped),
        cmocka_unit_test(test_conditions_on_scores),
        cmocka_unit_test(test_conditions_without_what_they_need),
        cmocka_unit_test(test_conditions_on_marks),
        cmocka_unit_test(test_conditions_on_errors),
    };
    return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
