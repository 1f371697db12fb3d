/* How well a split keeps the proportions of labels and of label pairs, in every fold. Odds
 * (positives to negatives) are compared with the odds of the whole set, as in Sechidis et al. 2011.
 * Pure function; any thread. */
#include "data/split.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct tally {
    int k, folds;
    const int *sizes; /* [folds] */
    int n;
    int *count; /* [k, k, folds]: both labels; a label with itself counts the label */
};

static int *cell(const struct tally *t, int a, int b)
{
    return t->count + ((size_t)a * (size_t)t->k + (size_t)b) * (size_t)t->folds;
}

static void count_pairs(const struct tally *t, const struct labels *labels, const int *fold)
{
    for (int i = 0; i < t->n; i++) {
        const struct labels *set = &labels[i];
        for (int a = labels_next(set, 0); a >= 0; a = labels_next(set, a + 1))
            for (int b = a; b >= 0; b = labels_next(set, b + 1))
                cell(t, a, b)[fold[i]]++;
    }
}

static double odds(int positives, int size)
{
    int negatives = size - positives;
    return (double)positives / (negatives > 0 ? negatives : 1);
}

/* Of one label or pair: does it occur, the mean difference of odds, folds without it. */
static bool compare(const struct tally *t, const int *count, double *difference, int *missing)
{
    int total = 0;
    for (int f = 0; f < t->folds; f++)
        total += count[f];
    if (total == 0)
        return false;
    *difference = 0;
    *missing = 0;
    for (int f = 0; f < t->folds; f++) {
        *difference += fabs(odds(count[f], t->sizes[f]) - odds(total, t->n)) / t->folds;
        *missing += count[f] == 0;
    }
    return true;
}

static void measure_labels(const struct tally *t, struct split_quality *q)
{
    int labels = 0;
    for (int a = 0; a < t->k; a++) {
        double difference;
        int missing;
        if (!compare(t, cell(t, a, a), &difference, &missing))
            continue;
        labels++;
        q->ld += difference;
        q->classes_missing += missing;
    }
    q->ld /= labels > 0 ? labels : 1;
}

static void measure_pairs(const struct tally *t, struct split_quality *q)
{
    int pairs = 0, incomplete = 0;
    for (int a = 0; a < t->k; a++) {
        for (int b = a + 1; b < t->k; b++) {
            double difference;
            int missing;
            if (!compare(t, cell(t, a, b), &difference, &missing))
                continue;
            pairs++;
            q->lpd += difference;
            incomplete += missing > 0;
        }
    }
    if (pairs > 0) {
        q->lpd /= pairs;
        q->pairs_missing_percent = 100.0 * incomplete / pairs;
    }
}

int split_measure_val(const struct labels *labels, int n, int k, const int *fold, int folds,
                      double val, struct split_quality *q, struct err *e)
{
    *q = (struct split_quality){0};
    struct tally t = {.k = k, .folds = folds, .sizes = q->sizes, .n = n};
    t.count = mem_array((size_t)k * (size_t)k, (size_t)folds * sizeof *t.count, "label pairs", e);
    if (!t.count)
        return -1;
    for (int i = 0; i < n; i++)
        q->sizes[fold[i]]++;
    for (int f = 0; f < folds; f++) {
        double share = val > 0 ? f ? 1 - val : val : 1.0 / folds;
        q->ed += fabs(q->sizes[f] - share * n) / folds;
    }
    count_pairs(&t, labels, fold);
    measure_labels(&t, q);
    measure_pairs(&t, q);
    free(t.count);
    return 0;
}
