#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "test.h"

static void lines_have_numbers(void **state)
{
    (void)state;
    struct log_line line;
    clock_freeze(1000.5);
    uint64_t before = log_last();
    log_warn("line %d", 1);
    log_error("line %d", 2);
    assert_int_equal(log_last(), before + 2);
    assert_true(log_read(before + 1, &line));
    assert_string_equal(line.text, "line 1");
    assert_int_equal(line.level, LOG_WARN);
    assert_int_equal(line.number, before + 1);
    assert_int_equal(line.unix_ms, 1000500);
    assert_false(log_read(before + 3, &line));
    assert_false(log_read(0, &line));
    clock_freeze(-1);
}

static void lines_are_safe_to_show(void **state)
{
    (void)state;
    struct log_line line;
    log_info("id \x1b[2Jx\ny \xff");
    assert_true(log_read(log_last(), &line));
    assert_string_equal(line.text, "id \\x1b[2Jx\\x0ay \\xff");
    char longer[2 * LOG_TEXT_MAX];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    log_info("%s", longer);
    assert_true(log_read(log_last(), &line));
    assert_int_equal(strlen(line.text), LOG_TEXT_MAX - 1);
}

static void old_lines_are_overwritten(void **state)
{
    (void)state;
    struct log_line line;
    for (int i = 0; i < LOG_LINES + 5; i++)
        log_debug("%d", i);
    uint64_t last = log_last();
    assert_true(log_read(last - LOG_LINES + 1, &line));
    assert_string_equal(line.text, "5");
    assert_false(log_read(last - LOG_LINES, &line));
}

static void count_line(const struct log_line *line, void *context)
{
    *(int *)context += line->level == LOG_ERROR;
}

static void *write_lines(void *unused)
{
    for (int i = 0; i < 300; i++)
        log_error("%d", i);
    return unused;
}

static void the_sink_gets_every_line(void **state)
{
    (void)state;
    int count = 0;
    uint64_t before = log_last();
    pthread_t threads[3];
    log_set_sink(count_line, &count);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, write_lines, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    log_set_sink(NULL, NULL);
    log_error("not counted");
    assert_int_equal(count, 900);
    assert_int_equal(log_last(), before + 901);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_have_numbers),
        cmocka_unit_test(lines_are_safe_to_show),
        cmocka_unit_test(old_lines_are_overwritten),
        cmocka_unit_test(the_sink_gets_every_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
