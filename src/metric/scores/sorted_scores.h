/* Every class's samples in ascending order of score, sorted once and asked about many parts.
 *
 * A part is a weight per sample: 0 is not in it, 1 is, more counts as often (a bootstrap draw).
 * Cuts are chosen as threshold.h says, as if the other samples were not there. Read-only once
 * built; any thread may ask. */
#ifndef METRIC_SORTED_SCORES_H
#define METRIC_SORTED_SCORES_H

#include <stddef.h>
#include <stdint.h>

#include "metric/scores.h"

struct sorted_scores {
    const struct scores *scores; /* borrowed */
    int n, k;
    float *score;     /* [k,n] ascending */
    float *logit;     /* [k,n] of `score`, finite */
    int *entry;       /* [k,n] row << 1 | positive */
    uint64_t *merged; /* [k*n] keys of all classes with their rows, ascending (sort_keys.h) */
};

/* `s` checked, borrowed as long as the table lives. ERR_DATA, ERR_NOMEM. */
struct sorted_scores *sorted_scores_new(const struct scores *s, struct err *e);
void sorted_scores_free(struct sorted_scores *r);

static inline const float *sorted_scores_scores(const struct sorted_scores *r, int class)
{
    return r->score + (size_t) class * (size_t)r->n;
}

static inline const float *sorted_scores_logits(const struct sorted_scores *r, int class)
{
    return r->logit + (size_t) class * (size_t)r->n;
}

static inline const int *sorted_scores_entries(const struct sorted_scores *r, int class)
{
    return r->entry + (size_t) class * (size_t)r->n;
}

/* Log odds of a probability, finite at 0 and 1, and back. */
double sorted_scores_logit(double p);
double sorted_scores_probability(double logit);

/* Weight of the class's positives. */
int sorted_scores_support(const struct sorted_scores *r, int class, const int *weight /* [n] */);
/* The exact best cut of a class with that support > 0. */
double sorted_scores_best(const struct sorted_scores *r, int class, const int *weight, int support);
/* The cut that predicts as many positives as there are, as nearly as ties allow (rather fewer). */
double sorted_scores_proportion(const struct sorted_scores *r, int class, const int *weight,
                                int support);
/* One cut for all classes that maximises macro F1; classes with support 0 have no say. */
double sorted_scores_global(const struct sorted_scores *r, const int *weight,
                            const int *support /* [k] */);

#endif
