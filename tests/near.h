/* Comparing doubles: cmocka's own assertion takes float. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline void near_check(double a, double b, double tolerance, const char *file, int line)
{
    if (fabs(a - b) <= tolerance)
        return;
    print_error("%.17g and %.17g differ by %g, more than %g\n", a, b, fabs(a - b), tolerance);
    _fail(file, line);
}

#define assert_near(a, b, tolerance) near_check(a, b, tolerance, __FILE__, __LINE__)

#endif
