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

/* Weights of classes, with a mean of 1 over all k, from the counts of the rows: 1 / count, or that
 * of the effective number (Cui et al. 2019, doi:10.1109/CVPR.2019.00949),
 * (1 - beta) / (1 - beta^count), 0 <= beta < 1. A class without a sample gets 1. */
void weights_inverse(const struct labels *labels, const int *rows, int n, int k,
                     float *weight /* [k] */);
void weights_effective(const struct labels *labels, const int *rows, int n, int k, double beta,
                       float *weight /* [k] */);
/* A class,weight table: every class once, by number or name, numbers from 0, not all of them 0;
 * brought to a mean of 1. */
int weights_load_classes(const char *path, const struct index *x, float *weight /* [x->k] */,
                         struct err *e);

#endif
