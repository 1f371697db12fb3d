/* The Train tab: fields that are checked at once, recipes, what changed; progress, rates, events
 * and the cursor of the curves; frames at the usual sizes and at all others. */
#include <math.h>

#include "frame/frame.h"
#include "golden.h"
#include "input/act.h"
#include "keys/key_codes.h"
#include "near.h"
#include "pane/pane.h"
#include "scene.h"
#include "test.h"
#include "typed.h"

static struct conf *conf;

static int conf_make(void **state)
{
    struct err e;
    (void)state;
    conf = conf_new();
    return conf_set(conf, "train.epochs", "20", "hpa.conf:3", &e) ||
           conf_set(conf, "train.lr", "0.0008", "hpa.conf:4", &e);
}

static int conf_remove(void **state)
{
    (void)state;
    conf_free(conf);
    return 0;
}

static void scene_train(struct app_model *b)
{
    scene_init(b);
    train_view_begin(&b->train, conf);
    app_model_show_tab(b, TAB_TRAIN);
}

/* Every row is a section's name or a key of it, each key once. */
static void test_rows(void **state)
{
    (void)state;
    struct app_model b;
    bool seen[CONF_KEY_COUNT] = {false};
    const char *section;
    int keys = 0;
    scene_train(&b);
    for (int row = 0; row < train_view_rows(&b.train); row++) {
        enum conf_key key = train_view_key(row, &section);
        if (key == CONF_KEY_COUNT)
            continue;
        assert_false(seen[key]);
        seen[key] = true;
        keys++;
        assert_memory_equal(conf_info(key)->name, section, strlen(section));
    }
    assert_true(keys > 30);
    assert_true(seen[CONF_TRAIN_LR] && seen[CONF_LOSS_GAMMA] && seen[CONF_AUGMENT_PRESET]);
    assert_false(seen[CONF_DATA_TRAIN_CSV] || seen[CONF_UI_COLOR]);
    app_model_fini(&b);
}

static void go_to(struct app_model *b, enum conf_key wanted)
{
    const char *section;
    type(b, "g");
    for (int i = 0; train_view_key(b->train.row, &section) != wanted; i++) {
        assert_true(i < CONF_KEY_COUNT);
        type(b, "j");
    }
}

static void enter(struct app_model *b, const char *text)
{
    act_key(b, INPUT_ENTER);
    assert_int_equal(b->prompt.kind, PROMPT_ARGUMENT);
    act_key(b, 'U' & 31);
    type(b, text);
    act_key(b, INPUT_ENTER);
}

static void assert_scene_has(struct app_model *b, const char *wanted)
{
    struct canvas c;
    canvas_init(&c, 120, 40);
    frame_draw(b, &c);
    char *text = canvas_dump(&c, 0);
    if (!strstr(text, wanted))
        fail_msg("no '%s' in\n%s", wanted, text);
    free(text);
    canvas_fini(&c);
}

static void test_fields(void **state)
{
    (void)state;
    struct app_model b;
    scene_train(&b);
    go_to(&b, CONF_TRAIN_BATCH);
    enter(&b, "32");
    assert_int_equal(conf_int(b.train.conf, CONF_TRAIN_BATCH), 32);
    assert_int_equal(train_view_changes(&b.train), 1);
    enter(&b, "0"); /* refused, and says what is allowed */
    assert_non_null(strstr(b.notice, "train.batch"));
    assert_non_null(strstr(b.notice, "1"));
    assert_int_equal(conf_int(b.train.conf, CONF_TRAIN_BATCH), 32);
    type(&b, "r");
    assert_int_equal(train_view_changes(&b.train), 0);
    go_to(&b, CONF_TRAIN_LR);
    enter(&b, "-");
    assert_false(conf_is_set(b.train.conf, CONF_TRAIN_LR));
    assert_int_equal(conf_int(conf, CONF_TRAIN_EPOCHS), 20); /* the program's own is another */
    app_model_fini(&b);
}

/* Fields of the split that nobody set show the current split; those that were set stay. */
static void test_the_current_split(void **state)
{
    (void)state;
    struct app_model b;
    struct split_current split = {.split = {.method = "iterative", .folds = 7, .seed = 3, .n = 100},
                                  .fold = 2};
    scene_train(&b);
    go_to(&b, CONF_SPLIT_SEED);
    enter(&b, "9");
    train_view_split(&b.train, &split);
    assert_string_equal(conf_text(b.train.conf, CONF_SPLIT_METHOD), "iterative");
    assert_int_equal(conf_int(b.train.conf, CONF_SPLIT_FOLDS), 7);
    assert_int_equal(conf_int(b.train.conf, CONF_SPLIT_FOLD), 2);
    assert_int_equal(conf_int(b.train.conf, CONF_SPLIT_SEED), 9);
    assert_int_equal(train_view_changes(&b.train), 1); /* the seed alone */
    go_to(&b, CONF_SPLIT_FOLDS);
    assert_scene_has(&b, "current split: iterative, 7");
    split.split.folds = 4;
    train_view_split(&b.train, &split);
    assert_int_equal(conf_int(b.train.conf, CONF_SPLIT_FOLDS), 4);
    app_model_fini(&b);
}

static void test_choices_go_round(void **state)
{
    (void)state;
    static const char *const expected[] = {"strong", "none", "dihedral", "standard"};
    struct app_model b;
    scene_train(&b);
    go_to(&b, CONF_AUGMENT_PRESET);
    for (int i = 0; i < 4; i++) {
        type(&b, " ");
        assert_string_equal(conf_text(b.train.conf, CONF_AUGMENT_PRESET), expected[i]);
    }
    go_to(&b, CONF_TRAIN_SHUFFLE);
    type(&b, " ");
    assert_false(conf_flag(b.train.conf, CONF_TRAIN_SHUFFLE));
    go_to(&b, CONF_TRAIN_EPOCHS); /* a number has no next: it is typed */
    type(&b, " ");
    assert_int_equal(b.prompt.kind, PROMPT_ARGUMENT);
    app_model_fini(&b);
}

/* Each recipe holds only keys and values that the configuration takes. */
static void test_recipes(void **state)
{
    (void)state;
    struct app_model b;
    int n = 0;
    scene_train(&b);
    for (; train_view_recipe_name(n); n++)
        assert_true(train_view_recipe(&b.train, train_view_recipe_name(n)));
    assert_int_equal(n, 4);
    assert_int_equal(conf_int(b.train.conf, CONF_TRAIN_SIZE), 128);
    assert_string_equal(conf_text(b.train.conf, CONF_TRAIN_SAMPLER), "balanced");
    act_line(&b, "recipe nonsense");
    assert_non_null(strstr(b.notice, "plain, standard"));
    act_line(&b, "set-key train.epochs=7");
    assert_int_equal(conf_int(b.train.conf, CONF_TRAIN_EPOCHS), 7);
    act_line(&b, "set-key train.epoch=7");
    assert_non_null(strstr(b.notice, "train.epoch"));
    app_model_fini(&b);
}

/* Does the form say this of the field under its cursor? */
static bool form_says(struct app_model *b, const char *text)
{
    struct canvas c;
    b->focus = PANE_FORM;
    b->zoomed = true;
    canvas_init(&c, 160, 40);
    frame_draw(b, &c);
    char *drawn = canvas_dump(&c, 0);
    bool says = strstr(drawn, text);
    free(drawn);
    canvas_fini(&c);
    return says;
}

static void test_keys_that_do_not_go_together(void **state)
{
    (void)state;
    struct app_model b;
    scene_train(&b);
    go_to(&b, CONF_TRAIN_RESTART_EPOCHS);
    assert_true(form_says(&b, "has no effect with train.schedule=cosine: it is for "
                              "train.schedule=restarts; restarts: epochs of the first"));
    act_line(&b, "set-key train.schedule=restarts");
    assert_false(form_says(&b, "has no effect"));
    b.train.forecast = (struct resource_estimate){.memory_mb = 900, .seconds = NAN};
    b.train.foreseen = true;
    assert_true(form_says(&b, "no run like it to judge"));
    act_line(&b, "set-key train.first_size=1024");
    b.train.foreseen = true;
    assert_true(form_says(&b, "train.first_size: 1024 must be smaller than train.size=256"));
    assert_false(form_says(&b, "no run like it to judge")); /* no forecast of it */
    app_model_fini(&b);
}

static void test_cursor_of_the_curves(void **state)
{
    (void)state;
    struct app_model b;
    scene_train(&b);
    b.focus = PANE_CURVES;
    type(&b, "v");
    assert_int_equal(b.curve_epoch, 6); /* the newest */
    type(&b, ",,");
    assert_int_equal(b.curve_epoch, 4);
    type(&b, ".......");
    assert_int_equal(b.curve_epoch, 6);
    type(&b, ",,,,,,,,");
    assert_int_equal(b.curve_epoch, 1);
    type(&b, "++-");
    assert_int_equal(b.curve_zoom, 1);
    type(&b, "v--");
    assert_int_equal(b.curve_epoch, 0);
    assert_int_equal(b.curve_zoom, 0);
    app_model_fini(&b);
}

static void add_event(struct run_query_run *r, int64_t step, const char *kind, const char *detail)
{
    struct event_row *e = &r->events[r->events_n++];
    *e = (struct event_row){.at_ms = 1795600000000 + 60000 * step, .step = step};
    snprintf(e->kind, sizeof e->kind, "%s", kind);
    snprintf(e->detail, sizeof e->detail, "%s", detail);
}

static void scene_events(struct app_model *b)
{
    struct run_query_run *r = stored_run(b->snap.run_uuid, true);
    r->events = xcalloc(3, sizeof *r->events);
    add_event(r, 812, "pause", "asked on the screen");
    add_event(r, 812, "resume", "");
    add_event(r, 2400, "lr", "0.0008 to 0.0004, by process 812 on node7");
    b->run = r;
}

static void scene_queue(struct app_model *b)
{
    struct runs_query_list *l = xcalloc(1, sizeof *l);
    l->n = 3;
    l->runs = xcalloc(3, sizeof *l->runs);
    static const char *const names[] = {"grid-lr.0003-gamma0", "grid-lr.001-gamma0", "run-42"};
    for (int i = 0; i < 3; i++) {
        struct runs_query_run *r = &l->runs[i];
        *r = (struct runs_query_run){.model = "resnet34", .size = 256, .row = {.epochs = 20}};
        snprintf(r->row.uuid, sizeof r->row.uuid, "%d", i);
        snprintf(r->row.name, sizeof r->row.name, "%s", names[i]);
        r->row.status = i < 2 ? RUN_WAITING : RUN_RUNNING;
    }
    runs_view_take(&b->runs, l);
}

static void test_frames(void **state)
{
    (void)state;
    struct app_model b;
    scene_train(&b);
    scene_events(&b);
    scene_queue(&b);
    act_line(&b, "set-key train.size=512");
    b.train.forecast =
        (struct resource_estimate){.memory_mb = 2140, .seconds = 30000, .scaled = true};
    snprintf(b.train.forecast.like, sizeof b.train.forecast.like, "run-41");
    b.train.foreseen = true;
    assert_goldens(&b, "train");
    b.glyphs = GLYPHS_BRAILLE;
    for (int p = 0; p < tab_train.panes_n; p++) {
        char name[32];
        b.focus = tab_train.panes[p];
        snprintf(name, sizeof name, "train-pane-%d", p);
        assert_golden(&b, name, 60, 16);
    }
    b.focus = PANE_CURVES;
    type(&b, "v,,+");
    assert_golden(&b, "train-cursor", 80, 24);
    app_model_fini(&b);
}

static void test_any_size(void **state)
{
    (void)state;
    struct app_model b;
    scene_train(&b);
    scene_events(&b);
    snprintf(b.run->events[0].detail, sizeof b.run->events[0].detail, "\xe5\xae\xbd\x1b[31m wide");
    for (int i = 0; i < 6; i++)
        b.snap.points[i].lr = i == 2 ? NAN : 0;
    for (int columns = 20; columns <= 300; columns += 7)
        for (int rows = 5; rows <= 100; rows += 3) {
            struct canvas c;
            b.focus = tab_train.panes[(columns + rows) % tab_train.panes_n];
            b.train.quantity = (enum train_quantity)(rows % QUANTITY_COUNT);
            b.curve_epoch = columns % 8;
            b.curve_zoom = rows % 5;
            canvas_init(&c, columns, rows);
            frame_draw(&b, &c);
            if (columns >= LAYOUT_LEAST_COLUMNS && rows >= LAYOUT_LEAST_ROWS)
                assert_frames(&b, &c);
            canvas_fini(&c);
        }
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_the_current_split),
        cmocka_unit_test(test_choices_go_round),
        cmocka_unit_test(test_recipes),
        cmocka_unit_test(test_keys_that_do_not_go_together),
        cmocka_unit_test(test_cursor_of_the_curves),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_any_size),
    };
    return cmocka_run_group_tests(tests, conf_make, conf_remove);
}
