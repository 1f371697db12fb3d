/* What libraries print to standard error becomes lines of the log, and nothing of it reaches the
 * terminal. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "term/stderr_capture.h"
#include "test.h"

static void print(const char *text)
{
    ssize_t put = write(STDERR_FILENO, text, strlen(text));
    assert_int_equal(put, strlen(text));
}

static void assert_line(uint64_t number, const char *text)
{
    struct log_line line;
    assert_true(log_read(number, &line));
    assert_string_equal(line.text, text);
    assert_int_equal(line.level, LOG_WARN);
}

static void test_lines(void **state)
{
    (void)state;
    uint64_t before = log_last();
    stderr_capture_begin();
    assert_true(stderr_capture_fd() >= 0);
    print("libpng warning: iCCP\nhalf a ");
    stderr_capture_read();
    assert_int_equal(log_last(), before + 1);
    assert_line(before + 1, "libpng warning: iCCP");
    print("line\n\n\nlast, without an end");
    stderr_capture_end();
    assert_line(before + 2, "half a line");
    assert_line(before + 3, "last, without an end");
    assert_int_equal(log_last(), before + 3);
    assert_int_equal(stderr_capture_fd(), -1);
}

static void test_a_long_line_goes_on_in_the_next(void **state)
{
    (void)state;
    char text[1001];
    struct log_line line;
    uint64_t before = log_last();
    size_t n = 0;
    memset(text, 'y', 1000);
    text[1000] = '\0';
    stderr_capture_begin();
    print(text);
    stderr_capture_end();
    assert_true(log_last() > before + 1);
    for (uint64_t i = before + 1; i <= log_last() && log_read(i, &line); i++)
        n += strlen(line.text);
    assert_int_equal(n, 1000);
}

/* Nobody reads: the printing thread goes on all the same. */
static void test_a_flood_does_not_block(void **state)
{
    (void)state;
    char block[4096];
    ssize_t put = 0;
    memset(block, 'x', sizeof block);
    stderr_capture_begin();
    for (int i = 0; i < 100 && put >= 0; i++)
        put = write(STDERR_FILENO, block, sizeof block);
    assert_int_equal(put, -1);
    stderr_capture_end();
}

static void test_twice(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        uint64_t before = log_last();
        stderr_capture_begin();
        stderr_capture_begin();
        print("again\n");
        stderr_capture_read();
        assert_int_equal(log_last(), before + 1);
        stderr_capture_end();
        stderr_capture_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_a_long_line_goes_on_in_the_next),
        cmocka_unit_test(test_a_flood_does_not_block),
        cmocka_unit_test(test_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
