/* Two vectors of cuts on the same scores: how much macro F1 changes from one to the other, and in
 * which range that lies for nine in ten of BOOTSTRAP_DIFF_DRAWS bootstraps of the samples.
 *
 * A worker of its own, so that it waits for nobody. The newest question wins: an older one is given
 * up. */
#ifndef JOB_THRESHOLD_COMPARISON_H
#define JOB_THRESHOLD_COMPARISON_H

#include <stdint.h>

#include "base/wake.h"
#include "metric/bootstrap_diff.h"

struct threshold_comparison {
    struct err error;  /* code ERR_NONE: the rest is valid */
    uint64_t question; /* as asked */
    struct bootstrap_diff_delta macro;
};

struct threshold_comparison_desk;

struct threshold_comparison_desk *threshold_comparison_open(struct wake *wake, struct err *e);
void threshold_comparison_close(struct threshold_comparison_desk *d);
/* Copies all it is given; `before` and `after` are [k]. `question` comes back with the answer.
 * ERR_NOMEM: nothing is asked. */
int threshold_comparison_ask(struct threshold_comparison_desk *d, const struct scores *s,
                             const double *before, const double *after, uint64_t question,
                             struct err *e);
/* NULL: nothing has arrived; free() it. */
struct threshold_comparison *threshold_comparison_take(struct threshold_comparison_desk *d);

#endif
