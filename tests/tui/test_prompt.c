/* The input line: editing in UTF-8, the history of commands, walking through completions. */
#include <stdio.h>
#include <string.h>

#include "keys/key_codes.h"
#include "model/prompt.h"
#include "test.h"

static void keys(struct prompt *p, const char *text)
{
    for (; *text; text++)
        assert_int_equal(prompt_key(p, *text), PROMPT_CHANGED);
}

static void expect(const struct prompt *p, const char *text, int cursor)
{
    assert_string_equal(p->text, text);
    assert_int_equal(p->cursor, cursor);
}

static void test_editing(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_open(&p, PROMPT_COMMAND, "cut");
    expect(&p, "cut", 3);
    keys(&p, " .5");
    assert_int_equal(prompt_key(&p, INPUT_HOME), PROMPT_GOES_ON);
    expect(&p, "cut .5", 0);
    prompt_key(&p, INPUT_LEFT); /* not before the first */
    expect(&p, "cut .5", 0);
    assert_int_equal(prompt_key(&p, INPUT_DELETE), PROMPT_CHANGED);
    expect(&p, "ut .5", 0);
    prompt_key(&p, INPUT_BACKSPACE); /* nothing before the cursor */
    expect(&p, "ut .5", 0);
    prompt_key(&p, INPUT_END);
    prompt_key(&p, INPUT_RIGHT); /* not after the last */
    prompt_key(&p, INPUT_DELETE);
    expect(&p, "ut .5", 5);
    prompt_key(&p, INPUT_LEFT);
    prompt_key(&p, INPUT_LEFT);
    prompt_key(&p, 'W' & 31);
    expect(&p, ".5", 0);
    prompt_key(&p, INPUT_RIGHT);
    prompt_key(&p, 'U' & 31);
    expect(&p, "5", 0);
}

static void test_words_are_erased(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_open(&p, PROMPT_COMMAND, "export a b  ");
    prompt_key(&p, 'W' & 31);
    expect(&p, "export a ", 9);
    prompt_key(&p, 'W' & 31);
    expect(&p, "export ", 7);
    prompt_key(&p, 'W' & 31);
    expect(&p, "", 0);
    prompt_key(&p, 'W' & 31);
    expect(&p, "", 0);
}

/* A character of several bytes is one step and one deletion; controls are not taken. */
static void test_characters(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_open(&p, PROMPT_FILTER, "");
    assert_string_equal(p.label, "/");
    prompt_key(&p, 'a');
    prompt_key(&p, 0xe9);
    prompt_key(&p, 0x5bbd);
    prompt_key(&p, 0x1f600);
    expect(&p, "a\xc3\xa9\xe5\xae\xbd\xf0\x9f\x98\x80", 10);
    prompt_key(&p, INPUT_LEFT);
    assert_int_equal(p.cursor, 6);
    prompt_key(&p, INPUT_LEFT);
    assert_int_equal(p.cursor, 3);
    prompt_key(&p, INPUT_BACKSPACE);
    expect(&p, "a\xe5\xae\xbd\xf0\x9f\x98\x80", 1);
    prompt_key(&p, INPUT_DELETE);
    expect(&p, "a\xf0\x9f\x98\x80", 1);
    static const int controls[] = {0x01, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, INPUT_UP, INPUT_F10};
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        assert_int_equal(prompt_key(&p, controls[i]), PROMPT_GOES_ON);
    prompt_key(&p, INPUT_END);
    prompt_key(&p, 0xa0); /* the first that is none */
    prompt_key(&p, '~');
    expect(&p, "a\xf0\x9f\x98\x80\xc2\xa0~", 8);
}

static void test_a_full_line(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_open(&p, PROMPT_COMMAND, "");
    for (int i = 0; i < PROMPT_MAX - 1; i++)
        assert_int_equal(prompt_key(&p, 'x'), PROMPT_CHANGED);
    assert_int_equal(prompt_key(&p, 'x'), PROMPT_GOES_ON);
    assert_int_equal(strlen(p.text), PROMPT_MAX - 1);
    prompt_key(&p, INPUT_BACKSPACE);
    assert_int_equal(prompt_key(&p, 0xe9), PROMPT_GOES_ON); /* two bytes, room for one */
    assert_int_equal(prompt_key(&p, 'y'), PROMPT_CHANGED);
}

static void enter(struct prompt *p, const char *text)
{
    prompt_open(p, PROMPT_COMMAND, "");
    keys(p, text);
    assert_int_equal(prompt_key(p, INPUT_ENTER), PROMPT_ENTERED);
    prompt_close(p);
}

static void test_history(void **state)
{
    (void)state;
    struct prompt p = {0};
    enter(&p, "pause");
    enter(&p, "x"); /* one letter counts, an empty line does not */
    enter(&p, "");
    prompt_open(&p, PROMPT_COMMAND, "");
    prompt_key(&p, INPUT_DOWN);
    expect(&p, "", 0);
    prompt_key(&p, INPUT_UP);
    expect(&p, "x", 1);
    prompt_key(&p, INPUT_UP);
    expect(&p, "pause", 5);
    prompt_key(&p, INPUT_UP); /* the oldest */
    expect(&p, "pause", 5);
    prompt_key(&p, INPUT_DOWN);
    prompt_key(&p, INPUT_DOWN);
    expect(&p, "", 0);
    prompt_open(&p, PROMPT_FILTER, "a"); /* has none */
    prompt_key(&p, INPUT_UP);
    expect(&p, "a", 1);
    prompt_key(&p, INPUT_ENTER);
    assert_int_equal(p.history_n, 2);
    for (int i = 0; i < PROMPT_HISTORY + 3; i++) {
        char text[8];
        snprintf(text, sizeof text, "c%d", i);
        enter(&p, text);
    }
    prompt_open(&p, PROMPT_COMMAND, "");
    for (int i = 0; i < PROMPT_HISTORY + 3; i++)
        prompt_key(&p, INPUT_UP);
    expect(&p, "c3", 2); /* the last so many */
}

static void test_ways_out(void **state)
{
    (void)state;
    struct prompt p = {0};
    static const int leave[] = {INPUT_ESC, 'C' & 31, 'G' & 31};
    for (size_t i = 0; i < sizeof leave / sizeof *leave; i++) {
        prompt_open(&p, PROMPT_COMMAND, "x");
        assert_int_equal(prompt_key(&p, leave[i]), PROMPT_LEFT);
    }
    assert_int_equal(prompt_key(&p, INPUT_BACKSPACE), PROMPT_CHANGED);
    assert_int_equal(prompt_key(&p, INPUT_BACKSPACE), PROMPT_LEFT);
    prompt_ask(&p, ACTION_QUIT, "name: ", "n");
    assert_int_equal(p.kind, PROMPT_ARGUMENT);
    assert_string_equal(p.label, "name: ");
    prompt_key(&p, INPUT_ENTER);
    assert_int_equal(p.history_n, 0); /* no command */
    prompt_close(&p);
    assert_int_equal(p.kind, PROMPT_NONE);
}

/* Those of red, green and grey that begin so. */
static const char *colour(const void *context, const char *start, int i)
{
    static const char *const words[] = {"red", "green", "grey"};
    (void)context;
    for (size_t w = 0; w < 3; w++)
        if (!strncmp(words[w], start, strlen(start)) && i-- == 0)
            return words[w];
    return NULL;
}

static void tab(struct prompt *p, const char *expected)
{
    assert_int_equal(prompt_key(p, '\t'), PROMPT_TAB);
    prompt_offer(p, 4, colour, NULL);
    expect(p, expected, (int)strlen(expected));
}

static void test_completions_go_round(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_open(&p, PROMPT_COMMAND, "ink g");
    tab(&p, "ink green");
    tab(&p, "ink grey");
    tab(&p, "ink green");
    keys(&p, "s"); /* another start */
    tab(&p, "ink greens");
    prompt_open(&p, PROMPT_COMMAND, "ink ");
    tab(&p, "ink red");
    tab(&p, "ink green");
    prompt_replace(&p, 2, "to");
    expect(&p, "into", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_words_are_erased),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_a_full_line),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_ways_out),
        cmocka_unit_test(test_completions_go_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
