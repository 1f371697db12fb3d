/* How far a class's best cut can be trusted: what it becomes when some samples are left out, and
 * what other samples of the same kind would have given (bootstrap). Any thread. */
#ifndef METRIC_BOOTSTRAP_THRESHOLDS_H
#define METRIC_BOOTSTRAP_THRESHOLDS_H

#include "metric/scores.h"

enum { BOOTSTRAP_THRESHOLDS_FOLDS = 5 };

struct bootstrap_thresholds {
    double cut, f1;                              /* the best cut, and its F1 */
    double fold_cut[BOOTSTRAP_THRESHOLDS_FOLDS]; /* best without the fold's samples; NaN: no
                                                    positives left */
    double cut_low, cut_high; /* 90% of bootstrap draws have their best cut here */
    double f1_low, f1_high;   /* F1 of the asked cut on 90% of the draws */
    double regret; /* mean F1 lost on these samples by taking a draw's best cut: 0 is stable */
};

/* Of every class, at `cuts` [k] (NULL: the best ones), over `draws` bootstraps. A class without
 * positives: the neutral cut, NaN elsewhere. ERR_DATA, ERR_NOMEM, ERR_USAGE (draws < 1). */
int bootstrap_thresholds_measure(const struct scores *s, const double *cuts, int draws,
                                 uint64_t seed, struct bootstrap_thresholds *out /* [k] */,
                                 struct err *e);

#endif
