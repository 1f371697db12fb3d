/* One pass over a sorted column; the mean logit of a bin, not its middle, stands for its samples,
 * so that what a fit sees of them is wrong only in the second order of the bin's width. */
#include "logit_bins.h"

#include <math.h>
#include <string.h>

void logit_bins_fill(struct logit_bins *b, const struct sorted_scores *r, int class,
                     const int *weight)
{
    const float *logit = sorted_scores_logits(r, class);
    const int *entry = sorted_scores_entries(r, class);
    memset(b, 0, sizeof *b);
    b->first = LOGIT_BINS;
    for (int i = 0; i < r->n; i++) {
        int w = weight[entry[i] >> 1];
        if (!w)
            continue;
        int bin = (int)lrintf(logit[i] * (float)LOGIT_BINS_PER_UNIT) + LOGIT_BINS_HALF;
        b->weight[bin] += w;
        b->positive[bin] += entry[i] & 1 ? w : 0;
        b->logit[bin] += (double)w * logit[i];
        b->first = bin < b->first ? bin : b->first;
        b->last = bin;
    }
    for (int i = b->first; i <= b->last; i++)
        b->logit[i] /= b->weight[i] > 0 ? b->weight[i] : 1;
}
