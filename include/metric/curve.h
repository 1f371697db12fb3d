/* Curves of a class for plotting: F1, precision and recall over every cut that makes a difference,
 * and scores by truth. Pure; any thread. */
#ifndef METRIC_CURVE_H
#define METRIC_CURVE_H

#include "metric/threshold.h"

struct curve_point {
    double cut; /* the middle of its plateau */
    double f1, precision, recall;
    int predicted;
};

/* Ascending by cut, from "everything is positive" to "nothing is" (precision 1 and recall 0 there,
 * as the end of a precision-recall curve). `points` holds samples + 1; returns how many there are.
 */
int curve_class(const struct threshold_table *t, int class, struct curve_point *points);

#endif
