/* Means of tables of probabilities (of views of an image, of runs), added one table or a part of it
 * at a time. Sums are kept in double and divided once at the end, so that a mean of values in 0..1
 * is in 0..1, and a mean of equal values is that value. One owner. */
#ifndef METRIC_MEAN_H
#define METRIC_MEAN_H

#include <stddef.h>

#include "base/err.h"

struct mean {
    double *sum; /* [entries] */
    size_t entries;
};

int mean_open(struct mean *m, size_t entries, struct err *e); /* ERR_NOMEM */
void mean_close(struct mean *m);
void mean_add(struct mean *m, size_t first, const float *p, size_t n);
/* out[entries]: the mean of so many tables. */
void mean_take(const struct mean *m, int tables, float *out);

#endif
