/* The Data tab: frames against goldens, keys that open what was counted, pictures and lists of any
 * size inside their frames, text from files that would break the screen. */
#include "golden.h"
#include "input/act.h"
#include "input/mouse.h"
#include "keys/key_codes.h"
#include "near.h"
#include "pane/pane.h"
#include "scene_data.h"
#include "test.h"

static void keys(struct app_model *b, const char *text)
{
    for (; *text; text++)
        act_key(b, *text);
}

static void test_the_tab(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {20, 5}};
    struct app_model b;
    scene_data(&b, SCENE_SAMPLES);
    keys(&b, "jj]]");
    for (int tier = 0; tier < GLYPHS_COUNT; tier++)
        for (int i = 0; i < 4; i++) {
            b.glyphs = (enum glyphs)tier;
            assert_scene_golden(&b, "data", sizes[i][0], sizes[i][1]);
        }
    app_model_fini(&b);
}

static void test_each_pane_on_a_small_terminal(void **state)
{
    (void)state;
    static const struct {
        enum pane pane;
        const char *name;
    } panes[] = {{PANE_SAMPLES, "samples"},          {PANE_PICTURE, "picture"},
                 {PANE_INTENSITY, "levels"},         {PANE_COOCCURRENCE, "together"},
                 {PANE_LABELS_PER_SAMPLE, "counts"}, {PANE_SPLITS, "splits"}};
    struct app_model b;
    scene_data(&b, 2000);
    for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
        b.focus = panes[i].pane;
        assert_scene_golden(&b, panes[i].name, 60, 16);
        assert_scene_golden(&b, panes[i].name, 80, 24);
    }
    app_model_fini(&b);
}

static void test_ways_to_see_pictures(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 2000);
    b.focus = PANE_SAMPLES;
    samples_model_query(&b.data, "finding any");
    act_key(&b, INPUT_ENTER);
    assert_scene_golden(&b, "picture-alone", 80, 24);
    samples_model_query(&b.data, "");
    keys(&b, "+c>l");
    assert_scene_golden(&b, "picture-closer", 80, 24);
    keys(&b, "=]v");
    assert_scene_golden(&b, "pair-unmarked", 80, 24);
    keys(&b, "m]]");
    assert_scene_golden(&b, "pair", 120, 36);
    keys(&b, "vjl");
    assert_scene_golden(&b, "grid", 80, 24);
    assert_scene_golden(&b, "grid", 160, 48);
    app_model_fini(&b);
}

static void test_before_anything_has_come(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    app_model_show_tab(&b, TAB_DATA);
    assert_scene_golden(&b, "data-waiting", 80, 24);
    struct err e = {0};
    err_set(&e, ERR_NOINPUT, "train.csv: No such file or directory");
    samples_model_take_samples(&b.data, samples_failed(&e));
    assert_scene_golden(&b, "data-failed", 120, 36);
    keys(&b, "jk[]hlvvvmc+->"); /* nothing to act on yet */
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.focus, PANE_PICTURE);
    app_model_fini(&b);
}

static void assert_shows(struct app_model *b, const char *query, int rows)
{
    assert_string_equal(b->data.query, query);
    assert_int_equal(b->data.rows_n, rows);
    assert_int_equal(b->focus, PANE_SAMPLES);
}

static int having(const struct app_model *b, int one, int other)
{
    int n = 0;
    const struct samples *s = b->data.samples;
    for (int i = 0; i < s->n; i++)
        n += labels_has(&s->labels[i], one) && labels_has(&s->labels[i], other);
    return n;
}

static void test_enter_opens_what_was_counted(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    canvas_init(&c, 160, 48);
    scene_data(&b, 2000);
    frame_draw(&b, &c);
    act_line(&b, "class 25");
    act_key(&b, INPUT_ENTER);
    assert_shows(&b, "25", having(&b, 25, 25));
    b.focus = PANE_COOCCURRENCE;
    b.data.other = b.order[0];
    while (b.data.other != 0)
        act_key(&b, 'l');
    act_key(&b, INPUT_ENTER);
    assert_shows(&b, "25 and 0", having(&b, 25, 0));
    b.focus = PANE_LABELS_PER_SAMPLE;
    keys(&b, "gj");
    act_key(&b, INPUT_ENTER);
    assert_shows(&b, "labels 2", b.data.having[2]);
    b.focus = PANE_SPLITS;
    act_key(&b, INPUT_ENTER);
    assert_shows(&b, "val", 400);
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.focus, PANE_PICTURE);
    assert_true(b.zoomed);
    act_key(&b, INPUT_ESC);
    assert_int_equal(b.focus, PANE_SAMPLES);
    assert_false(b.zoomed);
    act_key(&b, INPUT_ESC);
    assert_shows(&b, "", 2000);
    app_model_fini(&b);
    canvas_fini(&c);
}

/* By a quarter of what is in sight, and no farther than to the edge. */
static void test_panning(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 40);
    b.data.zoom = 4;
    b.data.x = b.data.y = 0.5;
    samples_model_pan(&b.data, 1, -2);
    assert_near(b.data.x, 0.5625, 1e-12);
    assert_near(b.data.y, 0.375, 1e-12);
    samples_model_pan(&b.data, -100, 100);
    assert_near(b.data.x, 0.125, 1e-12);
    assert_near(b.data.y, 0.875, 1e-12);
    app_model_fini(&b);
}

static void test_no_room_for_the_list(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 40);
    samples_model_scroll(&b.data, 0);
    assert_int_equal(b.data.page, 1);
    samples_model_select(&b.data, 30);
    assert_int_equal(b.data.top, 30);
    app_model_fini(&b);
}

static void test_a_condition_is_typed(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 2000);
    b.focus = PANE_SAMPLES;
    samples_model_select(&b.data, 1234);
    int selected = samples_model_row(&b.data);
    keys(&b, "/fold ");
    keys(&b, b.data.samples->fold[selected] == 0 ? "0" : "1");
    assert_int_equal(b.data.rows_n, 400);
    keys(&b, " and"); /* its beginning counts, and what is missing is said */
    assert_int_equal(b.data.rows_n, 400);
    assert_scene_golden(&b, "query-wrong", 80, 24);
    keys(&b, " labels 1");
    act_key(&b, INPUT_ENTER);
    assert_string_equal(b.data.wrong, "");
    assert_true(b.data.rows_n > 0 && b.data.rows_n < 400);
    keys(&b, "/25 and not 25");
    act_key(&b, INPUT_ENTER);
    assert_int_equal(b.data.rows_n, 0);
    keys(&b, "jk]["); /* nothing to select */
    act_key(&b, INPUT_ENTER);
    assert_scene_golden(&b, "query-none", 80, 24);
    app_model_fini(&b);
}

/* Values that there are not are refused by name; the title has the condition that is applied. */
static void test_unknown_values_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"query fold 99", "fold 99: 0 to 4 are there"},
        {"query finding:bogus", "finding \"bogus\" is none of missing, empty, jpeg"},
        {"query mark:bogus", "mark \"bogus\" is none of wrong-label, bad-image, ambiguous"},
        {"query 25 and fold 5", "fold 5: 0 to 4 are there"},
    };
    struct app_model b;
    scene_data(&b, 2000);
    b.focus = PANE_SAMPLES;
    assert_int_equal(b.data.samples->folds, 5);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(act_line(&b, cases[i].line));
        assert_non_null(strstr(b.notice, cases[i].said));
        assert_non_null(strstr(b.data.wrong, cases[i].said));
        assert_string_equal(b.data.applied, i == 3 ? "25" : "");
        assert_true(b.data.rows_n > 0);
    }
    assert_true(act_line(&b, "query fold 4"));
    assert_string_equal(b.data.applied, "fold 4");
    assert_int_equal(b.data.rows_n, 400);
    assert_true(act_line(&b, "query not mark:any and not finding:near"));
    assert_string_equal(b.data.wrong, "");
    free(b.data.samples->findings);
    b.data.samples->findings = xcalloc(2000, sizeof *b.data.samples->findings);
    for (int i = 0; i < 2000; i++)
        b.data.samples->findings[i] = i == 7 ? "red 16-bit: 1024 of depth" : "";
    assert_true(act_line(&b, "query finding:red")); /* in part, as ever */
    assert_int_equal(b.data.rows_n, 1);
    assert_string_equal(b.data.wrong, "");
    app_model_fini(&b);
}

static void test_the_selected_sample_stays(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 2000);
    samples_model_select(&b.data, 777);
    char query[64];
    snprintf(query, sizeof query, "labels %d", labels_count(&b.data.samples->labels[777]));
    samples_model_query(&b.data, query);
    assert_int_equal(samples_model_row(&b.data), 777);
    samples_model_take_samples(&b.data, scene_samples(2000)); /* the same table, read again */
    assert_int_equal(samples_model_row(&b.data), 777);
    samples_model_query(&b.data, "");
    assert_int_equal(samples_model_row(&b.data), 777);
    assert_int_equal(b.data.at, 777);
    app_model_fini(&b);
}

static void test_stains(void **state)
{
    (void)state;
    struct app_model b;
    char text[32];
    static const char *const round[] = {"red", "green", "blue", "yellow", "all"};
    scene_data(&b, 100);
    for (int i = 0; i < 5; i++) {
        keys(&b, "c");
        samples_model_stains(&b.data, text);
        assert_string_equal(text, round[i]);
    }
    keys(&b, "C");
    samples_model_stains(&b.data, text);
    assert_string_equal(text, "yellow");
    act_line(&b, "stain bR");
    samples_model_stains(&b.data, text);
    assert_string_equal(text, "rb");
    act_line(&b, "stain green");
    assert_int_equal(b.data.channels, 2);
    act_line(&b, "stain rx");
    assert_int_equal(b.data.channels, 2);
    assert_non_null(strstr(b.notice, "first letters"));
    act_line(&b, "stain all");
    assert_int_equal(b.data.channels, 0);
    app_model_fini(&b);
}

static void test_a_magnified_picture_stays_inside(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 100);
    b.focus = PANE_PICTURE;
    keys(&b, ">>");
    assert_true(b.data.zoom == 4);
    keys(&b, "llllllllllllkkkkkkkkkkkk");
    assert_true(b.data.x == 0.875 && b.data.y == 0.125); /* half of a quarter from the edges */
    assert_int_equal(b.data.at, 0);
    keys(&b, "<<<");
    assert_true(b.data.zoom == 1 && b.data.x == 0.5 && b.data.y == 0.5);
    keys(&b, "l");
    assert_int_equal(b.data.at, 1); /* now the next sample */
    app_model_fini(&b);
}

static void press(struct app_model *b, int x, int y)
{
    mouse_act(b, 160, 48, (struct mouse){MOUSE_PRESS, x, y});
    mouse_act(b, 160, 48, (struct mouse){MOUSE_RELEASE, x, y});
}

static void test_the_mouse_selects(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    canvas_init(&c, 160, 48);
    scene_data(&b, 300);
    frame_draw(&b, &c);
    struct layout l = layout_make(160, 48, tab_data.place, b.focus, false);
    struct rect r = canvas_inside(l.pane[PANE_SAMPLES]);
    press(&b, r.x + 3, r.y + 4);
    assert_int_equal(b.data.at, 4);
    assert_int_equal(b.focus, PANE_SAMPLES);
    r = canvas_inside(l.pane[PANE_LABELS_PER_SAMPLE]);
    press(&b, r.x + 3, r.y + 2);
    assert_int_equal(b.data.labels, 3);
    r = canvas_inside(l.pane[PANE_COOCCURRENCE]);
    press(&b, r.x + r.w - 1, r.y + 2 + 5); /* the last column, the sixth row */
    assert_int_equal(b.data.other, b.order[SCENE_K - 1]);
    assert_int_equal(b.selected, b.order[5]);
    act_line(&b, "show grid");
    frame_draw(&b, &c);
    struct samples_model_place places[SAMPLES_MODEL_PLACES];
    assert_true(samples_model_places(&b.data, places) > 6);
    press(&b, places[6].r.x, places[6].r.y);
    assert_int_equal(samples_model_row(&b.data), places[6].row);
    app_model_fini(&b);
    canvas_fini(&c);
}

static void copy_cells(const struct canvas *c, struct rect r, struct cell *out)
{
    for (int y = 0; y < r.h; y++)
        for (int x = 0; x < r.w; x++)
            out[y * r.w + x] = *canvas_at(c, r.x + x, r.y + y);
}

/* While keys follow each other the picture that was seen stays and none is asked for. */
static void test_pictures_wait_until_keys_rest(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    struct preview_loader_view view;
    const char *ids[PREVIEW_LOADER_MAX];
    static struct cell before[80 * 24], now[80 * 24];
    canvas_init(&c, 80, 24);
    scene_data(&b, 300);
    b.focus = PANE_SAMPLES;
    assert_true(scene_draw(&b, &c));
    samples_model_saw(&b.data);
    struct rect r = b.data.picture;
    size_t size = (size_t)(r.w * r.h) * sizeof *now;
    copy_cells(&c, r, before);
    b.data.hurried = true;
    for (int i = 0; i < 8; i++) {
        keys(&b, i < 5 ? "j" : "+");
        frame_draw(&b, &c);
        samples_model_saw(&b.data);
        copy_cells(&c, r, now);
        assert_memory_equal(now, before, size);
        assert_int_equal(samples_model_wanted(&b.data, &view, ids), 0);
    }
    assert_int_equal(b.data.at, 5);
    b.data.hurried = false;
    frame_draw(&b, &c);
    assert_int_equal(samples_model_wanted(&b.data, &view, ids), 3);
    assert_string_equal(ids[0], b.data.samples->ids[5]);
    assert_true(scene_draw(&b, &c));
    copy_cells(&c, r, now);
    assert_memory_not_equal(now, before, size);
    app_model_fini(&b);
    canvas_fini(&c);
}

static bool apart(struct rect a, struct rect b)
{
    return a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
}

/* Pictures with their captions lie inside the pane and apart from each other. */
static void assert_places(const struct samples_model *d)
{
    struct samples_model_place p[SAMPLES_MODEL_PLACES];
    int n = samples_model_places(d, p), selected = 0;
    for (int i = 0; i < n; i++) {
        p[i].r.h += p[i].caption;
        struct rect in = canvas_meet(p[i].r, d->picture);
        assert_memory_equal(&in, &p[i].r, sizeof in);
        assert_true(p[i].r.w > 0 && p[i].r.h > 0);
        selected += p[i].selected;
        for (int j = 0; j < i; j++)
            assert_true(apart(p[i].r, p[j].r));
        assert_true(apart(p[i].r, samples_model_details(d)));
    }
    assert_true(n == 0 || selected == 1);
}

static void test_every_size(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 300);
    snprintf(b.data.marked, sizeof b.data.marked, "%s", b.data.samples->ids[7]);
    b.glyphs = GLYPHS_ASCII;
    for (int columns = 20; columns <= 300; columns += columns < 170 ? 5 : 26)
        for (int rows = 5; rows <= 100; rows += rows < 50 ? 3 : 10) {
            struct canvas c;
            canvas_init(&c, columns, rows);
            b.focus = tab_data.panes[(columns + rows) % tab_data.panes_n];
            b.data.show = (enum samples_model_show)(columns % SAMPLES_MODEL_SHOWS);
            b.data.zoom = rows % 4 == 0 ? 4 : 1;
            b.zoomed = columns % 4 == 1;
            samples_model_select(&b.data, columns * rows % 300);
            assert_true(scene_draw(&b, &c));
            assert_places(&b.data);
            if (columns >= LAYOUT_LEAST_COLUMNS && rows >= LAYOUT_LEAST_ROWS)
                assert_frames(&b, &c);
            canvas_fini(&c);
        }
    app_model_fini(&b);
}

/* Escapes, bidi controls, wide and combining characters in every text that comes from files. */
static void test_hostile_text(void **state)
{
    (void)state;
    static const char hostile[] = "\x1b[2J\xe2\x80\xae\xe6\xa0\xb8\xe6\xa0\xb8\xcc\x81\xff\tX";
    struct app_model b;
    struct err e = {0};
    scene_data(&b, 300);
    struct samples *s = scene_samples(300);
    for (int i = 0; i < s->n; i++)
        s->ids[i] = hostile;
    for (int c = 0; c < s->k; c++) {
        s->names[c] = hostile;
        memcpy(b.labels->names[c], hostile, sizeof hostile);
    }
    samples_model_take_samples(&b.data, s);
    samples_model_query(&b.data, "class \"\x1b[2J\xe2\x80\xae");
    memcpy(b.data.levels->names[0], hostile, sizeof hostile);
    memcpy(b.data.splits->rows[0].method, hostile, sizeof hostile);
    err_set(&e, ERR_DATA, "%s", hostile);
    for (int i = 0; i < tab_data.panes_n; i++) {
        struct canvas c;
        b.focus = tab_data.panes[i];
        canvas_init(&c, 120 + i, 36);
        assert_true(scene_draw(&b, &c));
        assert_frames(&b, &c);
        char *text = canvas_dump(&c, 0);
        assert_null(strchr(text, '\x1b'));
        assert_null(strstr(text, "\xe2\x80\xae"));
        assert_null(strchr(text, '\t'));
        free(text);
        canvas_fini(&c);
    }
    b.data.levels->error = e;
    b.data.splits->error = e;
    struct canvas c;
    canvas_init(&c, 160, 48);
    assert_true(scene_draw(&b, &c));
    assert_frames(&b, &c);
    canvas_fini(&c);
    app_model_fini(&b);
}

/* Every level as often as every other: whatever the number of columns, none is higher than the
 * rest, and the levels of the axis are spread as the columns are. */
static void test_even_levels_are_flat(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 300);
    struct intensity_histogram *l = xcalloc(1, sizeof *l);
    *l = (struct intensity_histogram){.channels = 1, .whole = true};
    strcpy(l->names[0], "red");
    l->sets[INTENSITY_HISTOGRAM_ALL].images = 1;
    for (int v = 0; v < 256; v++)
        l->sets[INTENSITY_HISTOGRAM_ALL].counts[0][v] = 1000;
    samples_model_take_levels(&b.data, l);
    b.data.linear = true;
    b.data.against = SAMPLES_MODEL_ALONE;
    for (int width = 20; width < 300; width++) {
        struct canvas c;
        canvas_init(&c, width, 5);
        pane_intensity_ops.draw(&b, &c, (struct rect){0, 0, width, 5}, false);
        int bins = width - 7 < 256 ? width - 7 : 256;
        for (int x = 0; x < bins; x++)
            for (int y = 0; y < 4; y++)
                assert_int_equal(canvas_at(&c, 7 + x, y)->code, 0x2588);
        assert_int_equal(canvas_at(&c, 7, 4)->code, '0');
        assert_int_equal(canvas_at(&c, 7 + bins - 1, 4)->code, '5'); /* of 255 */
        assert_true(7 + bins == width || canvas_at(&c, 7 + bins, 4)->code == ' ');
        canvas_fini(&c);
    }
    app_model_fini(&b);
}

/* The pane of splits names the one that trainings use, and says when it is not of this data. */
static void test_the_current_split(void **state)
{
    (void)state;
    struct app_model b;
    struct canvas c;
    scene_data(&b, 2000);
    b.labels->has_split = true;
    b.labels->split.split = (struct split_row){.method = "swap", .folds = 5, .seed = 1};
    for (int broken = 0; broken < 2; broken++) {
        canvas_init(&c, 160, 48);
        assert_true(scene_draw(&b, &c));
        char *text = canvas_dump(&c, 0);
        assert_non_null(
            strstr(text, broken ? "split does not fit the data" : "swap, 5 folds, seed 1"));
        free(text);
        canvas_fini(&c);
        err_set(&b.labels->split_error, ERR_DATA, "other samples");
    }
    app_model_fini(&b);
}

/* On a small screen the picture may be hidden: what a key changed is said, not refused. */
static void test_a_hidden_picture_is_changed_in_words(void **state)
{
    (void)state;
    struct app_model b;
    scene_data(&b, 100);
    app_model_show_tab(&b, TAB_DATA);
    b.data.picture.w = 0;
    act_line(&b, "stain-next");
    assert_string_equal(b.notice, "channels: red; the picture is out of sight, Tab shows it");
    act_line(&b, "closer");
    assert_string_equal(b.notice, "zoom 2; the picture is out of sight, Tab shows it");
    act_line(&b, "plain-view");
    assert_non_null(strstr(b.notice, "the whole image, gain 1; "));
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_current_split),
        cmocka_unit_test(test_the_tab),
        cmocka_unit_test(test_each_pane_on_a_small_terminal),
        cmocka_unit_test(test_ways_to_see_pictures),
        cmocka_unit_test(test_before_anything_has_come),
        cmocka_unit_test(test_enter_opens_what_was_counted),
        cmocka_unit_test(test_panning),
        cmocka_unit_test(test_no_room_for_the_list),
        cmocka_unit_test(test_a_condition_is_typed),
        cmocka_unit_test(test_unknown_values_are_refused),
        cmocka_unit_test(test_the_selected_sample_stays),
        cmocka_unit_test(test_stains),
        cmocka_unit_test(test_a_magnified_picture_stays_inside),
        cmocka_unit_test(test_the_mouse_selects),
        cmocka_unit_test(test_even_levels_are_flat),
        cmocka_unit_test(test_a_hidden_picture_is_changed_in_words),
        cmocka_unit_test(test_pictures_wait_until_keys_rest),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_hostile_text),
    };
    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
