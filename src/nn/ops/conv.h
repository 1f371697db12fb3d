/* The ways to compute a convolution, one table each; conv.c chooses one per layer by its shape.
 *
 * What becomes of an image does not depend on its place in the batch, to the last bit; with
 * Winograd's algorithms, of which each element is one chain of additions, not on the other images'
 * number either. Gradients of weights are sums over the batch. */
#ifndef NN_CONV_H
#define NN_CONV_H

#include "graph.h"

struct conv_algorithm {
    const char *name;

    /* Whether it can compute this layer; whether it pays there. */
    bool (*serves)(const struct graph *g, const struct op *op);
    bool (*pays)(const struct graph *g, const struct op *op);

    /* Multiplications of a pass, any of the three, for one image and one output channel; the
     * transforms' few are not counted. */
    double (*products)(const struct graph *g, const struct op *op);

    /* Whether it reads and finishes as op_kind says; NULL: it does not. */
    bool (*fuses)(const struct graph *g, const struct op *op);

    /* Ask for the scratch memory of forward; of both gradients. */
    void (*plan)(struct graph *g, const struct op *op);
    void (*plan_backward)(struct graph *g, const struct op *op);

    /* Over how many blocks forward, or the data gradient (turned), sums its output for batch norm;
     * NULL: it does not. */
    int (*sum_blocks)(const struct graph *g, const struct op *op, bool turned, int n);

    void (*forward)(struct graph *g, const struct op *op);
    void (*weight_gradient)(struct graph *g, const struct op *op);
    void (*data_gradient)(struct graph *g, const struct op *op); /* adds when op->accumulate */
};

/* For algorithms: how forward finishes its output. */
struct fused_finish conv_output_finish(struct graph *g, const struct op *op);
/* The same for the data gradient. */
struct fused_finish conv_gradient_finish(struct graph *g, const struct op *op);

/* For how many images an algorithm has to pay. */
static inline int conv_batch(const struct graph *g)
{
    return g->like_batch ? g->like_batch : g->batch;
}

static inline int divide_up(size_t a, size_t b)
{
    return (int)((a + b - 1) / b);
}

static inline int least(int a, int b)
{
    return a < b ? a : b;
}

extern const struct conv_algorithm conv_winograd, conv_strided, conv_stem, conv_gemm;

#endif
