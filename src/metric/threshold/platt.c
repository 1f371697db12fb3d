/* Platt scaling by Newton's method in two parameters, and the cut of best expected F1. */
#include "platt.h"

#include <math.h>
#include <stdbool.h>

enum { STEPS_MAX = 40 };

#define STEP_LIMIT   2.0 /* a longer Newton step is cut: far from the optimum they overshoot */
#define SMALL        1e-9
#define SHARED_RIDGE 1e-3 /* the shared fit exists for separable tables, too */
#define SLOPE_MIN    .05  /* flatter fits say nothing about where to cut */

/* Gradient and curvature of the negative log-likelihood. */
struct newton {
    double g_slope, g_shift, h_slope, h_both, h_shift;
};

static void add_class(const struct logit_bins *b, struct platt fit, struct newton *sum)
{
    for (int i = b->first; i <= b->last; i++) {
        double x = b->logit[i], w = b->weight[i];
        if (w == 0)
            continue;
        double q = sorted_scores_probability(fit.slope * x + fit.shift);
        double error = w * q - b->positive[i], curve = w * q * (1 - q);
        sum->g_slope += error * x;
        sum->g_shift += error;
        sum->h_slope += curve * x * x;
        sum->h_both += curve * x;
        sum->h_shift += curve;
    }
}

/* True when the step was small: done. */
static bool step(struct platt *fit, const struct platt *prior, double penalty, struct newton s)
{
    s.g_slope += penalty * (fit->slope - prior->slope);
    s.g_shift += penalty * (fit->shift - prior->shift);
    s.h_slope += penalty;
    s.h_shift += penalty;
    double det = s.h_slope * s.h_shift - s.h_both * s.h_both;
    double slope = (s.h_shift * s.g_slope - s.h_both * s.g_shift) / det;
    double shift = (s.h_slope * s.g_shift - s.h_both * s.g_slope) / det;
    double length = hypot(slope, shift), scale = length > STEP_LIMIT ? STEP_LIMIT / length : 1;
    fit->slope -= scale * slope;
    fit->shift -= scale * shift;
    return length < SMALL;
}

struct platt platt_shared(const struct logit_bins *classes, int k)
{
    const struct platt plain = {1, 0};
    struct platt fit = plain;
    for (int i = 0; i < STEPS_MAX; i++) {
        struct newton sum = {0};
        for (int c = 0; c < k; c++)
            add_class(&classes[c], fit, &sum);
        if (step(&fit, &plain, SHARED_RIDGE, sum))
            break;
    }
    return fit;
}

struct platt platt_class(const struct logit_bins *b, const struct platt *prior, double penalty)
{
    struct platt fit = *prior;
    for (int i = 0; i < STEPS_MAX; i++) {
        struct newton sum = {0};
        add_class(b, fit, &sum);
        if (step(&fit, prior, penalty, sum))
            break;
    }
    return fit;
}

double platt_cut(const struct logit_bins *b, const struct platt *fit)
{
    double slope = fit->slope > SLOPE_MIN ? fit->slope : SLOPE_MIN;
    double all = 0, caught = 0, predicted = 0, best = 0;
    for (int i = b->first; i <= b->last; i++)
        all += b->weight[i] * sorted_scores_probability(slope * b->logit[i] + fit->shift);
    for (int i = b->last; i >= b->first; i--) {
        caught += b->weight[i] * sorted_scores_probability(slope * b->logit[i] + fit->shift);
        predicted += b->weight[i];
        double f1 = 2 * caught / (predicted + all);
        best = f1 > best ? f1 : best;
    }
    return sorted_scores_probability((sorted_scores_logit(best / 2) - fit->shift) / slope);
}
