/* Iterative stratification. Private to split_make. */
#ifndef DATA_SPLIT_ITERATIVE_H
#define DATA_SPLIT_ITERATIVE_H

#include "split_units.h"

/* Fills u->fold. Order 1 when the features are labels, order 2 when they are pairs as well.
 * ERR_NOMEM. */
int split_iterative(struct split_units *u, uint64_t seed, struct err *e);

#endif
