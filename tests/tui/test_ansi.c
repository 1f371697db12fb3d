/* A frame as text with colours. Sequences by ECMA-48 and xterm: 1 bold, 4 underlined, 7 reverse,
 * 38;5 and 48;5 a colour by number. */
#include <stdio.h>
#include <stdlib.h>

#include "draw/ansi.h"
#include "test.h"

static void check(const struct canvas *c, const char *wanted)
{
    char *text = ansi_dump(c, THEME_DARK, THEME_256);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_attributes(void **state)
{
    (void)state;
    static const unsigned attributes[] = {ATTR_BOLD, ATTR_UNDERLINE, ATTR_REVERSE};
    static const char *const codes[] = {"1", "4", "7"};
    char wanted[128];
    struct canvas c;
    canvas_init(&c, 2, 1);
    for (int i = 0; i < 3; i++) {
        canvas_put(&c, 0, 0, INK_RED | attributes[i], 'a');
        snprintf(wanted, sizeof wanted,
                 "\033[0;%s;38;5;167;48;5;233ma\033[0;38;5;252;48;5;233m \033[0m\n", codes[i]);
        check(&c, wanted);
    }
    canvas_fini(&c);
}

/* Each line begins with its look; the second half of a wide character is left out. */
static void test_lines_and_wide_characters(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 3, 2);
    canvas_text(&c, 0, 0, INK_TEXT,
                "\xe4\xb8\xad"
                "b");
    canvas_text(&c, 0, 1, INK_TEXT, "abc");
    check(&c, "\033[0;38;5;252;48;5;233m\xe4\xb8\xad"
              "b\033[0m\n\033[0;38;5;252;48;5;233mabc\033[0m\n");
    canvas_fini(&c);
}

/* Without colours of its own a terminal keeps the ones it has. */
static void test_a_terminal_without_colours(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 2, 1);
    canvas_text(&c, 0, 0, INK_TEXT, "ab");
    char *text = ansi_dump(&c, THEME_DARK, THEME_MONO);
    assert_string_equal(text, "\033[0mab\033[0m\n");
    free(text);
    canvas_fini(&c);
}

static void test_the_name_of_a_file_decides(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool colors;
    } files[] = {{"a.ansi", true},  {"b/c.d/e.ansi", true}, {".ansi", true}, {"a.txt", false},
                 {"ansi", false},   {"a.ansi.txt", false},  {"", false},     {"a.ansil", false},
                 {"a.ANSI", false}, {"a.", false}};
    struct canvas c;
    canvas_init(&c, 3, 1);
    canvas_text(&c, 0, 0, INK_TEXT, "ab");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = ansi_file(files[i].path, &c, THEME_DARK, THEME_256);
        assert_string_equal(text,
                            files[i].colors ? "\033[0;38;5;252;48;5;233mab \033[0m\n" : "ab\n");
        free(text);
    }
    canvas_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_lines_and_wide_characters),
        cmocka_unit_test(test_a_terminal_without_colours),
        cmocka_unit_test(test_the_name_of_a_file_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
