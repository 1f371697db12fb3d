/* Tuning on a part of a table, in memory laid out beforehand.
 *
 * A space belongs to one worker and is reused from part to part; a fit allocates nothing and cannot
 * fail. Results are a pure function of (table, weights, seed). */
#ifndef METRIC_TUNE_PART_H
#define METRIC_TUNE_PART_H

#include "base/rng.h"
#include "metric/threshold.h"
#include "scores/logit_bins.h"
#include "scores/sorted_scores.h"

enum { TUNE_PART_FOLDS = 5, TUNE_PART_OUT = -1 };

/* Streams of one seed, by what they are for. */
enum tune_part_use { TUNE_PART_FOLD, TUNE_PART_DRAW, TUNE_PART_HALF, TUNE_PART_INNER };

struct tune_part_space {
    int *order, *group, *place;                  /* [n] of a deal */
    int *draw;                                   /* [n] weights of a bootstrap or a half */
    int *inner_fold, *inner;                     /* [n] folds and weights inside a part */
    struct labels *predicted[THRESHOLD_METHODS]; /* [n] held out, by every method */
    struct logit_bins *bins;                     /* [k] of the part that is fitted */
    double cuts[THRESHOLD_METHODS][LABELS_MAX];  /* of the last fit */
    double inner_cuts[THRESHOLD_METHODS][LABELS_MAX];
};

struct tune_part_space *tune_part_space_new(int n, int k, struct err *e);
void tune_part_space_free(struct tune_part_space *s);

struct tune_part {
    const struct sorted_scores *ranked;
    const int *weight; /* [n] 0 or 1 */
    int rows;
    int support[LABELS_MAX];
    uint64_t seed;
    int draws; /* bootstraps, and halves */
};

void tune_part_init(struct tune_part *p, const struct sorted_scores *r, const int *weight,
                    uint64_t seed, int draws);

/* Deal the part's samples to folds, `fold` [n] (TUNE_PART_OUT: not in the part): at random within
 * groups of samples that share their rarest class, so that its few positives are spread. A deal is
 * prepared once for a part, then drawn as often as wanted. */
void tune_part_prepare(const struct tune_part *p, struct tune_part_space *s);
void tune_part_deal(const struct tune_part *p, struct tune_part_space *s, struct rng *rng,
                    int folds, int *fold);

#endif
