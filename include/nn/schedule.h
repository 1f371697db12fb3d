/* Learning rate and momentum over a run. Pure. */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include <stdint.h>

enum schedule_kind {
    SCHEDULE_CONSTANT,
    SCHEDULE_COSINE,
    SCHEDULE_RESTARTS, /* SGDR: Loshchilov, Hutter 2017, arXiv:1608.03983 */
    SCHEDULE_ONECYCLE  /* Smith, Topin 2018, arXiv:1708.07120, as PyTorch's OneCycleLR */
};

/* Counts of steps. */
struct schedule {
    enum schedule_kind kind;
    double peak; /* the highest learning rate */
    int64_t warmup, total;
    int64_t cycle; /* restarts: length of the first cycle */
    int growth;    /* restarts: each cycle is so many times as long as the one before */
    double rise;   /* onecycle: part of all steps in which the rate rises; momentum falls in it */
};

/* The rate of step 0..total-1. Warm-up, but for onecycle: peak*(step+1)/warmup; then, over the
 * rest, peak; cosine: from peak to 0, peak/2 (1 + cos(pi (step-warmup)/(total-warmup))); restarts:
 * the same over each cycle. onecycle: by a cosine from peak/25 to peak, and on to peak/250000. */
double schedule_lr(const struct schedule *s, int64_t step);

/* onecycle: by a cosine from .95 to .85 and back, where the rate rises and falls. */
double schedule_momentum(const struct schedule *s, int64_t step);

#endif
