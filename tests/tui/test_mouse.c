/* The mouse against the model, on a screen of 80x24: what a press hits, what the wheel moves, one
 * undo step for a whole drag. Places are read off the drawn frame. */
#include "frame/frame.h"
#include "input/mouse.h"
#include "keys/mouse_code.h"
#include "near.h"
#include "scene.h"
#include "test.h"

enum { COLUMNS = 80, ROWS = 24 };

static void send(struct app_model *b, enum mouse_kind kind, int x, int y)
{
    mouse_act(b, COLUMNS, ROWS, (struct mouse){kind, x, y});
}

static struct rect inside(const struct app_model *b, enum pane pane)
{
    struct layout l = layout_make(COLUMNS, ROWS, tabs_ops(b->tab)->place, b->focus, b->zoomed);
    return canvas_inside(l.pane[pane]);
}

/* The column of the first cell with this ink in a row; -1: none. */
static int find_ink(struct app_model *b, int x, int y, enum ink ink)
{
    struct canvas c;
    canvas_init(&c, COLUMNS, ROWS);
    frame_draw(b, &c);
    while (x < COLUMNS && style_ink(canvas_at(&c, x, y)->style) != (int)ink)
        x++;
    canvas_fini(&c);
    return x < COLUMNS ? x : -1;
}

static void test_press_selects(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct rect in = inside(&b, PANE_LABELS);
    send(&b, MOUSE_PRESS, in.x + 3, in.y + 2);
    assert_int_equal(b.focus, PANE_LABELS);
    assert_int_equal(app_model_row(&b), 2);
    send(&b, MOUSE_RELEASE, in.x + 3, in.y + 2);
    send(&b, MOUSE_WHEEL_DOWN, in.x + 3, in.y + 2);
    assert_int_equal(app_model_row(&b), 5);
    send(&b, MOUSE_WHEEL_UP, in.x + 3, in.y + 2);
    assert_int_equal(app_model_row(&b), 2);
    in = inside(&b, PANE_CURVES);
    send(&b, MOUSE_PRESS, in.x, in.y);
    assert_int_equal(b.focus, PANE_CURVES);
    assert_int_equal(app_model_row(&b), 2);
    app_model_fini(&b);
}

static void test_a_drag_is_one_step(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct rect in = inside(&b, PANE_CUTS);
    int y = in.y + 1, class = b.order[1], first = find_ink(&b, in.x, y, INK_TRACK);
    double before = b.cuts.now[class];
    int depth = cuts_undo_depth(&b.cuts);
    send(&b, MOUSE_PRESS, first + 2, y);
    assert_int_equal(b.selected, class);
    assert_true(b.cuts.now[class] > 0 && b.cuts.now[class] < 0.3);
    send(&b, MOUSE_DRAG, COLUMNS - 1, y + 3); /* out of the rail and the row */
    assert_near(b.cuts.now[class], 1, 0);
    send(&b, MOUSE_DRAG, 0, y);
    assert_near(b.cuts.now[class], 0, 0);
    send(&b, MOUSE_RELEASE, 0, y);
    send(&b, MOUSE_DRAG, COLUMNS - 1, y); /* the button is up */
    assert_near(b.cuts.now[class], 0, 0);
    assert_int_equal(cuts_undo_depth(&b.cuts), depth + 1);
    cuts_undo(&b.cuts);
    assert_near(b.cuts.now[class], before, 0);
    app_model_fini(&b);
}

/* Another pane fills the screen while the button is down. */
static void test_a_drag_of_what_is_gone(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct rect in = inside(&b, PANE_CUTS);
    int class = b.order[1], first = find_ink(&b, in.x, in.y + 1, INK_TRACK);
    send(&b, MOUSE_PRESS, first + 2, in.y + 1);
    double before = b.cuts.now[class];
    b.focus = PANE_CURVES, b.zoomed = true;
    assert_int_equal(inside(&b, PANE_CUTS).w, 0);
    send(&b, MOUSE_DRAG, COLUMNS - 1, in.y + 1);
    assert_near(b.cuts.now[class], before, 0);
    send(&b, MOUSE_RELEASE, COLUMNS - 1, in.y + 1);
    assert_int_equal(b.focus, PANE_CURVES);
    app_model_fini(&b);
}

static void test_a_drag_back_leaves_no_step(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    int depth = cuts_undo_depth(&b.cuts);
    double before = b.cuts.now[3];
    assert_true(cuts_slide(&b.cuts, 3, 0.9, true));
    assert_true(cuts_slide(&b.cuts, 3, before, false));
    assert_int_equal(cuts_undo_depth(&b.cuts), depth);
    assert_near(b.cuts.now[3], before, 0);
    app_model_fini(&b);
}

static void test_a_locked_knob_stays(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct rect in = inside(&b, PANE_CUTS);
    int class = b.order[0], first = find_ink(&b, in.x, in.y, INK_TRACK);
    double before = b.cuts.now[class];
    cuts_toggle_lock(&b.cuts, class);
    send(&b, MOUSE_PRESS, first + 9, in.y);
    assert_near(b.cuts.now[class], before, 0);
    assert_non_null(strstr(b.notice, "is locked"));
    app_model_fini(&b);
}

/* On the Tune tab the list has a heading, and the drawings of the class take a drag, too. */
static void test_the_tune_tab(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    scene_estimates(&b);
    app_model_show_tab(&b, TAB_TUNE);
    struct rect in = inside(&b, PANE_CLASSES);
    int depth = cuts_undo_depth(&b.cuts), first = find_ink(&b, in.x, in.y + 3, INK_TRACK);
    send(&b, MOUSE_PRESS, first, in.y + 3);
    assert_int_equal(app_model_row(&b), 2);
    assert_near(b.cuts.now[b.selected], 0, 0);
    send(&b, MOUSE_RELEASE, first, in.y + 3);
    send(&b, MOUSE_PRESS, first, in.y); /* the heading is no class */
    assert_int_equal(app_model_row(&b), 2);
    send(&b, MOUSE_RELEASE, first, in.y);
    in = inside(&b, PANE_SCORES);
    send(&b, MOUSE_PRESS, in.x + in.w - 1, in.y + 1);
    assert_near(b.cuts.now[b.selected], 1, 0);
    send(&b, MOUSE_DRAG, in.x, in.y + 1);
    assert_near(b.cuts.now[b.selected], 0, 0);
    send(&b, MOUSE_RELEASE, in.x, in.y + 1);
    assert_int_equal(cuts_undo_depth(&b.cuts), depth + 1); /* back where the drag began */
    b.focus = PANE_METHODS;
    in = inside(&b, PANE_METHODS);
    send(&b, MOUSE_PRESS, in.x + 5, in.y + 4);
    assert_int_equal(b.tune.method_row, 2);
    send(&b, MOUSE_WHEEL_DOWN, in.x + 5, in.y + 4);
    assert_int_equal(b.tune.method_row, 5);
    scene_sets(&b);
    b.focus = PANE_SETS;
    in = inside(&b, PANE_SETS);
    send(&b, MOUSE_PRESS, in.x + 5, in.y + 1);
    assert_int_equal(b.tune.set_row, 1);
    send(&b, MOUSE_WHEEL_UP, in.x + 5, in.y + 1);
    assert_int_equal(b.tune.set_row, 0);
    app_model_fini(&b);
}

static void test_tabs_and_dialogs(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct canvas c;
    canvas_init(&c, COLUMNS, ROWS);
    frame_draw(&b, &c);
    int x = 0; /* the last letter of the last tab's name */
    for (int i = 0; i + 2 < COLUMNS; i++)
        if (canvas_at(&c, i, 0)->code == 'L' && canvas_at(&c, i + 2, 0)->code == 'g')
            x = i + 2;
    canvas_fini(&c);
    send(&b, MOUSE_PRESS, x + 1, 0);
    assert_int_equal(b.tab, TAB_BOARD);
    send(&b, MOUSE_PRESS, x, 0);
    assert_int_equal(b.tab, TAB_LOG);
    dialog_open(&b.dialog, DIALOG_STOP);
    int letter = find_ink(&b, 0, ROWS / 2, INK_KEY);
    assert_true(letter > 0);
    send(&b, MOUSE_PRESS, 0, ROWS - 1); /* beside it */
    assert_int_equal(b.dialog.kind, DIALOG_STOP);
    send(&b, MOUSE_RELEASE, letter + 1, ROWS / 2); /* only a press answers */
    send(&b, MOUSE_WHEEL_DOWN, letter + 1, ROWS / 2);
    assert_int_equal(b.dialog.kind, DIALOG_STOP);
    send(&b, MOUSE_PRESS, letter + 1, ROWS / 2);
    assert_int_equal(b.dialog.kind, DIALOG_NONE);
    app_model_fini(&b);
}

static enum mouse_code_state decode(const char *text, struct mouse *out)
{
    struct mouse_code c;
    enum mouse_code_state state = MOUSE_CODE_MORE;
    mouse_code_begin(&c);
    while (*text && state == MOUSE_CODE_MORE)
        state = mouse_code_next(&c, *text++, out);
    return state;
}

static void assert_decodes(const char *text, enum mouse_kind kind, int x, int y)
{
    struct mouse m = {MOUSE_RELEASE, -1, -1};
    assert_int_equal(decode(text, &m), MOUSE_CODE_EVENT);
    assert_int_equal(m.kind, kind);
    assert_int_equal(m.x, x);
    assert_int_equal(m.y, y);
}

/* As xterm's documentation has them; columns and rows count from 1 there. */
static void test_reports_of_the_terminal(void **state)
{
    (void)state;
    struct mouse m;
    assert_decodes("0;1;1M", MOUSE_PRESS, 0, 0);
    assert_decodes("0;13;7m", MOUSE_RELEASE, 12, 6);
    assert_decodes("32;300;100M", MOUSE_DRAG, 299, 99);
    assert_decodes("64;2;3M", MOUSE_WHEEL_UP, 1, 2);
    assert_decodes("65;2;3M", MOUSE_WHEEL_DOWN, 1, 2);
    assert_decodes("16;2;3M", MOUSE_PRESS, 1, 2); /* with Ctrl */
    static const char *const none[] = {"2;5;5M",   "35;5;5M", "0;0;5M",           "0;5M",
                                       "0;5;5;5M", "x",       "0;9999999999999M", "M"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(decode(none[i], &m), MOUSE_CODE_NONE);
    assert_int_equal(decode("0;12", &m), MOUSE_CODE_MORE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reports_of_the_terminal),
        cmocka_unit_test(test_press_selects),
        cmocka_unit_test(test_a_drag_is_one_step),
        cmocka_unit_test(test_a_drag_of_what_is_gone),
        cmocka_unit_test(test_a_drag_back_leaves_no_step),
        cmocka_unit_test(test_a_locked_knob_stays),
        cmocka_unit_test(test_the_tune_tab),
        cmocka_unit_test(test_tabs_and_dialogs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
