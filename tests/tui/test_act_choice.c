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

/* A command that takes no value does nothing with one, and names it. */
static void test_surplus_words_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"lock junk", ":lock takes no value: \"junk\""},
        {"undo 5", ":undo takes no value: \"5\""},
        {"redo all", ":redo takes no value: \"all\""},
        {"pause now", ":pause takes no value: \"now\""},
        {"stop now", ":stop takes no value: \"now\""},
        {"best-all junk", ":best-all takes no value: \"junk\""},
        {"data 5", ":data takes no value: \"5\""},
        {"help x", ":help takes no value: \"x\""},
        {"quantity bogus", ":quantity takes no value: \"bogus\""},
        {"quit now", ":quit takes no value: \"now\""},
        {"smooth 3", "\"3\": a weight from 0 to 1"},
        {"smooth -.1", "\"-.1\": a weight from 0 to 1"},
        {"theme dark junk", "\"dark junk\" is none of dark, light"},
    };
    struct app_model b;
    struct wish none;
    scene_init(&b);
    b.selected = 4;
    act_line(&b, "cut .9");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct app_model before = b;
        assert_false(act_line(&b, cases[i].line));
        assert_non_null(strstr(b.notice, cases[i].said));
        assert_true(b.tab == before.tab && b.help == before.help && b.smooth == before.smooth &&
                    b.runs.loss == before.runs.loss && b.dialog.kind == DIALOG_NONE &&
                    b.cuts.position == before.cuts.position && !b.cuts.locked[4]);
        assert_false(app_model_next_wish(&b, &none));
    }
    assert_true(act_line(&b, "smooth 1"));
    assert_true(act_line(&b, "lock"));
    assert_true(b.cuts.locked[4]);
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_words_are_refused),
        cmocka_unit_test(test_surplus_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
