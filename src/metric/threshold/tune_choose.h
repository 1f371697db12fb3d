/* Cuts of a part by any of the methods. */
#ifndef METRIC_TUNE_CHOOSE_H
#define METRIC_TUNE_CHOOSE_H

#include "tune_part.h"

/* The `wanted` methods (bit m: method m) into s->cuts; `chosen` (may be NULL) gets the one that
 * `best` took. */
void tune_choose(const struct tune_part *p, struct tune_part_space *s, unsigned wanted,
                 enum threshold_method *chosen);
/* How many bootstraps a table of n samples is worth: with more samples they differ less. */
int tune_choose_draws(int n);

#endif
