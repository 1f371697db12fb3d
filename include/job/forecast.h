/* What a training will take, told before it starts: memory from the plan of its network, time from
 * its course (epochs, frozen ones, sizes, repeats, validations) at the rate of trainings on this
 * machine that are alike. Any thread. */
#ifndef JOB_FORECAST_H
#define JOB_FORECAST_H

#include <stdbool.h>

#include "base/chan.h"
#include "base/conf.h"
#include "job/work.h"
#include "store/run_rows.h"

struct forecast_ask {
    const struct conf *conf; /* of the training; borrowed for the call */
    int classes;
    int train_samples, val_samples; /* of the parts */
};

struct forecast {
    struct err error;                  /* code ERR_NONE: the rest is valid */
    double memory_mb;                  /* 1e6 bytes: network, weights, gradients, optimiser */
    double images_per_second, seconds; /* NaN: no training here to judge by */
    char like[RUN_NAME_MAX];           /* the run whose rate it is: of the whole network */
    bool scaled;                       /* from another image size, by area */
};

void forecast_make(struct work *w, const struct forecast_ask *ask, struct forecast *out);

/* The same on a thread of its own: of several questions the newest is answered. */
struct forecast_desk;
struct forecast_desk *forecast_open(struct work *work, struct wake *wake, struct err *e);
void forecast_close(struct forecast_desk *d);
void forecast_put_ask(struct forecast_desk *d, const struct forecast_ask *ask);
/* NULL when none has come; free() it. */
struct forecast *forecast_take(struct forecast_desk *d);

#endif
