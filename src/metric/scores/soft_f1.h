/* Soft F1: predictions of 0 or 1 replaced by a sigmoid around the cut, so that the optimum depends
 * smoothly on the scores and a single sample cannot move it far. Pure; any thread. */
#ifndef METRIC_SOFT_F1_H
#define METRIC_SOFT_F1_H

#include "logit_bins.h"

/* The cut of best soft F1 of a class with positives, on the grid of the bins. */
double soft_f1_cut(const struct logit_bins *b);

#endif
