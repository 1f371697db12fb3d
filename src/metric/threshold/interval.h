/* Intervals from bootstrap draws. Pure. */
#ifndef METRIC_INTERVAL_H
#define METRIC_INTERVAL_H

struct interval {
    double low, high; /* NaN without values */
};

/* The middle 90% (5% and 95% quantile, interpolated linearly); `values` are sorted in place. */
struct interval interval_90(double *values, int n);

#endif
