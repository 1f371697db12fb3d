/* The head: dropout on the pooled features and the linear layer with bias that gives the logits.
 *
 * Both are small; they run on the job's thread. Dropout (Srivastava et al. 2014) is inverted: kept
 * values are scaled by 1/(1-p) in training, so that inference does nothing. Its draws are a pure
 * function of (seed, step, sample, feature) and are drawn again in backward instead of kept. */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "graph.h"
#include "kern/gemm.h"
#include "kern/gemm_rows.h"
#include "params/params_build.h"

static void drop(const struct graph *g, const struct op *op, float *x)
{
    const struct act *a = &g->acts[op->out];
    int features = a->h * a->w * a->c;
    float scale = op->probability < 1 ? 1 / (1 - op->probability) : 0;
    for (int i = 0; i < g->n; i++) {
        struct rng r = rng_stream(g->seed, RNG_DROPOUT, (uint32_t)g->step, (uint32_t)i);
        for (int j = 0; j < features; j++, x++)
            *x = rng_unit(&r) < (double)op->probability ? 0 : *x * scale;
    }
}

static void dropout_forward(struct graph *g, const struct op *op)
{
    if (g->training)
        drop(g, op, graph_output(g, op->out));
}

static void dropout_backward(struct graph *g, const struct op *op)
{
    drop(g, op, graph_gradient(g, op->out));
}

static void dropout_plan(struct graph *g, struct op *op, int step)
{
    graph_take_value(g, op->in, op->out, step);
}

static void dropout_plan_backward(struct graph *g, struct op *op, int step)
{
    graph_share_gradient(g, op, op->in, step);
}

static const struct op_kind dropout_kind = {
    .name = "dropout",
    .plan = dropout_plan,
    .plan_backward = dropout_plan_backward,
    .forward = dropout_forward,
    .backward = dropout_backward,
};

int head_add_dropout(struct graph *g, int in, float probability)
{
    struct act x = g->acts[in];
    struct op *op = graph_add(g, &dropout_kind, in, x.h, x.w, x.c);
    op->probability = probability;
    return op->out;
}

static void linear_forward(struct graph *g, const struct op *op)
{
    int c = g->acts[op->in].c, k = g->acts[op->out].c;
    const float *b = graph_weights(g, op->bias);
    float *y = graph_output(g, op->out);
    for (int i = 0; i < g->n; i++)
        memcpy(y + (size_t)i * (size_t)k, b, (size_t)k * sizeof *y);
    gemm_rows_pack(graph_weights(g, op->weight), c, k, 0, c, g->shared_scratch);
    gemm_rows(g->kern, &(struct gemm_rows){.m = g->n,
                                           .n = k,
                                           .depth = c,
                                           .a = graph_value(g, op->in),
                                           .lda = c,
                                           .packed = g->shared_scratch,
                                           .k = c,
                                           .add = true,
                                           .c = y,
                                           .ldc = k});
}

static void linear_weight_gradient(struct graph *g, const struct op *op, const float *dy)
{
    int c = g->acts[op->in].c, k = g->acts[op->out].c;
    gemm_tn(&(struct gemm){.m = c,
                           .n = k,
                           .k = g->n,
                           .a = graph_value(g, op->in),
                           .lda = c,
                           .b = dy,
                           .ldb = k,
                           .c = graph_weight_gradient(g, op->weight),
                           .ldc = k});
    float *db = graph_weight_gradient(g, op->bias);
    for (int j = 0; j < k; j++) {
        double sum = 0;
        for (int i = 0; i < g->n; i++)
            sum += dy[(size_t)i * (size_t)k + (size_t)j];
        db[j] = (float)sum;
    }
}

static void linear_backward(struct graph *g, const struct op *op)
{
    int c = g->acts[op->in].c, k = g->acts[op->out].c;
    const float *dy = graph_gradient(g, op->out);
    linear_weight_gradient(g, op, dy);
    if (op->wants_input_gradient)
        gemm_nt(&(struct gemm){.m = g->n,
                               .n = c,
                               .k = k,
                               .a = dy,
                               .lda = k,
                               .b = graph_weights(g, op->weight),
                               .ldb = k,
                               .c = graph_gradient(g, op->in),
                               .ldc = c});
}

static void linear_plan(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
    graph_make_value(g, op->out, step);
    graph_need_scratch(g, gemm_rows_packed(g->acts[op->in].c, g->acts[op->out].c), 0);
}

static void linear_plan_backward(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
    graph_touch_gradient(g, op->out, step);
    graph_make_input_gradient(g, op, step);
}

/* PyTorch's default for a linear layer: weight and bias uniform in +-1/sqrt(C). */
static void linear_init(struct graph *g, const struct op *op, uint64_t seed)
{
    double bound = 1 / sqrt((double)g->acts[op->in].c);
    int rows[] = {op->weight, op->bias};
    for (int i = 0; i < 2; i++) {
        struct rng r = rng_stream(seed, RNG_INIT, (uint32_t)rows[i], 0);
        float *w = graph_weights_to_fill(g, rows[i]);
        for (size_t j = 0; j < g->params.table[rows[i]].count; j++)
            w[j] = (float)rng_range(&r, -bound, bound);
    }
}

static double linear_flop(const struct graph *g, const struct op *op)
{
    return 2.0 * (double)g->params.table[op->weight].count;
}

static const struct op_kind linear_kind = {
    .name = "linear",
    .plan = linear_plan,
    .plan_backward = linear_plan_backward,
    .init = linear_init,
    .forward = linear_forward,
    .backward = linear_backward,
    .flop = linear_flop,
};

int head_add_linear(struct graph *g, const char *name, int in, int classes)
{
    int c = g->acts[in].c;
    struct op *op = graph_add(g, &linear_kind, in, 1, 1, classes);
    op->weight = params_add(&g->params, &(struct param_spec){.module = name,
                                                             .tensor = "weight",
                                                             .kind = PARAM_LINEAR,
                                                             .rank = 2,
                                                             .shape = {classes, c}});
    op->bias = params_add(
        &g->params,
        &(struct param_spec){
            .module = name, .tensor = "bias", .kind = PARAM_VECTOR, .rank = 1, .shape = {classes}});
    return op->out;
}
