/* Focal loss on logits, value and gradient in one pass.
 *
 * With u = -x for a positive and u = x for a negative both cases are one: loss = s(u)^gamma
 * softplus(u), s the sigmoid. Powers go through softplus, s(u)^gamma = exp(-gamma softplus(-u)), so
 * no logit makes a logarithm of 0. All in double: a batch has a few hundred entries. Any thread. */
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

/* A share t of a positive and 1 - t of a negative. */
static double entry(const struct loss *l, double x, bool is_positive, double *slope)
{
    double t = is_positive ? 1 - l->smoothing / 2 : l->smoothing / 2, value = 0, du;
    double positive = l->has_alpha ? t * l->alpha : t;
    double negative = l->has_alpha ? (1 - t) * (1 - l->alpha) : 1 - t;
    *slope = 0;
    if (positive > 0) {
        value += positive * focal(-x, l->gamma, &du);
        *slope -= positive * du;
    }
    if (negative > 0) {
        value += negative * focal(x, l->gamma, &du);
        *slope += negative * du;
    }
    return value;
}

double loss_focal(const struct loss *l, const float *logits, const float *y, int n, int k,
                  float *dlogits)
{
    int count = n * k;
    double scale = 1.0 / (l->reduction == LOSS_MEAN ? count : n), sum = 0;
    for (int i = 0; i < count; i++) {
        double weight = l->class_weights ? (double)l->class_weights[i % k] : 1, slope;
        sum += weight * entry(l, (double)logits[i], y[i] > .5f, &slope);
        if (dlogits)
            dlogits[i] = (float)(weight * slope * scale);
    }
    return sum * scale;
}

void loss_sigmoid(const float *logits, float *p, int count)
{
    for (int i = 0; i < count; i++)
        p[i] = (float)sigmoid(logits[i]);
}
