/* What a batch norm's neighbours do for it (fusion.c decides when). */
#ifndef NN_BATCHNORM_H
#define NN_BATCHNORM_H

#include "graph.h"
#include "kern/fused.h"

bool batchnorm_is(const struct op *op);

/* The value of op->out, from that of op->in. After op's forward. */
struct fused_source batchnorm_value(const struct graph *g, const struct op *op);

/* The gradient of op->in, from that of op->out. After op's backward. */
struct fused_source batchnorm_gradient(const struct graph *g, const struct op *op);

/* Inference: the convolution before it makes the slot of op->out; how it finishes what it writes
 * there. */
void batchnorm_plan_fold(struct graph *g, struct op *op, int step);
struct fused_finish batchnorm_fold(struct graph *g, const struct op *op);

/* Backward: the gradient of op->out is cut where the ReLU cut, and summed; `finish` has y. */
void batchnorm_cut(const struct graph *g, const struct op *op, struct fused_finish *finish);

/* The same for some rows of the gradient as it is stored; sums[2][C]. */
void batchnorm_cut_rows(const struct graph *g, const struct op *op, size_t first, size_t rows,
                        double *sums);

#endif
