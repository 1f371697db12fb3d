/* One operation of the network, and the table of functions that each kind of operation fills.
 *
 * A new layer is a file with such a table at its foot and a function that adds the operation to a
 * graph. Forward and backward share their work among the graph's workers in blocks that depend on
 * shapes alone. */
#ifndef NN_OP_H
#define NN_OP_H

#include <stdbool.h>
#include <stdint.h>

struct graph;
struct conv_algorithm;

struct op {
    const struct op_kind *kind;
    int in, skip, out;                      /* activations of the graph; skip -1: none */
    int weight, bias, mean, var;            /* rows of the parameter table; -1: none */
    int kernel, stride, pad;                /* convolution, pooling */
    const struct conv_algorithm *algorithm; /* convolution; chosen before memory is planned */
    int fold;                  /* convolution: the batch norm whose work it does too; -1: none */
    bool folded;               /* batchnorm: that convolution does its work */
    bool relu;                 /* batchnorm */
    bool fuses;                /* what the kind's function of this name said */
    bool accumulate;           /* backward adds to the gradient of `in`: others wrote it before */
    bool wants_input_gradient; /* false where nobody asks for the gradient of `in` */
    int saved;                 /* slot kept from forward to backward; -1: none */
    float probability;         /* dropout */
    bool frozen;               /* training leaves its weights and running statistics as they are */
};

struct op_kind {
    const char *name;

    /* Before memory is planned: choose how to compute. True: it reads whatever graph_source and
     * graph_gradient_source say, and finishes what it writes as asked. NULL: neither. */
    bool (*fuses)(struct graph *g, struct op *op);

    /* Make the slot of `out`, touch the slots that forward reads, ask for scratch. */
    void (*plan)(struct graph *g, struct op *op, int step);

    /* The same for backward; steps run backward through the operations. Not called when the graph
     * only infers. */
    void (*plan_backward)(struct graph *g, struct op *op, int step);

    void (*init)(struct graph *g, const struct op *op, uint64_t seed); /* NULL: no parameters */
    void (*forward)(struct graph *g, const struct op *op);

    /* From the gradient of `out`: gradients of `in` (and `skip`) and of the parameters. */
    void (*backward)(struct graph *g, const struct op *op);

    /* Make the value of `out` again for backward, and what that reads. NULL: it is always kept. */
    void (*plan_again)(struct graph *g, struct op *op, int step);
    void (*again)(struct graph *g, const struct op *op);

    double (*flop)(const struct graph *g, const struct op *op); /* one image; NULL: not counted */
};

#endif
