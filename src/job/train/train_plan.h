/* The course of a training: how many steps it has, and how much work they and the validations are.
 * A function of the configuration and of how many samples there are. Pure; any thread. */
#ifndef JOB_TRAIN_PLAN_H
#define JOB_TRAIN_PLAN_H

#include <stdint.h>

#include "base/conf.h"
#include "core/train_config.h"

struct train_plan {
    bool drop_last;  /* an epoch ends with its last whole batch */
    int64_t samples; /* that an epoch trains on */
    int64_t steps;   /* of an epoch */
    int64_t total;   /* steps of the run */
};

/* `n`: samples that an epoch is dealt (sampling_plan.h). */
struct train_plan train_plan_plan(const struct conf *c, int64_t n);

/* Work of a step in this phase next to one in which the whole network learns at `size`. */
double train_plan_cost(const struct train_config_phase *phase, int size);

/* Does a phase train on features that are computed once? */
bool train_plan_keeps_features(const struct conf *c, const struct train_config_phase *phase);

/* Work of a whole run with its validations, in samples that the whole network learns from once at
 * train.size. Rests with train.patience are not foreseen. */
double train_plan_work(const struct conf *c, int64_t train_n, int64_t val_n);

#endif
