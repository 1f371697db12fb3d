/* Commands that take one word of a few. */
#include <string.h>

#include "input/act.h"
#include "scene.h"
#include "test.h"

/* A word that a command does not know changes nothing and is named with those it knows. */
static void test_unknown_words_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *known;
    } cases[] = {
        {"sort nope", "\"nope\" is none of rarity, index, F1, gain"},
        {"show nope", "\"nope\" is none of one, pair, grid"},
        {"against nope", "\"nope\" is none of class, test, none"},
        {"error-show nope", "\"nope\" is none of all, missed, wrong, right, marked"},
        {"error-order nope", "\"nope\" is none of loss, cut"},
        {"run-sort nope", "\"nope\" is none of "},
        {"finding-sort nope", "\"nope\" is none of "},
        {"glyphs nope", "\"nope\" is none of braille, block, ascii"},
        {"mouse nope", "\"nope\" is none of off, on"},
        {"theme nope", "\"nope\" is none of dark, light"},
        {"color nope", "\"nope\" is none of 256, 16, 8, mono"},
        {"smooth nope", "\"nope\": a weight from 0 to 1"},
    };
    struct app_model b;
    scene_init(&b);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct app_model before = b;
        act_line(&b, cases[i].line);
        assert_non_null(strstr(b.notice, cases[i].known));
        assert_true(b.sort == before.sort && b.data.show == before.data.show &&
                    b.data.against == before.data.against && b.errors.show == before.errors.show &&
                    b.errors.order == before.errors.order && b.runs.sort == before.runs.sort &&
                    b.data.found.order == before.data.found.order && b.glyphs == before.glyphs &&
                    b.mouse == before.mouse && b.data.look.theme == before.data.look.theme &&
                    b.data.look.tier == before.data.look.tier && b.smooth == before.smooth &&
                    b.focus == before.focus);
    }
    act_line(&b, "sort F1");
    assert_int_equal(b.sort, SORT_F1);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
