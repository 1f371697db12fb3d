/* The learning rate as a pure function of the step, so that a resumed run needs no state for it.
 * Any thread. */
#include "nn/schedule.h"

#include <math.h>

double schedule_lr(const struct schedule *s, int64_t step)
{
    if (step < s->warmup)
        return s->peak * (double)(step + 1) / (double)s->warmup;
    if (s->kind == SCHEDULE_CONSTANT || s->total <= s->warmup)
        return s->peak;
    double done = (double)(step - s->warmup) / (double)(s->total - s->warmup);
    return s->peak / 2 * (1 + cos(acos(-1) * fmin(done, 1))); /* 0 past the end, no second wave */
}
