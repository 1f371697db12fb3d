/* Averaged weights: an exponential moving average beside the weights that learn (Polyak, Juditsky
 * 1992, doi:10.1137/0330046; as an average over recent steps). Running statistics of batch norm are
 * not averaged: both sets of weights use those of the newest step.
 *
 * Elementwise, so bits do not depend on the number of workers; a weight that does not change has
 * itself as its average, bit for bit. One owner. */
#ifndef NN_EMA_H
#define NN_EMA_H

#include <stdint.h>

#include "base/workers.h"
#include "nn/params.h"

/* Make p->average: a copy of the weights as they are. `p` frees it. */
int ema_begin(struct params *p, struct err *e);

/* After step 1, 2, ... of a run: average += (1 - d) (weights - average), d = min(decay, (1 + step)
 * / (10 + step)), so that the first steps do not weigh on it for long. */
void ema_step(struct params *p, double decay, int64_t step, struct workers *w);

/* Exchange weights and averages, to evaluate with them; again to learn on. */
void ema_swap(struct params *p, struct workers *w);

#endif
