/* The Errors tab: what is listed for a class, a count, a pair; counts that move with the
 * thresholds; marks and their undo; the sample that the Data tab shares; frames of all sizes. */
#include <math.h>

#include "golden.h"
#include "input/act.h"
#include "input/mouse.h"
#include "keys/key_codes.h"
#include "scene_errors.h"
#include "test.h"
#include "typed.h"

static void test_the_tab(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {20, 5}};
    struct app_model b;
    scene_errors(&b);
    type(&b, "j");
    for (int tier = 0; tier < GLYPHS_COUNT; tier++)
        for (int i = 0; i < 4; i++) {
            b.glyphs = (enum glyphs)tier;
            assert_scene_golden(&b, "errors", sizes[i][0], sizes[i][1]);
        }
    app_model_fini(&b);
}

static void test_each_pane_on_a_small_terminal(void **state)
{
    (void)state;
    static const struct {
        enum pane pane;
        const char *name;
    } panes[] = {{PANE_TOP_LOSSES, "worst"},
                 {PANE_CLASS_ERRORS, "mistakes"},
                 {PANE_CONFUSION, "confusion"},
                 {PANE_SAMPLE, "sample"}};
    struct app_model b;
    scene_errors(&b);
    for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
        b.focus = panes[i].pane;
        assert_scene_golden(&b, panes[i].name, 60, 16);
        assert_scene_golden(&b, panes[i].name, 80, 24);
    }
    app_model_fini(&b);
}

static void fit(struct app_model *b)
{
    struct canvas c;
    canvas_init(&c, 120, 36);
    frame_draw(b, &c);
    canvas_fini(&c);
}

/* Counted here anew, from scores and cuts alone. */
static int count(const struct app_model *b, int class, bool truth, bool predicted)
{
    int n = 0;
    for (int i = 0; i < SCENE_N; i++) {
        bool taken = (double)b->scores->p[i * SCENE_K + class] >= b->cuts.now[class];
        n += labels_has(&b->scores->truth[i], class) == truth && taken == predicted;
    }
    return n;
}

static double binary_loss(double p, bool positive)
{
    double right = positive ? p : 1 - p;
    return -(1 - right) * (1 - right) * log(right);
}

static void test_all_samples_by_loss(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    fit(&b);
    const struct errors_view *v = &b.errors;
    assert_int_equal(v->rows_n, SCENE_N);
    double before = INFINITY;
    for (int i = 0; i < SCENE_N; i++) {
        double loss = 0;
        for (int c = 0; c < SCENE_K; c++)
            loss += binary_loss((double)b.scores->p[v->rows[i] * SCENE_K + c],
                                labels_has(&b.scores->truth[v->rows[i]], c)) /
                    (double)SCENE_K;
        assert_true(loss <= before + 1e-9);
        assert_true(fabs(loss - v->loss[v->rows[i]]) < 1e-9);
        before = loss;
    }
    app_model_fini(&b);
}

/* Wrongly given, and farthest above its cut. */
static int most_wrong(const struct app_model *b, int row)
{
    int worst = -1;
    double far = 0;
    for (int c = 0; c < SCENE_K; c++) {
        double above = (double)b->scores->p[row * SCENE_K + c] - b->cuts.now[c];
        if (!labels_has(&b->scores->truth[row], c) && above >= far) {
            worst = c;
            far = above;
        }
    }
    return worst;
}

/* Once ids are known, so that the order is the last one; a class that somebody has chosen stays. */
static void test_the_class_to_begin_with(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    struct annotations_names *names = b.errors.names;
    b.errors.names = NULL;
    int rarest = b.selected;
    fit(&b);
    assert_int_equal(b.selected, rarest);
    errors_view_take_names(&b.errors, names);
    fit(&b);
    assert_int_equal(b.selected, most_wrong(&b, b.errors.rows[0]));
    assert_true(b.selected >= 0 && b.selected != rarest);
    app_model_fini(&b);
    scene_errors(&b);
    app_model_select_row(&b, 5);
    int chosen = b.selected;
    fit(&b);
    assert_int_equal(b.selected, chosen);
    app_model_fini(&b);
}

static void test_lists_of_a_class(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    for (int class = 0; class < SCENE_K; class += 5) {
        b.selected = class;
        act_line(&b, "error-show missed");
        assert_int_equal(b.errors.rows_n, count(&b, class, true, false));
        type(&b, "f");
        assert_int_equal(b.errors.show, ERRORS_ADDED);
        assert_int_equal(b.errors.rows_n, count(&b, class, false, true));
        type(&b, "f");
        assert_int_equal(b.errors.show, ERRORS_RIGHT);
        assert_int_equal(b.errors.rows_n, count(&b, class, true, true));
    }
    type(&b, "f");
    assert_int_equal(b.errors.rows_n, 2); /* the marked ones */
    type(&b, "f");
    assert_int_equal(b.errors.show, ERRORS_ALL);
    app_model_fini(&b);
}

static void test_order_by_distance_from_the_cut(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    b.selected = 19;
    act_line(&b, "error-show missed");
    act_line(&b, "error-order cut");
    const struct errors_view *v = &b.errors;
    assert_true(v->rows_n > 3);
    for (int i = 1; i < v->rows_n; i++)
        assert_true(b.scores->p[v->rows[i] * SCENE_K + 19] >=
                    b.scores->p[v->rows[i - 1] * SCENE_K + 19]);
    app_model_fini(&b);
}

static void test_cuts_that_move(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    b.selected = 25;
    act_line(&b, "error-show missed");
    int before = b.errors.rows_n;
    cuts_move(&b.cuts, 25, 0.9);
    fit(&b);
    assert_int_equal(b.errors.rows_n, count(&b, 25, true, false));
    assert_true(b.errors.rows_n > before);
    assert_int_equal(errors_view_count(&b, ERRORS_MISSED, 25), b.errors.rows_n);
    assert_int_equal(b.errors.confusion.missed[25], b.errors.rows_n);
    app_model_fini(&b);
}

static void test_a_count_opens_its_samples(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    fit(&b);
    b.focus = PANE_CLASS_ERRORS;
    type(&b, "G");
    int class = b.selected;
    type(&b, "l");
    assert_int_equal(b.errors.column, ERRORS_ADDED);
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.focus, PANE_TOP_LOSSES);
    assert_int_equal(b.errors.show, ERRORS_ADDED);
    assert_int_equal(b.errors.rows_n, count(&b, class, false, true));
    act_key(&b, INPUT_ESC);
    assert_int_equal(b.errors.rows_n, SCENE_N);
    app_model_fini(&b);
}

static bool has_pair(const struct app_model *b, int row, int missed, int added)
{
    const float *p = b->scores->p + row * SCENE_K;
    const struct labels *truth = &b->scores->truth[row];
    return labels_has(truth, missed) && (double)p[missed] < b->cuts.now[missed] &&
           !labels_has(truth, added) && (double)p[added] >= b->cuts.now[added];
}

static void assert_pair_is_listed(struct app_model *b, int missed, int added)
{
    int n = 0;
    for (int i = 0; i < SCENE_N; i++)
        n += has_pair(b, i, missed, added);
    assert_int_equal(b->errors.show, ERRORS_PAIR);
    assert_true(n > 0);
    assert_int_equal(b->errors.rows_n, n);
    for (int i = 0; i < n; i++)
        assert_true(has_pair(b, b->errors.rows[i], missed, added));
}

static void test_a_pair_opens_its_samples(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    struct canvas c;
    canvas_init(&c, 80, 24); /* pairs as a list */
    b.focus = PANE_CONFUSION;
    frame_draw(&b, &c);
    assert_true(b.errors.listed);
    type(&b, "gjj");
    int missed = b.selected, added = b.data.other;
    assert_int_equal(missed, b.errors.pairs[2].missed);
    act_key(&b, INPUT_ENTER);
    assert_pair_is_listed(&b, missed, added);
    canvas_fini(&c);
    canvas_init(&c, 160, 48); /* as a table */
    b.focus = PANE_CONFUSION;
    frame_draw(&b, &c);
    assert_false(b.errors.listed);
    type(&b, "G");
    assert_int_equal(b.selected, b.order[SCENE_K - 1]);
    type(&b, "h");
    assert_int_not_equal(b.data.other, added);
    canvas_fini(&c);
    app_model_fini(&b);
}

/* First those that are true or predicted, then the others, each by falling probability; j and k go
 * through what is in sight. */
static void test_classes_of_a_sample(void **state)
{
    (void)state;
    struct app_model b;
    int classes[LABELS_MAX];
    scene_errors(&b);
    b.focus = PANE_SAMPLE;
    fit(&b);
    b.selected = 27;
    fit(&b);
    int row = b.errors.rows[0], named = 0;
    const float *p = b.scores->p + row * SCENE_K;
    assert_int_equal(errors_view_classes(&b, classes), SCENE_K);
    for (int i = 0; i < SCENE_K; i++) {
        int c = classes[i];
        bool is = labels_has(&b.scores->truth[row], c) || (double)p[c] >= b.cuts.now[c];
        named += is;
        assert_true(is == (i < named));
        assert_true(i == 0 || i == named || p[c] <= p[classes[i - 1]]);
    }
    assert_true(named > 0 && named < SCENE_K);
    type(&b, "j"); /* 27 is not in sight */
    assert_int_equal(b.selected, classes[0]);
    type(&b, "jj");
    assert_int_equal(b.selected, classes[2]);
    type(&b, "k");
    assert_int_equal(b.selected, classes[1]);
    type(&b, "G");
    assert_int_equal(b.selected, classes[SCENE_K - 1]);
    fit(&b);
    assert_true(b.errors.class_top + b.errors.class_rows == SCENE_K);
    type(&b, "]");
    assert_int_equal(b.errors.class_top, 0);
    app_model_fini(&b);
}

static void test_conditions(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    fit(&b);
    type(&b, "/21 and not 25");
    fit(&b);
    int n = 0;
    for (int i = 0; i < SCENE_N; i++)
        n += labels_has(&b.scores->truth[i], 21) && !labels_has(&b.scores->truth[i], 25);
    assert_int_equal(b.errors.rows_n, n);
    type(&b, " and");
    fit(&b);
    assert_true(b.errors.wrong[0] != '\0');
    assert_int_equal(b.errors.rows_n, n);
    act_key(&b, INPUT_ESC);
    fit(&b);
    assert_int_equal(b.errors.rows_n, SCENE_N);
    assert_string_equal(b.filter, "");
    app_model_fini(&b);
}

static void assert_orders(struct app_model *b, const char *expected)
{
    char told[256] = "";
    struct marks_order o;
    while (marks_next_order(&b->errors.marks, &o))
        snprintf(told + strlen(told), sizeof told - strlen(told), "%s%s:%s ", o.remove ? "-" : "+",
                 o.row.kind, o.row.note);
    assert_string_equal(told, expected);
}

static void test_marks_and_their_undo(void **state)
{
    (void)state;
    struct app_model b;
    char id[ERRORS_ID];
    scene_errors(&b);
    fit(&b);
    const struct marks *m = &b.errors.marks;
    errors_view_id(&b.errors, b.errors.rows[0], id);
    type(&b, "Mw");
    assert_string_equal(b.prompt.text, "wrong-label ");
    type(&b, "is one");
    act_key(&b, INPUT_ENTER);
    act_line(&b, "mark-sample dup of the next");
    assert_int_equal(m->n, 4);
    assert_string_equal(mark_of_kind(m, id, "duplicate")->note, "of the next");
    assert_string_equal(mark_of_kind(m, id, "duplicate")->run, "run-42");
    assert_int_equal(marks_letter(m, id), '*');
    assert_orders(&b, "+wrong-label:is one +duplicate:of the next ");
    type(&b, "x");
    assert_null(marks_of(m, id, 0));
    type(&b, "u"); /* both at once */
    assert_string_equal(mark_of_kind(m, id, "wrong-label")->note, "is one");
    assert_int_equal(m->n, 4);
    type(&b, "uu");
    assert_null(marks_of(m, id, 0));
    assert_int_equal(m->n, 2);
    act_key(&b, 'R' & 31);
    assert_non_null(mark_of_kind(m, id, "wrong-label"));
    assert_null(mark_of_kind(m, id, "duplicate"));
    assert_orders(&b, "-wrong-label:is one -duplicate:of the next " /* x */
                      "+duplicate:of the next +wrong-label:is one " /* u */
                      "-duplicate:of the next -wrong-label:is one +wrong-label:is one ");
    act_line(&b, "mark-sample nonsense");
    assert_non_null(strstr(b.notice, "is no kind of mark"));
    app_model_fini(&b);
}

static void test_a_mark_that_is_replaced_comes_back(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    act_line(&b, "error-show marked");
    act_line(&b, "error-query id ac1f6b000028"); /* the 40th */
    const struct marks *m = &b.errors.marks;
    assert_int_equal(b.errors.rows_n, 1);
    const char *id = b.data.samples->ids[40];
    act_line(&b, "mark-sample wrong-label another text");
    assert_int_equal(m->n, 2);
    assert_string_equal(mark_of_kind(m, id, "wrong-label")->note, "another text");
    type(&b, "u");
    assert_string_equal(mark_of_kind(m, id, "wrong-label")->note, "looks like a nucleolus to me");
    assert_orders(&b, "+wrong-label:another text +wrong-label:looks like a nucleolus to me ");
    app_model_fini(&b);
}

static const char *listed_on_data(const struct app_model *b)
{
    return b->data.samples->ids[b->data.rows[b->data.at]];
}

/* The sample is common to both tabs, as far as their lists have it. */
static void test_the_sample_of_both_tabs(void **state)
{
    (void)state;
    struct app_model b;
    char id[ERRORS_ID];
    scene_errors(&b);
    fit(&b);
    type(&b, "jjj");
    fit(&b);
    errors_view_id(&b.errors, b.errors.rows[3], id);
    assert_string_equal(b.data.samples->ids[samples_model_row(&b.data)], id);
    type(&b, "2");
    fit(&b);
    assert_string_equal(listed_on_data(&b), id);
    b.focus = PANE_SAMPLES;
    samples_model_select(&b.data, 77);
    fit(&b);
    type(&b, "5");
    fit(&b);
    assert_int_equal(b.errors.rows[b.errors.at], 77);
    samples_model_query(&b.data, "id nothing-like-it");
    type(&b, "]");
    fit(&b);
    errors_view_id(&b.errors, b.errors.rows[b.errors.at], id);
    assert_string_equal(b.data.samples->ids[samples_model_row(&b.data)],
                        id); /* though Data hides it */
    assert_string_equal(b.data.query, "id nothing-like-it");
    app_model_fini(&b);
}

static void test_pictures_of_what_comes_next(void **state)
{
    (void)state;
    struct app_model b;
    struct preview_loader_view view;
    const char *ids[PREVIEW_LOADER_MAX];
    char id[ERRORS_ID];
    scene_errors(&b);
    type(&b, "j");
    fit(&b);
    assert_int_equal(samples_model_wanted(&b.data, &view, ids), 3);
    for (int i = 0; i < 3; i++) {
        static const int at[] = {1, 2, 0};
        assert_string_equal(ids[i], errors_view_id(&b.errors, b.errors.rows[at[i]], id));
    }
    type(&b, "c+");
    assert_int_equal(b.data.channels, 1);
    assert_true(b.data.gain > 1);
    app_model_fini(&b);
}

static void test_before_anything_has_come(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    app_model_show_tab(&b, TAB_ERRORS);
    assert_scene_golden(&b, "errors-empty", 80, 24);
    for (int i = 0; i < 5; i++) {
        type(&b, "jkhlgG[]fsMxucC+->=y\t");
        act_key(&b, INPUT_ESC);
        act_key(&b, INPUT_ENTER);
        act_key(&b, INPUT_PAGE_DOWN);
        fit(&b);
    }
    assert_int_equal(b.errors.marks.n, 0);
    app_model_fini(&b);
}

/* Scores `n` of `k` classes, with ids that ask for escapes; `right`: no mistake at all. */
static void scene_extreme(struct app_model *b, int n, int k, bool right)
{
    struct scores *s = scores_new(n, k, NULL);
    struct annotations_names *r = xcalloc(1, sizeof *r);
    struct rng g = rng_stream(7, RNG_TEST, 21, (uint32_t)n);
    app_model_init(b);
    r->arena = arena_new();
    r->n = n;
    r->gamma = 2;
    r->ids = xcalloc((size_t)n + 1, sizeof *r->ids);
    for (int i = 0; i < n; i++) {
        r->ids[i] = arena_strdup(r->arena, "wide-\xe5\xae\xbd\x1b[31m\xe2\x80\xae-sample", NULL);
        for (int c = 0; c < k; c++) {
            bool positive = rng_unit(&g) < 0.3;
            s->p[i * k + c] = right ? (positive ? 0.9f : 0.1f) : (float)rng_unit(&g);
            if (positive)
                labels_add(&s->truth[i], c);
        }
    }
    model_update_scores(b, s, 1);
    for (int c = 0; c < k && right; c++)
        cuts_move(&b->cuts, c, 0.5);
    app_model_show_tab(b, TAB_ERRORS);
    errors_view_take_names(&b->errors, r);
}

static void draw_every_size(struct app_model *b)
{
    const struct tab_ops *tab = tabs_ops(TAB_ERRORS);
    for (int columns = 20; columns <= 300; columns += 9)
        for (int rows = 5; rows <= 100; rows += 4) {
            struct canvas c;
            b->focus = tab->panes[(columns + rows) % tab->panes_n];
            canvas_init(&c, columns, rows);
            frame_draw(b, &c);
            if (columns >= LAYOUT_LEAST_COLUMNS && rows >= LAYOUT_LEAST_ROWS)
                assert_frames(b, &c);
            type(b, "jlGf]s");
            canvas_fini(&c);
        }
}

static void test_any_size_of_any_state(void **state)
{
    (void)state;
    static const struct {
        int n, k;
        bool right;
    } extremes[] = {
        {1, 1, false}, {1, 28, true}, {40, 128, false}, {300, 28, true}, {90, 3, false}};
    struct app_model b;
    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++) {
        scene_extreme(&b, extremes[i].n, extremes[i].k, extremes[i].right);
        draw_every_size(&b);
        assert_int_equal(b.errors.n, extremes[i].n);
        assert_true(!extremes[i].right || b.errors.wrong_n == 0);
        app_model_fini(&b);
    }
    app_model_init(&b);
    app_model_show_tab(&b, TAB_ERRORS);
    draw_every_size(&b);
    app_model_fini(&b);
}

static void test_frames_of_special_states(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    act_line(&b, "error-show marked");
    assert_scene_golden(&b, "errors-marked", 80, 24);
    act_line(&b, "error-show all");
    type(&b, "M");
    assert_scene_golden(&b, "errors-mark", 80, 24);
    act_key(&b, INPUT_ESC);
    type(&b, "/21 and");
    assert_scene_golden(&b, "errors-query", 80, 24);
    app_model_fini(&b);
    scene_extreme(&b, 30, 28, true);
    fit(&b);
    b.focus = PANE_CONFUSION;
    act_line(&b, "error-show missed");
    assert_scene_golden(&b, "errors-none", 80, 24);
    app_model_fini(&b);
}

static void test_the_mouse(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    fit(&b);
    app_model_select_row(&b, 0);
    struct layout l = layout_make(120, 36, tab_errors.place, b.focus, false);
    struct rect r = l.pane[PANE_TOP_LOSSES];
    mouse_act(&b, 120, 36, (struct mouse){MOUSE_PRESS, r.x + 5, r.y + 2 + 4});
    assert_int_equal(b.errors.at, 4);
    r = l.pane[PANE_CLASS_ERRORS];
    mouse_act(&b, 120, 36, (struct mouse){MOUSE_PRESS, r.x + r.w - 11, r.y + 2 + 3});
    assert_int_equal(b.selected, b.order[3]);
    assert_int_equal(b.errors.column, ERRORS_RIGHT);
    r = l.pane[PANE_SAMPLE];
    mouse_act(&b, 120, 36, (struct mouse){MOUSE_PRESS, r.x + 5, r.y + 2 + 1});
    int classes[LABELS_MAX];
    errors_view_classes(&b, classes);
    assert_int_equal(b.selected, classes[1]);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tab),
        cmocka_unit_test(test_each_pane_on_a_small_terminal),
        cmocka_unit_test(test_all_samples_by_loss),
        cmocka_unit_test(test_the_class_to_begin_with),
        cmocka_unit_test(test_lists_of_a_class),
        cmocka_unit_test(test_order_by_distance_from_the_cut),
        cmocka_unit_test(test_cuts_that_move),
        cmocka_unit_test(test_a_count_opens_its_samples),
        cmocka_unit_test(test_a_pair_opens_its_samples),
        cmocka_unit_test(test_classes_of_a_sample),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_marks_and_their_undo),
        cmocka_unit_test(test_a_mark_that_is_replaced_comes_back),
        cmocka_unit_test(test_the_sample_of_both_tabs),
        cmocka_unit_test(test_pictures_of_what_comes_next),
        cmocka_unit_test(test_before_anything_has_come),
        cmocka_unit_test(test_any_size_of_any_state),
        cmocka_unit_test(test_frames_of_special_states),
        cmocka_unit_test(test_the_mouse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
