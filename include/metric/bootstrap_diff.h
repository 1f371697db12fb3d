/* Two ways of predicting the same samples side by side: which classes gained, and is that more than
 * luck. Any thread. */
#ifndef METRIC_BOOTSTRAP_DIFF_H
#define METRIC_BOOTSTRAP_DIFF_H

#include <stdatomic.h>

#include "metric/scores.h"

struct bootstrap_diff_delta {
    double delta;     /* F1 after - F1 before */
    double low, high; /* 90% bootstrap interval */
};

struct bootstrap_diff {
    int k;
    struct bootstrap_diff_delta macro, classes[LABELS_MAX];
};

enum {
    BOOTSTRAP_DIFF_DRAWS = 1000
}; /* for percentiles that stay where they are with another seed */

/* `before` and `after` are scores of the same samples (often the same table) with their cuts [k];
 * `draws` bootstraps of samples, the same on both sides. `cancel` may be NULL. ERR_DATA when the
 * samples or their truth differ; ERR_NOMEM; ERR_USAGE (draws < 1); ERR_CANCELLED. */
int bootstrap_diff_sets(const struct scores *before, const double *cuts_before,
                        const struct scores *after, const double *cuts_after, int draws,
                        uint64_t seed, const atomic_bool *cancel, struct bootstrap_diff *out,
                        struct err *e);

#endif
