/* A plateau: neighbouring cuts that predict the same, worth value / scale. The best one is the
 * highest, then the widest; otherwise the one met first stays. Inline, for tight loops. */
#ifndef METRIC_PLATEAU_H
#define METRIC_PLATEAU_H

#include <stdint.h>

#include "base/float32.h"

#define PLATEAU_NEUTRAL_CUT .5

struct plateau {
    int64_t value, scale; /* value / scale is compared; scale > 0 */
    double width, cut;
};

/* What every plateau with a value above 0 beats, and none without. */
static inline struct plateau plateau_none(void)
{
    return (struct plateau){0, 1, 2, PLATEAU_NEUTRAL_CUT};
}

static inline void plateau_keep_better(struct plateau *best, const struct plateau *other)
{
    int64_t left = other->value * best->scale, right = best->value * other->scale;
    if (left > right || (left == right && other->width > best->width))
        *best = *other;
}

/* F1 of the cuts between `low` and `high`, the lowest score that is still positive. */
static inline struct plateau plateau_of(int64_t tp, int64_t predicted, int64_t support, double low,
                                        double high)
{
    return (struct plateau){2 * tp, predicted + support, high - low, float32_between(low, high)};
}

#endif
