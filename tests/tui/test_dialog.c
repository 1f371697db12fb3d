/* Dialogs: keys, the mouse and both drawings of every dialog. What a cell answers is compared with
 * what is drawn there. */
#include <stdlib.h>

#include "keys/key_codes.h"
#include "model/dialog.h"
#include "model/keymap.h"
#include "test.h"

enum { COLUMNS = 80, ROWS = 24 };

static uint32_t code_at(const struct canvas *c, int x, int y)
{
    return canvas_at(c, x, y)->code;
}

/* The first and last column of the row between the sides of a frame; false: no frame goes through
 * it. */
static bool between_sides(const struct canvas *c, int y, uint32_t side, int *first, int *last)
{
    *first = *last = -1;
    for (int x = 0; x < c->columns; x++)
        if (code_at(c, x, y) == side) {
            *first = *first < 0 ? x + 1 : *first;
            *last = x - 1;
        }
    return *first >= 0 && *last > *first;
}

/* An answer is drawn as "> d detach": its letter two cells from the frame. */
static void test_a_cell_answers_what_is_drawn_there(void **state)
{
    (void)state;
    const struct glyph_set *g = glyphs_set(GLYPHS_ASCII);
    for (int kind = DIALOG_QUIT; kind <= DIALOG_MARK; kind++) {
        struct canvas c;
        struct dialog d;
        int answers = 0;
        canvas_init(&c, COLUMNS, ROWS);
        dialog_open(&d, (enum dialog_kind)kind);
        dialog_draw(&d, &c, g);
        for (int y = 0; y < ROWS; y++) {
            int first, last;
            bool framed = between_sides(&c, y, '|', &first, &last);
            int letter = framed ? (int)code_at(&c, first + 2, y) : 0;
            bool answer = framed && style_ink(canvas_at(&c, first + 2, y)->style) == INK_KEY;
            answers += answer;
            for (int x = 0; x < COLUMNS; x++) {
                bool in = answer && x >= first && x <= last;
                assert_int_equal(dialog_key_at(&d, COLUMNS, ROWS, x, y), in ? letter : 0);
            }
        }
        assert_in_range(answers, 2, 8);
        canvas_fini(&c);
    }
}

/* The dialog that asks whether to stop: four rows more than answers, in the middle. */
static void test_a_drawn_dialog(void **state)
{
    (void)state;
    static const char wanted[] = "\n\n"
                                 "     +- Stop --------------------------------+\n"
                                 "     | Stop the training? It can be resumed. |\n"
                                 "     |                                       |\n"
                                 "     |  e after this epoch                   |\n"
                                 "     |> c checkpoint and stop now            |\n"
                                 "     |  s go on training                     |\n"
                                 "     +---------------------------------------+\n"
                                 "\n\n";
    struct canvas c;
    struct dialog d;
    canvas_init(&c, 51, 11);
    dialog_open(&d, DIALOG_NONE);
    dialog_draw(&d, &c, glyphs_set(GLYPHS_ASCII));
    char *text = canvas_dump(&c, 0);
    assert_string_equal(text, "\n\n\n\n\n\n\n\n\n\n\n");
    free(text);
    dialog_open(&d, DIALOG_STOP);
    dialog_key(&d, 'j');
    dialog_draw(&d, &c, glyphs_set(GLYPHS_ASCII));
    text = canvas_dump(&c, 0);
    assert_string_equal(text, wanted);
    free(text);
    for (int x = 0; x < 51; x++)
        for (int y = 0; y < 11; y++) {
            bool inside = x >= 5 && x < 46 && y >= 2 && y<9, chosen = x> 5 && x < 45 && y == 6;
            int paper = chosen ? PAPER_CURSOR : inside ? PAPER_DIALOG : PAPER_PLAIN;
            assert_int_equal(style_paper(canvas_at(&c, x, y)->style), style_paper((unsigned)paper));
        }
    canvas_fini(&c);
}

static void test_a_small_screen_has_an_answer_in_each_row(void **state)
{
    (void)state;
    struct canvas c;
    struct dialog d;
    canvas_init(&c, 12, 4);
    dialog_open(&d, DIALOG_STOP);
    dialog_key(&d, 'k');
    dialog_draw_small(&d, &c, glyphs_set(GLYPHS_ASCII));
    char *text = canvas_dump(&c, 0);
    assert_string_equal(text, "e after thi~\nc checkpoin~\ns go on tra~\n\n");
    free(text);
    for (int y = 0; y < 3; y++) {
        unsigned paper = y == 2 ? PAPER_CURSOR : PAPER_DIALOG;
        assert_int_equal(style_ink(canvas_at(&c, 0, y)->style), INK_KEY);
        assert_int_equal(style_ink(canvas_at(&c, 2, y)->style), INK_TEXT);
        assert_int_equal(style_paper(canvas_at(&c, 11, y)->style), style_paper(paper));
    }
    canvas_fini(&c);
}

/* Keys walk around both ends; Enter gives the chosen answer, a letter its own. */
static void test_keys(void **state)
{
    (void)state;
    static const int down[] = {'j', INPUT_DOWN, '\t'}, up[] = {'k', INPUT_UP, INPUT_BACK_TAB};
    static const int stay[] = {INPUT_ESC, 'q', 'C' & 31};
    static const enum dialog_answer answers[] = {ANSWER_STOP_EPOCH, ANSWER_STOP_NOW, ANSWER_STAY};
    struct dialog d;
    for (int way = 0; way < 3; way++)
        for (int steps = 0; steps < 5; steps++) {
            dialog_open(&d, DIALOG_STOP);
            for (int i = 0; i < steps; i++)
                assert_int_equal(dialog_key(&d, down[way]), ANSWER_NONE);
            assert_int_equal(d.kind, DIALOG_STOP);
            assert_int_equal(dialog_key(&d, INPUT_ENTER), answers[steps % 3]);
            assert_int_equal(d.kind, DIALOG_NONE);
            dialog_open(&d, DIALOG_STOP);
            for (int i = 0; i < steps; i++)
                assert_int_equal(dialog_key(&d, up[way]), ANSWER_NONE);
            assert_int_equal(dialog_key(&d, INPUT_ENTER), answers[(6 - steps) % 3]);
        }
    for (int i = 0; i < 3; i++) {
        dialog_open(&d, DIALOG_STOP);
        assert_int_equal(dialog_key(&d, stay[i]), ANSWER_STAY);
        dialog_open(&d, DIALOG_STOP);
        assert_int_equal(dialog_key(&d, 'x'), ANSWER_NONE);
        assert_int_equal(d.chosen, 0);
        assert_int_equal(dialog_key(&d, "ecs"[i]), answers[i]);
        assert_int_equal(d.kind, DIALOG_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_drawn_dialog),
        cmocka_unit_test(test_a_small_screen_has_an_answer_in_each_row),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_a_cell_answers_what_is_drawn_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
