/* Why a screen cannot be opened: the memory, or the type of the terminal. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "term/screen.h"
#include "test.h"

static int why; /* newterm() fails */

/* In place of that of ncurses. */
void *newterm(const char *type, FILE *out, FILE *in);
void *newterm(const char *type, FILE *out, FILE *in)
{
    (void)type, (void)out, (void)in;
    errno = why;
    return NULL;
}

static void test_what_is_said(void **state)
{
    (void)state;
    struct err e = {0};
    struct conf *c = conf_new();
    setenv("TERM", "odd-type", 1);
    why = ENOMEM;
    assert_int_equal(screen_open(c, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_string_equal(e.text, "out of memory: opening the screen");
    why = ENOENT;
    assert_int_equal(screen_open(c, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_string_equal(e.text, "the terminal type \"odd-type\" (TERM) cannot be used");
    conf_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
