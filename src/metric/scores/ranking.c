/* Ranking measures from one sorted column: a walk from the largest score down, equal scores as one
 * step. Average precision sums precision x step in recall; ROC-AUC counts the (positive, negative)
 * pairs in right order, ties half. Pure; any thread. */
#include "metric/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "sort_keys.h"

/* Counts of the tied group that ends (from below) at `*end`; moves `*end` to its start. */
static void next_group(const uint64_t *keys, size_t *end, int *positives, int *negatives)
{
    float score = sort_keys_score(keys[*end - 1]);
    *positives = *negatives = 0;
    while (*end > 0 && sort_keys_score(keys[*end - 1]) == score) {
        --*end;
        if (sort_keys_positive(keys[*end]))
            ++*positives;
        else
            ++*negatives;
    }
}

static void walk(const uint64_t *keys, size_t n, double *ap, double *auc)
{
    double precision_steps = 0, ordered_pairs = 0;
    int tp = 0, fp = 0;
    for (size_t end = n; end > 0;) {
        int positives, negatives;
        next_group(keys, &end, &positives, &negatives);
        ordered_pairs += negatives * (tp + .5 * positives);
        tp += positives;
        fp += negatives;
        precision_steps += (double)positives * tp / (tp + fp);
    }
    *ap = tp ? precision_steps / tp : NAN;
    *auc = tp && fp ? ordered_pairs / ((double)tp * fp) : NAN;
}

int ranking_class(const struct scores *s, int class, double *ap, double *auc, struct err *e)
{
    uint64_t *keys = sort_keys_new((size_t)s->n, e);
    if (!keys)
        return -1;
    sort_keys_column(s, class, keys);
    walk(keys, (size_t)s->n, ap, auc);
    free(keys);
    return 0;
}
