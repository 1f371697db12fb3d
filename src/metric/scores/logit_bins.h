/* A class of a part as weights in narrow bins of logit: what smooth fits need, in a size that does
 * not grow with the samples. Logits are clamped to -16.2..16.2 (sorted_scores.h). Pure; any thread.
 */
#ifndef METRIC_LOGIT_BINS_H
#define METRIC_LOGIT_BINS_H

#include "sorted_scores.h"

enum { LOGIT_BINS = 528, LOGIT_BINS_HALF = LOGIT_BINS / 2, LOGIT_BINS_PER_UNIT = 16 };

struct logit_bins {
    double weight[LOGIT_BINS], positive[LOGIT_BINS]; /* of all; of positives */
    double logit[LOGIT_BINS];                        /* mean of the bin */
    int first, last;                                 /* that hold something; first > last: none */
};

void logit_bins_fill(struct logit_bins *b, const struct sorted_scores *r, int class,
                     const int *weight);

#endif
