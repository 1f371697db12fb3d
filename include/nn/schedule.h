/* Learning rate over a run. Pure. */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include <stdint.h>

enum schedule_kind { SCHEDULE_CONSTANT, SCHEDULE_COSINE };

struct schedule {
    enum schedule_kind kind;
    double peak;           /* learning rate after warm-up */
    int64_t warmup, total; /* steps */
};

/* The rate of step 0..total-1: warm-up peak*(step+1)/warmup; cosine from peak to 0 over the rest:
 * peak/2 (1 + cos(pi (step-warmup)/(total-warmup))). */
double schedule_lr(const struct schedule *s, int64_t step);

#endif
