/* The list of sliders under the mouse: a press takes the knob exactly where a rail is drawn. */
#include "pane/pane_cuts.h"
#include "scene.h"
#include "test.h"

enum { COLUMNS = 72, ROWS = 40 };

static bool is_rail(const struct canvas *c, int x, int y)
{
    int ink = style_ink(canvas_at(c, x, y)->style);
    return ink == INK_TRACK || ink == INK_KNOB || ink == INK_BEST;
}

static void check_presses(struct app_model *b, struct rect in)
{
    struct canvas c;
    struct pane_cuts_columns w = pane_cuts_columns(b, in.w, true, 4);
    int rails = 0;
    canvas_init(&c, COLUMNS, ROWS);
    pane_cuts_list(b, &c, in, &w, false);
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            bool taken = pane_cuts_hit(b, in, &w, x, y).on_axis;
            assert_int_equal(taken, is_rail(&c, x, y));
            rails += taken;
        }
    int rows = in.h < b->shown ? in.h : b->shown;
    assert_int_equal(rails, rows * w.cells);
    assert_true(w.cells > 10);
    canvas_fini(&c);
}

static void test_a_press_takes_the_knob_on_the_rail_only(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    check_presses(&b, (struct rect){5, 3, 60, 7});  /* a part of the 28 classes */
    check_presses(&b, (struct rect){5, 3, 60, 34}); /* all, and room below */
    app_model_select_row(&b, 20);
    check_presses(&b, (struct rect){0, 0, 60, 9});
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_press_takes_the_knob_on_the_rail_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
