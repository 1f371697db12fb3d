#include <math.h>
#include <string.h>

#include "base/text.h"
#include "progress.h"
#include "test.h"

static void assert_bar(struct progress_view v, int columns, const char *want)
{
    char line[256];
    progress_bar(&v, columns, line, sizeof line);
    assert_string_equal(line, want);
}

static void bars(void **state)
{
    (void)state;
    assert_bar((struct progress_view){"synth", 0, 10, NAN, NAN, NAN, NAN, 0}, 60,
               "synth  [>                                      ]   0%  0/10");
    assert_bar((struct progress_view){"synth", 5, 10, NAN, NAN, NAN, NAN, 0}, 32,
               "synth  [=====>     ]  50%  5/10");
    assert_bar((struct progress_view){"cache", 10, 10, 123.4, NAN, NAN, NAN, 0}, 40,
               "cache  [===========] 100%  10/10  123/s");
}

static void figures(void **state)
{
    (void)state;
    assert_bar((struct progress_view){"train 3/20", 312, 700, 8.25, .04, 4321, .1234, 0}, 60,
               "train 3/20  312/700  8.2/s  wait 0.0%  ETA 1h12  loss 0.1234");
    assert_bar((struct progress_view){"scan", 7, 0, NAN, NAN, NAN, NAN, 0}, 80, "scan  7");
}

static void never_too_wide(void **state)
{
    (void)state;
    char line[256];
    struct progress_view v = {"train 3/20", 312, 700, 118, 12.5, 4321, .1234, 0};
    for (int columns = 0; columns < 200; columns++) {
        progress_bar(&v, columns, line, sizeof line);
        assert_true(text_width(line) <= columns);
    }
    v.done = 900; /* more than was promised */
    progress_bar(&v, 100, line, sizeof line);
    assert_non_null(strstr(line, "100%"));
}

/* 100 samples in 10 s are 10/s, whatever was there before: 10,972 more take 1097.2 s. */
static void what_was_there_is_no_speed(void **state)
{
    (void)state;
    struct progress_view v = {"cache", 20100, 31072, NAN, NAN, NAN, NAN, 20000};
    progress_measure(&v, v.done - v.done_before, 10);
    assert_true(v.rate == 10);
    assert_true(fabs(v.eta - 1097.2) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars),
        cmocka_unit_test(figures),
        cmocka_unit_test(never_too_wide),
        cmocka_unit_test(what_was_there_is_no_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
