/* Equal folds without groups, as the papers have them, and their measures. */
#ifndef TESTS_EQUAL_FOLDS_H
#define TESTS_EQUAL_FOLDS_H

#include "data/split.h"

static inline int split_make(const char *method, const struct labels *labels, int n, int k,
                             int folds, uint64_t seed, int *fold, struct err *e)
{
    struct split_plan p = {.method = method, .folds = folds, .seed = seed};
    return split_make_plan(&p, labels, n, k, fold, e);
}

static inline int split_measure(const struct labels *labels, int n, int k, const int *fold,
                                int folds, struct split_quality *q, struct err *e)
{
    return split_measure_val(labels, n, k, fold, folds, 0, q, e);
}

#endif
