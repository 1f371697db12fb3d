/* Comparing doubles (cmocka's own assertion takes float), and whole arrays. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#include <math.h>

#include "test.h"

static inline void near_check(double a, double b, double tolerance, const char *file, int line)
{
    if (fabs(a - b) <= tolerance)
        return;
    print_error("%.17g and %.17g differ by %g, more than %g\n", a, b, fabs(a - b), tolerance);
    _fail(file, line);
}

#define assert_near(a, b, tolerance) near_check(a, b, tolerance, __FILE__, __LINE__)

/* Relative distance in the L2 norm. */
static inline double near_distance(const float *got, const double *want, size_t count)
{
    double error = 0, norm = 0;
    for (size_t i = 0; i < count; i++) {
        error += (got[i] - want[i]) * (got[i] - want[i]);
        norm += want[i] * want[i];
    }
    return sqrt(error / norm);
}

#endif
