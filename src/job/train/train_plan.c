/* The course of a training. A forward pass, the gradients of the data and those of the weights cost
 * alike, and as the pixels do; the optimiser and averages are little beside them. */
#include "train_plan.h"

#include "sampling_plan.h"

static const double FORWARD = 1. / 3; /* of a step */

struct train_plan train_plan_plan(const struct conf *c, int64_t n)
{
    int64_t batch = conf_int(c, CONF_TRAIN_BATCH), most = conf_int(c, CONF_TRAIN_MAX_STEPS);
    int64_t together = conf_int(c, CONF_TRAIN_ACCUMULATE);
    struct train_plan k = {.drop_last = n >= batch}; /* a rest would weigh more per sample */
    int64_t batches = k.drop_last ? n / batch : 1;
    k.samples = k.drop_last ? batches * batch : n;
    k.steps = (batches + together - 1) / together;
    k.total = k.steps * conf_int(c, CONF_TRAIN_EPOCHS);
    if (most > 0 && most < k.total)
        k.total = most;
    return k;
}

double train_plan_cost(const struct train_config_phase *phase, int size)
{
    static const double parts[] = {
        [NET_FROZEN_NONE] = 1, [NET_FROZEN_TRUNK] = 2 * FORWARD, [NET_FROZEN_ALL] = FORWARD};
    double side = (double)phase->size / size;
    return parts[phase->frozen] * side * side;
}

bool train_plan_keeps_features(const struct conf *c, const struct train_config_phase *phase)
{
    struct augment a = sampling_plan_augment(c);
    return phase->frozen == NET_FROZEN_ALL && !augment_any(&a);
}

/* Validations inside an epoch that begins behind step `from` and ends with step `to`. */
static int64_t count_inside(int64_t every, int64_t from, int64_t to)
{
    return every > 0 ? (to - 1) / every - from / every : 0;
}

double train_plan_work(const struct conf *c, int64_t train_n, int64_t val_n)
{
    int size = (int)conf_int(c, CONF_TRAIN_SIZE);
    int64_t every = conf_int(c, CONF_TRAIN_VALIDATE_STEPS);
    struct train_plan k = train_plan_plan(c, train_n);
    struct train_config_phases phases = train_config_phases(c);
    struct train_config_phase before = {0};
    double work = 0;
    for (int64_t at = 0, epoch = 0; at < k.total; at += k.steps, epoch++) {
        struct train_config_phase now = train_config_phase(&phases, size, epoch);
        int64_t end = at + k.steps < k.total ? at + k.steps : k.total;
        bool entered = now.size != before.size || now.frozen != before.frozen;
        double trained = (double)(k.samples * (end - at)) / (double)k.steps;
        double validated = (double)(1 + count_inside(every, at, end));
        if (train_plan_keeps_features(c, &now))
            trained = entered ? (double)train_n : 0;
        if (now.frozen == NET_FROZEN_ALL) /* what lies below the head is computed once */
            validated = before.frozen == NET_FROZEN_ALL && before.size ? 0 : 1;
        work += trained * train_plan_cost(&now, size) + validated * (double)val_n * FORWARD;
        before = now;
    }
    return work;
}
