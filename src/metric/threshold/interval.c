/* Percentile intervals (Efron 1979). */
#include "interval.h"

#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, int n, double q)
{
    double at = q * (n - 1);
    int below = (int)at;
    if (below + 1 >= n)
        return sorted[n - 1];
    return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

struct interval interval_90(double *values, int n)
{
    if (n == 0)
        return (struct interval){NAN, NAN};
    qsort(values, (size_t)n, sizeof *values, compare_doubles);
    return (struct interval){quantile(values, n, .05), quantile(values, n, .95)};
}
