/* The convolution as an operation of the graph, without bias; weights are [R,S,C,K].
 *
 * How it is computed is chosen once, when memory is planned, from a table of algorithms: the first
 * that pays for the layer's shape and the graph's batch, or the one that the network's plan names.
 * The choice depends on nothing else, so that runs repeat bit for bit. It is the batch that was
 * planned that counts, never that of a call: an incomplete last batch is computed like the others.
 * Whoever plans for fewer images than the run's batch, to take less memory, names that batch
 * (like_batch) and computes as validation, evaluation and prediction do. */
#include "conv.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "batchnorm.h"
#include "kern/im2col.h"
#include "params/params_build.h"

enum { INIT_FLOATS = 1 << 16 };

static const struct conv_algorithm *const algorithms[] = {&conv_winograd, &conv_strided, &conv_stem,
                                                          &conv_gemm};

enum { ALGORITHMS = sizeof algorithms / sizeof algorithms[0] };

static const struct conv_algorithm *choose(const struct graph *g, const struct op *op)
{
    for (int i = 0; i < ALGORITHMS; i++) {
        const struct conv_algorithm *a = algorithms[i];
        bool wanted = g->convolution ? !strcmp(g->convolution, a->name) : a->pays(g, op);
        if (wanted && a->serves(g, op))
            return a;
    }
    return &conv_gemm;
}

static bool conv_fuses(struct graph *g, struct op *op)
{
    op->algorithm = choose(g, op);
    return op->algorithm->fuses && op->algorithm->fuses(g, op);
}

static void conv_plan(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
    if (op->fold >= 0)
        batchnorm_plan_fold(g, &g->ops[op->fold], step);
    else
        graph_make_value(g, op->out, step);
    op->algorithm->plan(g, op);
    if (g->train && op->algorithm->sum_blocks)
        graph_make_sums(g, op->out, op->algorithm->sum_blocks(g, op, false, g->batch), step);
}

static void conv_plan_backward(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
    graph_touch_gradient(g, op->out, step);
    graph_make_input_gradient(g, op, step);
    if (op->fuses)
        graph_plan_finish(g, op, op->algorithm->sum_blocks(g, op, true, g->batch), step);
    op->algorithm->plan_backward(g, op);
}

static void conv_forward(struct graph *g, const struct op *op)
{
    bool sums = g->training && !op->frozen && op->algorithm->sum_blocks;
    g->acts[op->out].sum_blocks = sums ? op->algorithm->sum_blocks(g, op, false, g->n) : 0;
    op->algorithm->forward(g, op);
}

struct fused_finish conv_output_finish(struct graph *g, const struct op *op)
{
    if (op->fold >= 0)
        return batchnorm_fold(g, &g->ops[op->fold]);
    struct fused_finish f = {.y = graph_output(g, op->out)};
    f.sums = g->acts[op->out].sum_blocks ? graph_sums(g, op->out) : NULL;
    return f;
}

struct fused_finish conv_gradient_finish(struct graph *g, const struct op *op)
{
    return graph_gradient_finish(g, op, op->algorithm->sum_blocks(g, op, true, g->n));
}

static void conv_plan_again(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
}

static void conv_again(struct graph *g, const struct op *op)
{
    g->acts[op->out].sum_blocks = 0;
    op->algorithm->forward(g, op);
}

static void conv_backward(struct graph *g, const struct op *op)
{
    if (!op->frozen)
        op->algorithm->weight_gradient(g, op);
    if (op->wants_input_gradient)
        op->algorithm->data_gradient(g, op);
}

struct init {
    float *w;
    size_t count;
    double deviation;
    uint64_t seed;
    uint32_t row;
};

static void init_block(void *context, int block, int worker)
{
    (void)worker;
    const struct init *t = context;
    struct rng r = rng_stream(t->seed, RNG_INIT, t->row, (uint32_t)block);
    size_t i = (size_t)block * INIT_FLOATS, end = i + INIT_FLOATS;
    for (end = end < t->count ? end : t->count; i < end; i++)
        t->w[i] = (float)(rng_normal(&r) * t->deviation);
}

/* He et al. 2015, fan out: variance 2 / (K R S), as torchvision's ResNets choose it. */
static void conv_init(struct graph *g, const struct op *op, uint64_t seed)
{
    const struct param *p = &g->params.table[op->weight];
    double fan_out = (double)g->acts[op->out].c * op->kernel * op->kernel;
    struct init t = {graph_weights_to_fill(g, op->weight), p->count, sqrt(2 / fan_out), seed,
                     (uint32_t)op->weight};
    workers_run(g->workers, (int)((p->count + INIT_FLOATS - 1) / INIT_FLOATS), init_block, &t);
}

static double conv_flop(const struct graph *g, const struct op *op)
{
    const struct act *out = &g->acts[op->out];
    return 2.0 * out->h * out->w * (double)g->params.table[op->weight].count;
}

static const struct op_kind conv_kind = {
    .name = "conv",
    .fuses = conv_fuses,
    .plan = conv_plan,
    .plan_backward = conv_plan_backward,
    .init = conv_init,
    .forward = conv_forward,
    .backward = conv_backward,
    .plan_again = conv_plan_again,
    .again = conv_again,
    .flop = conv_flop,
};

int conv_add(struct graph *g, const char *name, int in, int channels, int kernel, int stride,
             int pad)
{
    struct act x = g->acts[in];
    struct op *op = graph_add(g, &conv_kind, in, im2col_out(x.h, kernel, stride, pad),
                              im2col_out(x.w, kernel, stride, pad), channels);
    op->kernel = kernel;
    op->stride = stride;
    op->pad = pad;
    op->weight =
        params_add(&g->params, &(struct param_spec){.module = name,
                                                    .tensor = "weight",
                                                    .kind = PARAM_CONV,
                                                    .rank = 4,
                                                    .shape = {channels, x.c, kernel, kernel}});
    return op->out;
}
