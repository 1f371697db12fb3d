/* Method `best`: consensus, unless another method wins by more than the standard error of the
 * difference, both measured on held-out folds inside the part. */
#ifndef METRIC_TUNE_BEST_H
#define METRIC_TUNE_BEST_H

#include "tune_part.h"

/* Fits everything on inner folds; overwrites the space except `cuts`. */
enum threshold_method tune_best_choose(const struct tune_part *p, struct tune_part_space *s);

#endif
