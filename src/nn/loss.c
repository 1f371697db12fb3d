/* Focal loss on logits, value and gradient in one pass.
 *
 * With u = -x for y=1 and u = x for y=0 both cases are one: loss = s(u)^gamma softplus(u), s the
 * sigmoid. Powers go through softplus, s(u)^gamma = exp(-gamma softplus(-u)), so no logit makes a
 * logarithm of 0. All in double: a batch has a few hundred entries. Any thread. */
#include "nn/loss.h"

#include <math.h>

/* log(1 + exp(u)) */
static double softplus(double u)
{
    return fmax(u, 0) + log1p(exp(-fabs(u)));
}

static double sigmoid(double u)
{
    return 1 / (1 + exp(-u));
}

/* d/du: s^gamma (gamma (1 - s) softplus(u) + s). */
static double focal(double u, double gamma, double *slope)
{
    double power = exp(-gamma * softplus(-u)), entropy = softplus(u);
    *slope = power * (gamma * sigmoid(-u) * entropy + sigmoid(u));
    return power * entropy;
}

double loss_focal(const float *logits, const float *y, int n, int k, double gamma,
                  enum loss_reduction reduction, float *dlogits)
{
    int count = n * k;
    double scale = 1.0 / (reduction == LOSS_MEAN ? count : n), sum = 0;
    for (int i = 0; i < count; i++) {
        double sign = y[i] > .5f ? -1 : 1, slope;
        sum += focal(sign * logits[i], gamma, &slope);
        if (dlogits)
            dlogits[i] = (float)(sign * slope * scale);
    }
    return sum * scale;
}

void loss_sigmoid(const float *logits, float *p, int count)
{
    for (int i = 0; i < count; i++)
        p[i] = (float)sigmoid(logits[i]);
}
