/* Calibration of a class: are its scores the share of positives that they claim? Pure; any thread.
 */
#ifndef METRIC_CALIBRATION_H
#define METRIC_CALIBRATION_H

#include "metric/scores.h"

enum { CALIBRATION_BINS_MAX = 64 };

struct calibration_bin {
    int n;
    double mean, rate; /* mean score; share of positives; NaN when n is 0 */
};

struct calibration {
    int bins;
    double brier; /* mean squared difference of score and truth, NaN without samples */
    double error; /* expected calibration error: mean |rate - mean| over samples */
    struct calibration_bin bin[CALIBRATION_BINS_MAX]; /* equal parts of 0..1 */
};

/* `bins` 1..CALIBRATION_BINS_MAX. */
void calibration_class(const struct scores *s, int class, int bins, struct calibration *out);

#endif
