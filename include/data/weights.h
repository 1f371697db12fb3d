/* Weights of samples and classes: computed from labels, or read from a table. Any thread. */
#ifndef DATA_WEIGHTS_H
#define DATA_WEIGHTS_H

#include "base/err.h"
#include "base/labels.h"
#include "data/index.h"

/* weight[i] of rows[i]: the mean over its labels of 1 / (samples of the part with that label).
 * Samples without a label count as a class of their own. */
void weights_balanced(const struct labels *labels, const int *rows, int n, int k,
                      float *weight /* [n] */);

/* An Id,weight table: every sample of the index once and no others; numbers from 0, not all of
 * them 0. Kept in single precision, so that a table written from them reads back the same. */
int weights_load_samples(const char *path, const struct index *x, float *weight /* [x->n] */,
                         struct err *e);
int weights_save_samples(const char *path, const struct index *x, const float *weight,
                         struct err *e);

#endif
