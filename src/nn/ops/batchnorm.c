/* Batch normalisation (Ioffe, Szegedy 2015, arXiv:1502.03167) with the residual sum and the ReLU
 * that follow it in a ResNet: y = relu(w (x - mean) / sqrt(var + eps) + b + skip).
 *
 * Training uses the batch's mean and biased variance and moves the running statistics towards the
 * mean and the unbiased variance; inference uses the running statistics. Sums are double, per fixed
 * block of rows, added in block order. With sums S = sum dy and D = sum dy (x - mean)/deviation
 * over the M rows of a channel, and xhat the normalised x:
 *   dx = w/deviation (dy - S/M - xhat D/M),  dw = D,  db = S.
 * A frozen layer uses the running statistics in training too, which are constants to it: no sums,
 * dx = w/deviation dy.
 * Without a skip, backward makes y again from x to see what the ReLU cut. Backward works in place:
 * the gradient of `out`, cut by the ReLU, becomes the gradient of `skip`, or of `in` when there is
 * no skip. Neighbours take over what they can (fusion.c): reading for the value and the gradient of
 * `in`, writing for the cut with its sums. */
#include <math.h>
#include <stddef.h>

#include "batchnorm.h"
#include "params/params_build.h"

enum { BLOCK_FLOATS = 1 << 16 }; /* 256 KB: a block's second pass finds it in cache */

static const double epsilon = 1e-5, momentum = 0.1;

/* Per channel, kept from forward to backward: [C] doubles twice, [C] floats five times. */
struct stats {
    double *mean, *inverse; /* 1 / sqrt(var + eps) */
    float *a, *b, *d;       /* coefficients of the pass at work */
    float *scale, *shift;   /* of forward: y = relu(x*scale + shift) */
};

struct norm {
    const struct kern *kern;
    size_t rows, block_rows;
    int c;
    bool relu, adds; /* adds: there is a skip, in backward perhaps without its value */
    const float *x, *skip;
    float *y;
    float *dy, *dx;
    struct stats s;
    double *sums; /* [blocks][2][C] */
};

static size_t stats_floats(int c)
{
    return (size_t)c * 9;
}

static struct stats stats_at(float *slot, int c)
{
    void *memory = slot;
    double *d = memory;
    float *f = slot + (ptrdiff_t)c * 4;
    ptrdiff_t n = c;
    return (struct stats){d, d + n, f, f + n, f + 2 * n, f + 3 * n, f + 4 * n};
}

static size_t rows_of_block(int c)
{
    return c < BLOCK_FLOATS ? (size_t)(BLOCK_FLOATS / c) : 1;
}

static int blocks_of(size_t rows, int c)
{
    return (int)((rows + rows_of_block(c) - 1) / rows_of_block(c));
}

static bool stores_value(const struct graph *g, const struct op *op)
{
    return g->acts[op->out].norm < 0;
}

static struct norm describe(const struct graph *g, const struct op *op)
{
    void *scratch = g->shared_scratch;
    int c = g->acts[op->out].c;
    return (struct norm){.kern = g->kern,
                         .rows = graph_rows(g, op->out),
                         .block_rows = rows_of_block(c),
                         .c = c,
                         .relu = op->relu,
                         .adds = op->skip >= 0,
                         .x = op->folded ? NULL : graph_value(g, op->in),
                         .skip = op->skip < 0 ? NULL : graph_value(g, op->skip),
                         .y = stores_value(g, op) ? graph_output(g, op->out) : NULL,
                         .s = stats_at(graph_slot(g, op->saved), c),
                         .sums = scratch};
}

/* First float and rows of a block. */
static size_t block_start(const struct norm *v, int block, size_t *rows)
{
    size_t first = (size_t)block * v->block_rows;
    *rows = v->rows - first < v->block_rows ? v->rows - first : v->block_rows;
    return first * (size_t)v->c;
}

/* Both sums of every channel over all blocks, in block order, into sums[0] and sums[1]. */
static void add_blocks(const struct norm *v, int blocks)
{
    for (int block = 1; block < blocks; block++)
        for (int i = 0; i < 2 * v->c; i++)
            v->sums[i] += v->sums[(size_t)block * 2 * (size_t)v->c + (size_t)i];
}

static void sums_block(void *context, int block, int worker)
{
    (void)worker;
    const struct norm *v = context;
    size_t rows, at = block_start(v, block, &rows);
    double *sum = v->sums + (size_t)block * 2 * (size_t)v->c;
    v->kern->norm_sums(v->x + at, rows, v->c, sum, sum + v->c);
}

static void apply_block(void *context, int block, int worker)
{
    (void)worker;
    const struct norm *v = context;
    size_t rows, at = block_start(v, block, &rows);
    v->kern->norm_apply(v->x + at, v->skip ? v->skip + at : NULL, rows, v->c, v->s.scale,
                        v->s.shift, v->relu, v->y + at);
}

static void use_batch_statistics(const struct norm *v, float *running_mean, float *running_var)
{
    double m = (double)v->rows, unbiased = v->rows > 1 ? m / (m - 1) : 1;
    for (int i = 0; i < v->c; i++) {
        double mean = v->sums[i] / m, var = v->sums[v->c + i] / m - mean * mean;
        var = var < 0 ? 0 : var; /* rounding of a constant channel */
        v->s.mean[i] = mean;
        v->s.inverse[i] = 1 / sqrt(var + epsilon);
        running_mean[i] = (float)((1 - momentum) * running_mean[i] + momentum * mean);
        running_var[i] = (float)((1 - momentum) * running_var[i] + momentum * unbiased * var);
    }
}

static void use_running_statistics(const struct norm *v, const float *mean, const float *var)
{
    for (int i = 0; i < v->c; i++) {
        v->s.mean[i] = mean[i];
        v->s.inverse[i] = 1 / sqrt(var[i] + epsilon);
    }
}

/* The convolution before may have left sums over its own blocks. */
static void batch_sums(struct graph *g, const struct op *op, struct norm *v)
{
    int blocks = g->acts[op->in].sum_blocks;
    if (blocks) {
        v->sums = graph_sums(g, op->in);
    } else {
        blocks = blocks_of(v->rows, v->c);
        workers_run(g->workers, blocks, sums_block, v);
    }
    add_blocks(v, blocks);
}

/* y = x*scale + shift. */
static void scale_and_shift(const struct graph *g, const struct op *op, const struct norm *v)
{
    const float *w = graph_weights(g, op->weight), *b = graph_weights(g, op->bias);
    for (int i = 0; i < v->c; i++) {
        v->s.scale[i] = (float)(w[i] * v->s.inverse[i]);
        v->s.shift[i] = (float)(b[i] - v->s.mean[i] * w[i] * v->s.inverse[i]);
    }
}

static void batchnorm_forward(struct graph *g, const struct op *op)
{
    if (op->folded)
        return;
    struct norm v = describe(g, op);
    float *mean = graph_weights_to_fill(g, op->mean), *var = graph_weights_to_fill(g, op->var);
    if (g->training && !op->frozen) {
        batch_sums(g, op, &v);
        use_batch_statistics(&v, mean, var);
    } else {
        use_running_statistics(&v, mean, var);
    }
    scale_and_shift(g, op, &v);
    if (stores_value(g, op))
        workers_run(g->workers, blocks_of(v.rows, v.c), apply_block, &v);
}

struct fused_finish batchnorm_fold(struct graph *g, const struct op *op)
{
    struct norm v = describe(g, op);
    use_running_statistics(&v, graph_weights(g, op->mean), graph_weights(g, op->var));
    scale_and_shift(g, op, &v);
    return (struct fused_finish){
        .y = v.y, .scale = v.s.scale, .shift = v.s.shift, .skip = v.skip, .relu = v.relu};
}

struct fused_source batchnorm_value(const struct graph *g, const struct op *op)
{
    struct stats s = stats_at(graph_slot(g, op->saved), g->acts[op->out].c);
    return (struct fused_source){.x = graph_value(g, op->in), .scale = s.scale, .shift = s.shift};
}

struct fused_source batchnorm_gradient(const struct graph *g, const struct op *op)
{
    struct stats s = stats_at(graph_slot(g, op->saved), g->acts[op->out].c);
    return (struct fused_source){.x = graph_value(g, op->in),
                                 .scale = s.b,
                                 .shift = s.d,
                                 .dy = graph_gradient(g, op->out),
                                 .dy_scale = s.a};
}

void batchnorm_cut(const struct graph *g, const struct op *op, struct fused_finish *finish)
{
    struct norm v = describe(g, op);
    finish->cut = v.adds ? v.y : v.x;
    finish->scale = v.adds ? NULL : v.s.scale;
    finish->shift = v.adds ? NULL : v.s.shift;
    finish->factor = v.x;
}

static void cut_rows(const struct norm *v, size_t at, size_t rows, double *sum)
{
    if (v->relu && !v->adds)
        v->kern->norm_relu_back_sums(v->dy + at, v->x + at, rows, v->c, v->s.scale, v->s.shift, sum,
                                     sum + v->c);
    else
        v->kern->norm_back_sums(v->dy + at, v->relu ? v->y + at : NULL, v->x + at, rows, v->c, sum,
                                sum + v->c);
}

void batchnorm_cut_rows(const struct graph *g, const struct op *op, size_t first, size_t rows,
                        double *sums)
{
    struct norm v = describe(g, op);
    v.dy = graph_gradient(g, op->out);
    cut_rows(&v, first * (size_t)v.c, rows, sums);
}

static void back_sums_block(void *context, int block, int worker)
{
    (void)worker;
    const struct norm *v = context;
    size_t rows, at = block_start(v, block, &rows);
    cut_rows(v, at, rows, v->sums + (size_t)block * 2 * (size_t)v->c);
}

static void back_apply_block(void *context, int block, int worker)
{
    (void)worker;
    const struct norm *v = context;
    size_t rows, at = block_start(v, block, &rows);
    v->kern->norm_back_apply(v->dy + at, v->x + at, rows, v->c, v->s.a, v->s.b, v->s.d, v->dx + at);
}

/* dx = a dy + b x + d: the formula at the head, sorted by what multiplies dy and x. */
static void coefficients(const struct norm *v, const float *w, float *dw, float *db)
{
    double m = (double)v->rows;
    for (int i = 0; i < v->c; i++) {
        double inverse = v->s.inverse[i], mean = v->s.mean[i], sum = v->sums[i];
        double dot = (v->sums[v->c + i] - mean * sum) * inverse;
        double a = w[i] * inverse, b = -a * inverse * dot / m;
        dw[i] = (float)dot;
        db[i] = (float)sum;
        v->s.a[i] = (float)a;
        v->s.b[i] = (float)b;
        v->s.d[i] = (float)(-a * sum / m - b * mean);
    }
}

static void frozen_coefficients(const struct norm *v)
{
    for (int i = 0; i < v->c; i++) {
        v->s.a[i] = v->s.scale[i];
        v->s.b[i] = v->s.d[i] = 0;
    }
}

/* Cuts the gradient of `out` by the ReLU and sums it, unless its last writer did. */
static void back_sums(const struct graph *g, const struct op *op, struct norm *v)
{
    const struct act *out = &g->acts[op->out];
    int blocks = blocks_of(v->rows, v->c);
    if (out->cut_by >= 0) {
        void *sums = graph_slot(g, out->cut_sums);
        v->sums = sums;
        blocks = out->cut_blocks;
    } else {
        workers_run(g->workers, blocks, back_sums_block, v);
    }
    add_blocks(v, blocks);
}

static void batchnorm_backward(struct graph *g, const struct op *op)
{
    struct norm v = describe(g, op);
    v.dy = graph_gradient(g, op->out);
    back_sums(g, op, &v);
    if (op->frozen)
        frozen_coefficients(&v);
    else
        coefficients(&v, graph_weights(g, op->weight), graph_weight_gradient(g, op->weight),
                     graph_weight_gradient(g, op->bias));
    if (!op->wants_input_gradient || g->acts[op->in].gradient_norm >= 0)
        return;
    v.dx = graph_gradient(g, op->in);
    workers_run(g->workers, blocks_of(v.rows, v.c), back_apply_block, &v);
}

void batchnorm_plan_fold(struct graph *g, struct op *op, int step)
{
    if (op->skip >= 0)
        graph_touch_value(g, op->skip, step);
    graph_make_value(g, op->out, step);
    op->saved = memory_planner_add(&g->slots, stats_floats(g->acts[op->out].c), step);
}

static void batchnorm_plan(struct graph *g, struct op *op, int step)
{
    int c = g->acts[op->out].c;
    if (op->folded)
        return;
    graph_touch_value(g, op->in, step);
    graph_touch_sums(g, op->in, step);
    if (op->skip >= 0)
        graph_touch_value(g, op->skip, step);
    op->saved = memory_planner_add(&g->slots, stats_floats(c), step);
    if (!g->train && op->in > 0)
        graph_take_value(g, op->in, op->out, step);
    else if (stores_value(g, op))
        graph_make_value(g, op->out, step);
    size_t blocks = (size_t)blocks_of(
        (size_t)g->batch * (size_t)g->acts[op->out].h * (size_t)g->acts[op->out].w, c);
    graph_need_scratch(g, blocks * 4 * (size_t)c, 0);
}

static void batchnorm_plan_backward(struct graph *g, struct op *op, int step)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    graph_touch_value(g, op->in, step);
    memory_planner_touch(&g->slots, op->saved, step);
    if (op->relu && op->skip >= 0)
        graph_touch_value(g, op->out, step);
    if (out->cut_by >= 0)
        memory_planner_touch(&g->slots, out->cut_sums, step);
    graph_touch_gradient(g, op->out, step);
    op->wants_input_gradient = op->in > 0 || g->input_gradient;
    if (op->skip >= 0)
        graph_share_gradient(g, op, op->skip, step);
    if (in->gradient_norm >= 0)
        return;
    if (op->skip >= 0)
        graph_make_input_gradient(g, op, step);
    else
        graph_share_gradient(g, op, op->in, step);
}

static void batchnorm_plan_again(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
    memory_planner_touch(&g->slots, op->saved, step);
    if (op->skip >= 0)
        graph_touch_value(g, op->skip, step);
}

static void batchnorm_again(struct graph *g, const struct op *op)
{
    struct norm v = describe(g, op);
    workers_run(g->workers, blocks_of(v.rows, v.c), apply_block, &v);
}

static void batchnorm_init(struct graph *g, const struct op *op, uint64_t seed)
{
    (void)seed;
    float *w = graph_weights_to_fill(g, op->weight), *b = graph_weights_to_fill(g, op->bias);
    float *mean = graph_weights_to_fill(g, op->mean), *var = graph_weights_to_fill(g, op->var);
    for (int i = 0; i < g->acts[op->out].c; i++) {
        w[i] = var[i] = 1;
        b[i] = mean[i] = 0;
    }
}

static const struct op_kind batchnorm_kind = {
    .name = "batchnorm",
    .plan = batchnorm_plan,
    .plan_backward = batchnorm_plan_backward,
    .init = batchnorm_init,
    .forward = batchnorm_forward,
    .backward = batchnorm_backward,
    .plan_again = batchnorm_plan_again,
    .again = batchnorm_again,
};

bool batchnorm_is(const struct op *op)
{
    return op->kind == &batchnorm_kind;
}

static int add_vector(struct graph *g, const char *name, const char *tensor, int c, bool buffer)
{
    return params_add(&g->params, &(struct param_spec){.module = name,
                                                       .tensor = tensor,
                                                       .kind = PARAM_VECTOR,
                                                       .rank = 1,
                                                       .shape = {c},
                                                       .buffer = buffer});
}

int batchnorm_add(struct graph *g, const char *name, int in, int skip, bool relu)
{
    struct act x = g->acts[in];
    struct op *op = graph_add(g, &batchnorm_kind, in, x.h, x.w, x.c);
    op->skip = skip;
    op->relu = relu;
    op->weight = add_vector(g, name, "weight", x.c, false);
    op->bias = add_vector(g, name, "bias", x.c, false);
    op->mean = add_vector(g, name, "running_mean", x.c, true);
    op->var = add_vector(g, name, "running_var", x.c, true);
    return op->out;
}
