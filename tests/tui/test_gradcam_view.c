/* The map over the Errors tab's picture: what is asked for, what is kept, what the foot says, which
 * picture is drawn meanwhile. */
#include "golden.h"
#include "input/act.h"
#include "scene_errors.h"
#include "test.h"
#include "typed.h"

enum { CLASS = 21, EMPTY = 8, SIDE = 2 };

static void fit(struct app_model *b)
{
    struct canvas c;
    canvas_init(&c, 120, 36);
    frame_draw(b, &c);
    canvas_fini(&c);
}

static void open_scene(struct app_model *b)
{
    scene_errors(b);
    b->selected = CLASS;
    fit(b);
    type(b, "H");
    fit(b);
}

/* As the worker would answer what is wanted now; `error`: why it cannot, or NULL. All maps are full
 * but that of one class. */
static void answer(struct app_model *b, const char *error)
{
    const char *id = gradcam_view_wanted(b);
    struct gradcam_answer *a = xcalloc(1, sizeof *a);
    assert_non_null(id);
    snprintf(a->id, sizeof a->id, "%s", id);
    snprintf(a->uuid, sizeof a->uuid, "%s", app_model_run_uuid(b));
    a->question = b->scores_taken;
    if (error) {
        err_set(&a->error, ERR_NOINPUT, "%s", error);
    } else {
        a->sample = xcalloc(1, sizeof *a->sample + SIDE * SIDE * SCENE_K * sizeof(float));
        a->sample->k = SCENE_K;
        a->sample->h = a->sample->w = SIDE;
        a->sample->epoch = 6;
        for (int i = 0; i < SIDE * SIDE * SCENE_K; i++)
            a->sample->maps[i] = i % SCENE_K == EMPTY ? 0 : (float)(i + 1);
    }
    gradcam_view_take(&b->heat, a);
    fit(b);
}

static const char *selected_id(const struct app_model *b, char id[ERRORS_ID])
{
    return errors_view_id(&b->errors, b->errors.rows[b->errors.at], id);
}

static void test_asked_for_sample_by_sample(void **state)
{
    (void)state;
    struct app_model b;
    char id[ERRORS_ID];
    scene_errors(&b);
    fit(&b);
    assert_null(gradcam_view_wanted(&b));
    assert_int_equal(gradcam_view_state(&b), HEAT_OFF);
    type(&b, "H");
    assert_string_equal(gradcam_view_wanted(&b), selected_id(&b, id));
    assert_int_equal(gradcam_view_state(&b), HEAT_COMING);
    answer(&b, NULL);
    assert_null(gradcam_view_wanted(&b));
    type(&b, "j");
    fit(&b);
    assert_string_equal(gradcam_view_wanted(&b), selected_id(&b, id));
    answer(&b, NULL);
    type(&b, "k"); /* is still there */
    assert_null(gradcam_view_wanted(&b));
    for (int i = 0; i < HEAT_KEPT; i++) {
        type(&b, "j");
        fit(&b);
        if (gradcam_view_wanted(&b))
            answer(&b, NULL);
    }
    type(&b, "g"); /* the oldest went */
    fit(&b);
    assert_string_equal(gradcam_view_wanted(&b), selected_id(&b, id));
    type(&b, "H");
    assert_null(gradcam_view_wanted(&b));
    app_model_fini(&b);
}

static void test_every_class_from_one_answer(void **state)
{
    (void)state;
    struct app_model b;
    open_scene(&b);
    answer(&b, NULL);
    uint64_t number = gradcam_view_number(&b);
    struct heatmap map = gradcam_view_map(&b);
    assert_int_equal(gradcam_view_state(&b), HEAT_SEEN);
    assert_true(number != 0);
    assert_int_equal(map.h * map.w, SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++)
        assert_true(map.values[i * map.step] == (float)(i * SCENE_K + CLASS + 1));
    b.selected = CLASS + 1;
    assert_true(gradcam_view_number(&b) != 0 && gradcam_view_number(&b) != number);
    assert_null(gradcam_view_wanted(&b));
    b.selected = EMPTY;
    assert_int_equal(gradcam_view_state(&b), HEAT_NOWHERE);
    assert_int_equal(gradcam_view_number(&b), 0);
    type(&b, "j");
    fit(&b);
    answer(&b, NULL);
    b.selected = CLASS;
    assert_int_equal(gradcam_view_state(&b), HEAT_SEEN);
    assert_true(gradcam_view_number(&b) != number); /* the same class of another sample */
    app_model_fini(&b);
}

/* Newer scores are those of other weights. */
static void test_newer_scores(void **state)
{
    (void)state;
    struct app_model b;
    open_scene(&b);
    answer(&b, NULL);
    model_update_scores(&b, scene_scores(7), 7);
    fit(&b);
    assert_non_null(gradcam_view_wanted(&b));
    answer(&b, NULL);
    assert_null(gradcam_view_wanted(&b));
    app_model_fini(&b);
}

static void test_what_failed_is_asked_again_by_hand(void **state)
{
    (void)state;
    struct app_model b;
    open_scene(&b);
    answer(&b, "run run-42: has no best.safetensors");
    assert_int_equal(gradcam_view_state(&b), HEAT_FAILED);
    assert_null(gradcam_view_wanted(&b));
    type(&b, "HH");
    assert_non_null(gradcam_view_wanted(&b));
    app_model_fini(&b);
}

static void test_without_a_run(void **state)
{
    (void)state;
    struct app_model b;
    scene_errors(&b);
    snprintf(b.table, sizeof b.table, "p.csv");
    fit(&b);
    type(&b, "H");
    assert_non_null(strstr(b.notice, "Grad-CAM needs a run"));
    assert_int_equal(gradcam_view_state(&b), HEAT_OFF);
    app_model_fini(&b);
    app_model_init(&b);
    app_model_show_tab(&b, TAB_ERRORS);
    type(&b, "H");
    assert_non_null(strstr(b.notice, "no sample yet"));
    assert_null(gradcam_view_wanted(&b));
    app_model_fini(&b);
}

static int wanted(const struct app_model *b, struct preview_loader_view *view, const char *first)
{
    const char *ids[PREVIEW_LOADER_MAX];
    int n = samples_model_wanted(&b->data, view, ids);
    if (n > 0 && first)
        assert_string_equal(ids[0], first);
    return n;
}

/* The sample itself with the map over it, its neighbours without; until then without, too. */
static void test_pictures(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    struct preview_loader_view view;
    char id[ERRORS_ID];
    open_scene(&b);
    assert_int_equal(wanted(&b, &view, selected_id(&b, id)), 2); /* of the first: one neighbour */
    assert_int_equal(view.heat, 0);
    canvas_init(&c, 120, 36);
    assert_true(scene_draw(&b, &c));
    struct preview_loader_view plain = view;
    assert_non_null(preview_cache_find(&b.data.shots, id, &plain));
    answer(&b, NULL);
    assert_int_equal(wanted(&b, &view, id), 1);
    assert_int_equal(view.heat, gradcam_view_number(&b));
    assert_ptr_equal(preview_cache_near(&b.data.shots, id, &view),
                     preview_cache_find(&b.data.shots, id, &plain));
    assert_true(scene_draw(&b, &c));
    assert_non_null(preview_cache_find(&b.data.shots, id, &view));
    b.selected = CLASS + 1; /* meanwhile no map of another class */
    frame_draw(&b, &c);
    assert_int_equal(wanted(&b, &view, id), 1);
    assert_int_equal(preview_cache_near(&b.data.shots, id, &view)->view.heat, 0);
    type(&b, "2"); /* the Data tab's picture has none */
    frame_draw(&b, &c);
    wanted(&b, &view, NULL);
    assert_int_equal(view.heat, 0);
    canvas_fini(&c);
    app_model_fini(&b);
}

static void test_frames(void **state)
{
    (void)state;
    struct app_model b;
    open_scene(&b);
    assert_scene_golden(&b, "heat-coming", 80, 24);
    answer(&b, NULL);
    assert_scene_golden(&b, "heat", 80, 24);
    assert_scene_golden(&b, "heat", 160, 48);
    b.selected = EMPTY;
    assert_scene_golden(&b, "heat-nowhere", 80, 24);
    type(&b, "j");
    fit(&b);
    answer(&b, "no such file");
    assert_scene_golden(&b, "heat-failed", 80, 24);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asked_for_sample_by_sample),
        cmocka_unit_test(test_every_class_from_one_answer),
        cmocka_unit_test(test_newer_scores),
        cmocka_unit_test(test_what_failed_is_asked_again_by_hand),
        cmocka_unit_test(test_without_a_run),
        cmocka_unit_test(test_pictures),
        cmocka_unit_test(test_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
