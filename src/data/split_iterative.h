/* Iterative stratification, order 1 (Sechidis, Tsoumakas, Vlahavas 2011). Private to data/. */
#ifndef DATA_SPLIT_ITERATIVE_H
#define DATA_SPLIT_ITERATIVE_H

#include <stdint.h>

#include "base/err.h"
#include "base/labels.h"

/* fold[n] gets 0..folds-1; arguments were checked by split_make. ERR_NOMEM. */
int split_iterative(const struct labels *labels, int n, int k, int folds, uint64_t seed, int *fold,
                    struct err *e);

#endif
