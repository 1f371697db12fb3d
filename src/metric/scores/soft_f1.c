/* Soft F1 on binned logits: F(t) = 2 sum y s / (sum y + sum s), s = sigmoid((x - t) / width), x the
 * middle of a bin and t one of these, too: all sigmoids come from one table of distances. */
#include "soft_f1.h"

#define WIDTH .5 /* of the sigmoid, in logits */

static double f1_at(const struct logit_bins *b, const double *soft, int cut)
{
    double caught = 0, positives = 0, predicted = 0;
    for (int i = b->first; i <= b->last; i++) {
        double s = soft[i - cut + LOGIT_BINS];
        predicted += b->weight[i] * s;
        caught += b->positive[i] * s;
        positives += b->positive[i];
    }
    return 2 * caught / (positives + predicted);
}

double soft_f1_cut(const struct logit_bins *b)
{
    double soft[2 * LOGIT_BINS], most = -1;
    int best = b->first;
    for (int d = 0; d < 2 * LOGIT_BINS; d++)
        soft[d] =
            sorted_scores_probability((d - LOGIT_BINS) / ((double)LOGIT_BINS_PER_UNIT * WIDTH));
    for (int cut = b->first; cut <= b->last; cut++) {
        double f1 = f1_at(b, soft, cut);
        if (f1 > most) {
            most = f1;
            best = cut;
        }
    }
    return sorted_scores_probability((best - LOGIT_BINS_HALF) / (double)LOGIT_BINS_PER_UNIT);
}
