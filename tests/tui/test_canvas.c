/* The grid of cells: clipping, widths, hostile text, dumps. Expected rows are written by hand. */
#include <stdlib.h>
#include <string.h>

#include "draw/canvas.h"
#include "test.h"

static void assert_dump(const struct canvas *c, int planes, const char *expected)
{
    char *text = canvas_dump(c, planes);
    assert_string_equal(text, expected);
    free(text);
}

static void test_text_is_clipped(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 8, 3);
    assert_int_equal(canvas_text(&c, -2, 0, 0, "abcdef"), 6);
    assert_int_equal(canvas_text(&c, 6, 1, 0, "xyz"), 3);
    canvas_text(&c, 0, 3, 0, "below");
    canvas_text(&c, 0, -1, 0, "above");
    canvas_set_clip(&c, (struct rect){2, 2, 3, 1});
    canvas_text(&c, 0, 2, 0, "01234567");
    assert_dump(&c, 0, "cdef\n      xy\n  234\n");
    canvas_fini(&c);
}

static void test_wide_characters(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 6, 3);
    assert_int_equal(canvas_text(&c, 0, 0, 0, "\xe6\xa0\xb8x"), 3); /* a kanji takes two cells */
    canvas_text(&c, 5, 1, 0, "\xe6\xa0\xb8"); /* half of it would be outside */
    canvas_text(&c, 0, 2, 0, "\xe6\xa0\xb8\xe6\xa0\xb8");
    canvas_put(&c, 1, 2, 0, '!'); /* over the right half of the first */
    canvas_put(&c, 2, 2, 0, '?'); /* over the left half of the second */
    assert_dump(&c, 0, "\xe6\xa0\xb8x\n\n !?\n");
    canvas_fini(&c);
}

static void test_control_characters_are_harmless(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 8, 1);
    canvas_text(&c, 0, 0, 0,
                "a\x1b[2J\xc2\x9b"
                "b"); /* ESC and C1 CSI */
    assert_dump(&c, 0, "a?[2J?b\n");
    canvas_fini(&c);
}

static void test_cut_and_right(void **state)
{
    (void)state;
    struct canvas c;
    const struct glyph_set *g = glyphs_set(GLYPHS_ASCII);
    canvas_init(&c, 12, 4);
    assert_int_equal(canvas_text_cut(&c, 0, 0, 5, 0, g, "Nucleoli"), 5);
    assert_int_equal(canvas_text_cut(&c, 0, 1, 8, 0, g, "Nucleoli"), 8);
    assert_int_equal(canvas_text_cut(&c, 0, 2, 0, 0, g, "Nucleoli"), 0);
    canvas_text_right(&c, 12, 3, 0, ".5312");
    assert_dump(&c, 0, "Nucl~\nNucleoli\n\n       .5312\n");
    canvas_fini(&c);
}

static void test_box_and_planes(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 5, 3);
    canvas_box(&c, (struct rect){0, 0, 5, 3}, INK_BORDER, glyphs_set(GLYPHS_ASCII));
    canvas_put(&c, 2, 1, INK_GOOD | ATTR_BOLD, '*');
    canvas_paper(&c, (struct rect){1, 1, 3, 1}, PAPER_CURSOR);
    /* border is the third ink: b; good the tenth: i. Bold on cursor paper: 2 + 5. */
    assert_dump(&c, 1, "+---+\n| * |\n+---+\n--- ink\nbbbbb\nb i b\nbbbbb\n--- paper\n\n 272\n\n");
    canvas_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_clipped),
        cmocka_unit_test(test_wide_characters),
        cmocka_unit_test(test_control_characters_are_harmless),
        cmocka_unit_test(test_cut_and_right),
        cmocka_unit_test(test_box_and_planes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
