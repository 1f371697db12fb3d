/* Confusion with several labels a sample: when class a is missed, what is predicted instead? Pure;
 * any thread. */
#ifndef METRIC_CONFUSION_H
#define METRIC_CONFUSION_H

#include "metric/scores.h"

struct confusion {
    int k;
    int missed[LABELS_MAX], added[LABELS_MAX]; /* samples: false negatives; false positives */
    int alone[LABELS_MAX];                     /* missed, and nothing was wrongly added */
    int instead[LABELS_MAX][LABELS_MAX];       /* [missed][wrongly added] in the same sample */
};

/* `empty_row` as in f1_predict_row. */
void confusion_count(const struct scores *s, const double *cuts /* [k] */, int empty_row,
                     struct confusion *out);

struct confusion_pair {
    int missed, added, count;
};
/* The most frequent pairs, falling by count (ties: lower classes first); returns how many. */
int confusion_top(const struct confusion *c, struct confusion_pair *pairs, int max);

#endif
