/* Scores: probabilities per sample and class beside the truth. A value passed around read-only; any
 * thread may read. */
#ifndef METRIC_SCORES_H
#define METRIC_SCORES_H

#include "base/err.h"
#include "base/labels.h"

struct scores {
    int n, k;
    float *p;             /* [n,k] probabilities, 0..1 */
    struct labels *truth; /* [n] */
};

struct scores *scores_new(int n, int k, struct err *e);
struct scores *scores_copy(const struct scores *s, struct err *e);
void scores_free(struct scores *s);
/* Every probability finite and in 0..1; ERR_DATA names row and class. */
int scores_check(const struct scores *s, struct err *e);

#endif
