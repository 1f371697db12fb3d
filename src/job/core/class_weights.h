/* Class weights of the loss, as loss.class_weights says: from the counts of the training part, or
 * from a table. Their mean is 1. A run measures them once and keeps them in its checkpoints. */
#ifndef JOB_CLASS_WEIGHTS_H
#define JOB_CLASS_WEIGHTS_H

#include "base/conf.h"
#include "data/index.h"

/* All 1, or those of the table: before hours of packing pixels. ERR_NOINPUT, ERR_DATA. */
int class_weights_open(const struct conf *c, const struct index *x, float *weight /* [x->k] */,
                       struct err *e);
/* Those that follow from the training part. */
void class_weights_measure(const struct conf *c, const struct index *x, const int *rows, int n,
                           float *weight);
/* "inverse, 0.05 to 3.2", "none". */
void class_weights_text(const struct conf *c, const float *weight, int k, char *out, size_t size);

#endif
