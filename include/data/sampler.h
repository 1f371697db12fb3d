/* Samplers: which samples an epoch shows, other than each of them once. Pure; any thread. */
#ifndef DATA_SAMPLER_H
#define DATA_SAMPLER_H

#include "base/err.h"
#include "base/labels.h"
#include "base/rng.h"

enum { SAMPLER_TIMES_MAX = 1000 };

/* sums[i]: of weight[0..i]. */
void sampler_sums(const float *weight, int n, double *sums);
/* An index 0..n-1, each with probability weight / sum of the weights. O(log n). */
int sampler_pick(const double *sums, int n, struct rng *r);

/* Repeats of classes, "8:4,15:4,20:2": `times` of each class, 1 where it is not named. ERR_CONFIG
 * names the item; classes are 0..k-1, times 1..SAMPLER_TIMES_MAX. */
int sampler_times(const char *rule, int k, int *times /* [k] */, struct err *e);
/* The rows, each as often as the largest `times` of its labels says; returns how many these are.
 * `out`: room for them, or NULL to count. */
int64_t sampler_repeat(const struct labels *labels, const int *rows, int n, int k, const int *times,
                       int *out);

#endif
