/* A list of operations on activations, with its parameters, its planned memory and its workers.
 *
 * Built once (the functions that add operations), planned once (graph_plan), then run: no
 * allocation after that. One owner: the job's thread. */
#ifndef NN_GRAPH_H
#define NN_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/workers.h"
#include "kern/fused.h"
#include "kern/kern.h"
#include "memory_planner.h"
#include "nn/params.h"
#include "op.h"

/* An activation [n,h,w,c]; number 0 is the graph's input. */
struct act {
    int h, w, c;
    int made_by;         /* operation; -1: the graph's input */
    int value, gradient; /* slots; -1: none (yet) */
    int sums;            /* slot: sums of the value for batch norm; -1: none */
    int sum_blocks;      /* blocks of sums that this pass left; 0: none */

    /* Chosen by fusion.c; operations, -1: none */
    int norm;          /* the batch norm that makes it; not stored, its readers compute it */
    int gradient_norm; /* the batch norm that reads it; the gradient is not stored */
    int cut_by;        /* writes the gradient last, cuts it and leaves sums for the batch norm */
    int cut_sums;      /* slot of these sums */
    int cut_blocks;    /* blocks of them that this pass left */
    bool again;        /* the value is not kept for backward, but made again there */
    int value_again;   /* slot of that; -1: nobody reads it in backward */
};

/* An operation whose value backward makes again, just before operation `before`. */
struct remake {
    int op, before;
};

struct graph {
    struct params params;
    struct act *acts;
    int n_acts;
    struct op *ops;
    int n_ops;
    int stem_end, head; /* set by the builder: operations before stem_end are the stem, from `head`
                           on the head */

    int batch;              /* most images in a pass */
    int like_batch;         /* the batch that the choice of algorithms goes by; 0: batch */
    bool train;             /* planned for backward */
    int first_trained;      /* operation at which backward ends: none before it learns */
    bool input_gradient;    /* tests: the gradient of the input too */
    size_t most_kept;       /* tests: floats of a first value that is kept for backward; 0: as many
                               as there are parameters */
    struct remake *remakes; /* in the order of backward */
    int n_remakes;
    bool backward; /* planning or running backward */
    int planned;   /* the operation whose backward is being planned */
    const char
        *convolution; /* an algorithm's name (conv.h), for all layers it serves; NULL: by shape */
    struct memory_planner slots;
    float *arena;
    bool guest;                             /* arena and parameters are another graph's */
    bool plan_only;                         /* laid out, without memory */
    size_t slot_floats, arena_floats;       /* of all slots; with the scratch behind them */
    size_t shared_floats, worker_floats;    /* the most that any operation asked for */
    float *shared_scratch, *worker_scratch; /* [shared_floats], [workers][worker_floats] */
    struct workers *workers;
    const struct kern *kern;

    /* The pass at work; set by graph_forward, read by the operations. */
    const float *x; /* [n,h,w,c], the caller's */
    int n;
    bool training;
    uint64_t seed;
    int64_t step;
};

void graph_init(struct graph *g, int h, int w, int c, struct workers *workers);
void graph_fini(struct graph *g);

/* Lay out the memory of all operations and allocate it. */
int graph_plan(struct graph *g, int batch, bool train, struct err *e);
/* The same for two graphs that differ in their input's size alone: they share parameters and arena,
 * so a pass of one overwrites what the other left. `guest` ends before `g`. */
int graph_plan_pair(struct graph *g, struct graph *guest, int batch, bool train, struct err *e);

void graph_init_params(struct graph *g, uint64_t seed);
/* Operations from..to-1 keep their weights and running statistics from now on; all others learn. */
void graph_freeze(struct graph *g, int from, int to);
/* Run all operations on x[n,...]; training: batch statistics and dropout from (seed, step). */
void graph_forward(struct graph *g, const float *x, int n, bool training, uint64_t seed,
                   int64_t step);
/* The same in parts: first this (x may be NULL when no operation that reads it runs), then
 * operations from..to-1. */
void graph_begin(struct graph *g, const float *x, int n, bool training, uint64_t seed,
                 int64_t step);
void graph_run(struct graph *g, int from, int to);
/* After a training forward, with the gradient of the last activation filled in. */
void graph_backward(struct graph *g);

/* Operations; each returns the number of its output. `name` is the torchvision module. */
int conv_add(struct graph *g, const char *name, int in, int channels, int kernel, int stride,
             int pad);
/* Batch norm, then + skip (-1: none), then ReLU when asked. */
int batchnorm_add(struct graph *g, const char *name, int in, int skip, bool relu);
int pooling_add_max(struct graph *g, int in, int kernel, int stride, int pad);
int pooling_add_average(struct graph *g, int in); /* over the whole plane */
int head_add_dropout(struct graph *g, int in, float probability);
int head_add_linear(struct graph *g, const char *name, int in, int classes);

/* For operations: */

/* A new operation and its output's shape; fill in the rest before the next call. */
struct op *graph_add(struct graph *g, const struct op_kind *kind, int in, int h, int w, int c);

size_t graph_act_floats(const struct graph *g, int act); /* of a whole batch */
size_t graph_rows(const struct graph *g, int act);       /* n*h*w of the pass at work */

/* NULL where this part of the pass has no room for it, since nobody reads it. */
const float *graph_value(const struct graph *g, int act);
float *graph_output(const struct graph *g, int act);   /* the value, to be written */
float *graph_gradient(const struct graph *g, int act); /* NULL: nobody asks for it */
double *graph_sums(const struct graph *g, int act);
/* What to read for a value, or a gradient, that may not be stored as such. */
struct fused_source graph_source(const struct graph *g, int act);
struct fused_source graph_gradient_source(const struct graph *g, int act);
/* How to finish a gradient of op->in; the sums, if asked for, are over `blocks` blocks. */
struct fused_finish graph_gradient_finish(struct graph *g, const struct op *op, int blocks);
float *graph_slot(const struct graph *g, int slot);
float *graph_worker_scratch(const struct graph *g, int worker);

const float *graph_weights(const struct graph *g, int row); /* trainable or buffer */
float *graph_weight_gradient(const struct graph *g, int row);
float *graph_weights_to_fill(const struct graph *g, int row);

/* Planning: make the value of an activation, alive from `step`; keep one alive at `step`. */
void graph_make_value(struct graph *g, int act, int step);
void graph_touch_value(struct graph *g, int act, int step);
/* The value of `out` takes the place of that of `in`: forward works in place. */
void graph_take_value(struct graph *g, int in, int out, int step);
/* Room for sums of a value, [blocks][2][C] doubles: of it and of its square. */
void graph_make_sums(struct graph *g, int act, int blocks, int step);
void graph_touch_sums(struct graph *g, int act, int step);
void graph_touch_gradient(struct graph *g, int act, int step);
/* What graph_gradient_finish will touch, with room for sums over `blocks` blocks. */
void graph_plan_finish(struct graph *g, const struct op *op, int blocks, int step);
/* The gradient of `op->in` gets room of its own, or is added to when it has some already. */
void graph_make_input_gradient(struct graph *g, struct op *op, int step);
/* The gradient of `act` lies where that of `op->out` lies: backward works in place. */
void graph_share_gradient(struct graph *g, const struct op *op, int act, int step);
void graph_need_scratch(struct graph *g, size_t shared_floats, size_t worker_floats);

#endif
