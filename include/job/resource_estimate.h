/* What a training will take, told before it starts: memory from the plan of its network, time from
 * its course (epochs, frozen ones, sizes, repeats, validations) at the rate of trainings on this
 * machine that are alike. Any thread. */
#ifndef JOB_RESOURCE_ESTIMATE_H
#define JOB_RESOURCE_ESTIMATE_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/wake.h"
#include "job/work.h"
#include "store/run_rows.h"

struct resource_estimate_ask {
    const struct conf *conf; /* of the training; borrowed for the call */
    int classes;
    int train_samples, val_samples; /* of the parts */
};

struct resource_estimate {
    struct err error;                  /* code ERR_NONE: the rest is valid */
    double memory_mb;                  /* 1e6 bytes: network, weights, gradients, optimiser */
    double images_per_second, seconds; /* NaN: no training here to judge by */
    char like[RUN_NAME_MAX];           /* the run whose rate it is: of the whole network */
    bool scaled;                       /* from another image size, by area */
};

void resource_estimate_make(struct work *w, const struct resource_estimate_ask *ask,
                            struct resource_estimate *out);

/* The same on a thread of its own: of several questions the newest is answered. */
struct resource_estimate_desk;
struct resource_estimate_desk *resource_estimate_open(struct work *work, struct wake *wake,
                                                      struct err *e);
void resource_estimate_close(struct resource_estimate_desk *d);
void resource_estimate_put_ask(struct resource_estimate_desk *d,
                               const struct resource_estimate_ask *ask);
/* NULL when none has come; free() it. */
struct resource_estimate *resource_estimate_take(struct resource_estimate_desk *d);

#endif
