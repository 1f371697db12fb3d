/* Stratification by local search. Private to split_make. */
#ifndef DATA_SPLIT_SWAP_H
#define DATA_SPLIT_SWAP_H

#include "split_units.h"

/* Fills u->fold; `u` has pairs among its features. ERR_NOMEM. */
int split_swap(struct split_units *u, uint64_t seed, struct err *e);

#endif
