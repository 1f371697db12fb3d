/* Which pictures the Errors tab shows and reads ahead. */
#include <math.h>

#include "frame/frame.h"
#include "scene_errors.h"
#include "test.h"

static void fit(struct app_model *b)
{
    struct canvas c;
    canvas_init(&c, 120, 36);
    frame_draw(b, &c);
    canvas_fini(&c);
}

static int place_of(const struct app_model *b, int at)
{
    const struct errors_view *v = &b->errors;
    return samples_model_named(&b->data, v->names->ids[v->rows[at]]);
}

/* The picture that is shown, and those that are read ahead: before the first and after the last
 * there is none. */
static void test_pictures_read_ahead(void **state)
{
    (void)state;
    struct app_model b;
    struct errors_view *v = &b.errors;
    scene_errors(&b);
    fit(&b);
    assert_int_equal(b.data.apart_row, place_of(&b, 0));
    assert_int_equal(b.data.ahead[0], place_of(&b, 1));
    assert_int_equal(b.data.ahead[1], -1);
    errors_view_select(v, v->rows_n - 1);
    fit(&b);
    assert_int_equal(b.data.apart_row, place_of(&b, v->rows_n - 1));
    assert_int_equal(b.data.ahead[0], -1);
    assert_int_equal(b.data.ahead[1], place_of(&b, v->rows_n - 2));
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures_read_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
