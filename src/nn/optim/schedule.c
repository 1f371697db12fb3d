/* The learning rate as a pure function of the step, so that a resumed run needs no state for it.
 * Any thread. */
#include "nn/schedule.h"

#include <math.h>

static const double FIRST_PART = 1 / 25., LAST_PART = 1 / 25e4; /* of the peak: onecycle */
static const double MOST_MOMENTUM = .95, LEAST_MOMENTUM = .85;

/* From `a` to `b` by half a wave of the cosine; `done` 0..1. */
static double anneal(double a, double b, double done)
{
    return b + (a - b) / 2 * (1 + cos(acos(-1) * done));
}

static double restarts(const struct schedule *s, int64_t step)
{
    int64_t cycle = s->cycle;
    while (step >= cycle) {
        step -= cycle;
        cycle *= s->growth;
    }
    return anneal(s->peak, 0, (double)step / (double)cycle);
}

/* A value that goes from `first` to `middle` while the rate rises, and to `last` while it falls. */
static double onecycle(const struct schedule *s, int64_t step, double first, double middle,
                       double last)
{
    double top = s->rise * (double)s->total - 1, end = (double)(s->total - 1), at = (double)step;
    if (at <= top && top > 0)
        return anneal(first, middle, at / top);
    top = fmax(top, 0);
    return anneal(middle, last, end > top ? fmin((at - top) / (end - top), 1) : 0);
}

double schedule_lr(const struct schedule *s, int64_t step)
{
    if (s->kind == SCHEDULE_ONECYCLE)
        return onecycle(s, step, s->peak * FIRST_PART, s->peak, s->peak * LAST_PART);
    if (step < s->warmup)
        return s->peak * (double)(step + 1) / (double)s->warmup;
    if (s->kind == SCHEDULE_RESTARTS)
        return restarts(s, step - s->warmup);
    if (s->kind == SCHEDULE_CONSTANT || s->total <= s->warmup)
        return s->peak;
    double done = (double)(step - s->warmup) / (double)(s->total - s->warmup);
    return anneal(s->peak, 0, fmin(done, 1)); /* 0 past the end, no second wave */
}

double schedule_momentum(const struct schedule *s, int64_t step)
{
    return onecycle(s, step, MOST_MOMENTUM, LEAST_MOMENTUM, MOST_MOMENTUM);
}
