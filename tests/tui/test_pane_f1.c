/* The list of F1 by class: where the best cut would bring a class is marked only where that is
 * more. */
#include "pane/pane.h"
#include "scene.h"
#include "test.h"

enum { COLUMNS = 60, ROWS = SCENE_K };

/* Marks in the first row. */
static int marks(struct app_model *b, double f1, double best)
{
    struct canvas c;
    int n = 0, class = b->order[0];
    b->cuts.at[class].f1 = f1;
    b->cuts.best_f1[class] = best;
    canvas_init(&c, COLUMNS, ROWS);
    pane_f1_ops.draw(b, &c, (struct rect){0, 0, COLUMNS, ROWS}, false);
    for (int x = 0; x < COLUMNS; x++)
        n += style_ink(canvas_at(&c, x, 0)->style) == INK_BEST;
    canvas_fini(&c);
    return n;
}

static void test_only_what_would_be_better_is_marked(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_int_equal(marks(&b, 0, 0.5), 1);
    assert_int_equal(marks(&b, 0.5, 1), 1);
    assert_int_equal(marks(&b, 0, 0), 0);
    assert_int_equal(marks(&b, 0.5, 0.5), 0);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_would_be_better_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
