#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "test.h"

static void iso_dates(void **state)
{
    (void)state;
    char text[32];
    clock_iso(0, text, sizeof text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    clock_iso(INT64_C(1795401853999), text, sizeof text); /* date -u -d @1795401853 */
    assert_string_equal(text, "2026-11-23T02:44:13Z");
    clock_iso(INT64_MAX, text, sizeof text);
    assert_string_equal(text, "-");
    clock_iso(INT64_C(253402300799000), text, sizeof text); /* date -u -d 9999-12-31T23:59:59 +%s */
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    clock_iso(INT64_C(253402300800000), text, sizeof text);
    assert_string_equal(text, "-");
    clock_iso(999, text, sizeof text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
}

static void spans(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *want;
    } spans[] = {{0, "0s"},           {12.4, "12s"},    {59.6, "1m00"},    {185, "3m05"},
                 {4321, "1h12"},      {86400, "1d00h"}, {183600, "2d03h"}, {-1, "-"},
                 {1e9, "-"},          {NAN, "-"},       {INFINITY, "-"},   {59, "59s"},
                 {60, "1m00"},        {3599, "59m59"},  {3600, "1h00"},    {86399, "23h59"},
                 {8553600, "99d00h"}, /* 99 days, and a second more */
                 {8553601, "-"}};
    char text[16];
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        clock_span(spans[i].seconds, text, sizeof text);
        assert_string_equal(text, spans[i].want);
    }
}

static void freezing(void **state)
{
    (void)state;
    clock_freeze(12.25);
    assert_true(clock_seconds() == 12.25);
    assert_int_equal(clock_unix_ms(), 12250);
    clock_freeze(0);
    assert_true(clock_seconds() == 0);
    clock_freeze(-1);
    double a = clock_seconds(), b = clock_seconds();
    assert_true(b >= a);
    assert_true(llabs(clock_unix_ms() / 1000 - (long long)time(NULL)) <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_dates),
        cmocka_unit_test(spans),
        cmocka_unit_test(freezing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
