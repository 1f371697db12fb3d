/* What a mark says that takes it back does so, on every tab. */
#include "input/act.h"
#include "scene_errors.h"
#include "test.h"
#include "typed.h"

/* On other tabs u is for thresholds: what the message names there must take the mark back. */
static void test_a_mark_says_what_takes_it_back(void **state)
{
    (void)state;
    struct app_model b;
    char id[ERRORS_ID], expected[256];
    scene_errors(&b);
    errors_view_fit(&b);
    errors_view_id(&b.errors, b.errors.rows[0], id);
    act_line(&b, "mark-sample note hi");
    snprintf(expected, sizeof expected, "sample %s marked as note; u takes it back", id);
    assert_string_equal(b.notice, expected);
    type(&b, "u");
    assert_null(marks_of(&b.errors.marks, id, 0));
    app_model_show_tab(&b, TAB_BOARD);
    act_line(&b, "mark-sample note hi");
    snprintf(expected, sizeof expected, "sample %s marked as note; :mark-undo takes it back", id);
    assert_string_equal(b.notice, expected);
    act_line(&b, "unmark-sample");
    snprintf(expected, sizeof expected, "marks of sample %s removed; :mark-undo brings them back",
             id);
    assert_string_equal(b.notice, expected);
    act_line(&b, "mark-undo");
    assert_non_null(marks_of(&b.errors.marks, id, 0));
    act_line(&b, "mark-undo");
    assert_null(marks_of(&b.errors.marks, id, 0));
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mark_says_what_takes_it_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
