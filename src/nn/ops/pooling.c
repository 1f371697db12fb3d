/* Max pooling and global average pooling.
 *
 * Max pooling keeps the winning tap of every output (a byte: its number in the window) for
 * backward; ties go to the first in row-major order, as in PyTorch. Padding never wins. Windows
 * overlap, so a block of backward owns a band of input rows; forward goes by output rows. */
#include <string.h>

#include "batchnorm.h"
#include "graph.h"
#include "kern/im2col.h"

enum { KERNEL_MAX = 8, BAND_ROWS = 8 };

struct pool {
    struct graph *g;
    const struct op *op;
    struct act in, out;
    const float *x;           /* average */
    struct fused_source from; /* max */
    float *y;
    const float *dy;
    float *dx;
    uint8_t *taps; /* [n,oh,ow,c] */
    double *sums;  /* [blocks][2][c] */
};

static int bands_of(const struct act *in)
{
    return (in->h + BAND_ROWS - 1) / BAND_ROWS;
}

static struct pool describe(struct graph *g, const struct op *op)
{
    struct pool v = {.g = g,
                     .op = op,
                     .in = g->acts[op->in],
                     .out = g->acts[op->out],
                     .y = graph_output(g, op->out)};
    if (op->saved >= 0) {
        void *slot = graph_slot(g, op->saved);
        v.taps = slot;
    }
    return v;
}

/* Floats from an image's start to the tap seen from output (y, x); false when it is padding. */
static bool tap_offset(const struct pool *v, int y, int x, int tap, size_t *offset)
{
    int in_y = y * v->op->stride - v->op->pad + tap / v->op->kernel;
    int in_x = x * v->op->stride - v->op->pad + tap % v->op->kernel;
    if (in_y < 0 || in_y >= v->in.h || in_x < 0 || in_x >= v->in.w)
        return false;
    *offset = ((size_t)in_y * (size_t)v->in.w + (size_t)in_x) * (size_t)v->in.c;
    return true;
}

static void max_position(const struct pool *v, const float *const *rows, int y, int x, float *best,
                         uint8_t *best_tap)
{
    int c = v->in.c, kernel = v->op->kernel, taps = kernel * kernel;
    bool any = false;
    for (int tap = 0; tap < taps; tap++) {
        size_t offset;
        if (!tap_offset(v, y, x, tap, &offset))
            continue;
        const float *at = rows[tap / kernel] + offset % ((size_t)v->in.w * (size_t)c);
        if (any) {
            v->g->kern->max_update(at, c, (uint8_t)tap, best, best_tap);
        } else {
            memcpy(best, at, (size_t)c * sizeof *best);
            memset(best_tap, tap, (size_t)c);
        }
        any = true;
    }
}

/* The input rows under output row y of an image, as they are or normalised into scratch. */
static void max_rows(const struct pool *v, size_t image, int y, float *scratch, const float **rows)
{
    size_t wide = (size_t)v->in.w * (size_t)v->in.c;
    for (int i = 0; i < v->op->kernel; i++) {
        int in_y = y * v->op->stride - v->op->pad + i;
        if (in_y < 0 || in_y >= v->in.h)
            continue;
        rows[i] = v->from.x + (image * (size_t)v->in.h + (size_t)in_y) * wide;
        if (!v->from.scale)
            continue;
        float *made = scratch + (size_t)i * wide;
        v->g->kern->norm_apply(rows[i], NULL, (size_t)v->in.w, v->in.c, v->from.scale,
                               v->from.shift, true, made);
        rows[i] = made;
    }
}

static void max_forward_block(void *context, int block, int worker)
{
    const struct pool *v = context;
    const float *rows[KERNEL_MAX] = {NULL};
    int y = block % v->out.h;
    size_t image = (size_t)(block / v->out.h), c = (size_t)v->in.c;
    size_t at = (size_t)block * (size_t)v->out.w * c;
    max_rows(v, image, y, graph_worker_scratch(v->g, worker), rows);
    for (int x = 0; x < v->out.w; x++, at += c)
        max_position(v, rows, y, x, v->y + at, v->taps + at);
}

static void max_forward(struct graph *g, const struct op *op)
{
    struct pool v = describe(g, op);
    v.from = graph_source(g, op->in);
    workers_run(g->workers, g->n * v.out.h, max_forward_block, &v);
}

/* What output row y of an image gives to the input rows from..to-1. */
static void route_row(const struct pool *v, size_t image, int y, int from, int to)
{
    size_t c = (size_t)v->in.c, wide = (size_t)v->in.w * c, offset;
    size_t at = (image * (size_t)v->out.h + (size_t)y) * (size_t)v->out.w * c;
    float *dx = v->dx + image * (size_t)v->in.h * wide;
    for (int x = 0; x < v->out.w; x++, at += c)
        for (int tap = 0; tap < v->op->kernel * v->op->kernel; tap++)
            if (tap_offset(v, y, x, tap, &offset) && offset >= (size_t)from * wide &&
                offset < (size_t)to * wide)
                v->g->kern->max_route(v->dy + at, v->taps + at, (int)c, (uint8_t)tap, dx + offset);
}

/* A band of input rows of one image, cut and summed for the batch norm before while it is in the
 * cache. */
static void max_backward_block(void *context, int block, int worker)
{
    (void)worker;
    const struct pool *v = context;
    int bands = bands_of(&v->in), from = block % bands * BAND_ROWS;
    int to = v->in.h - from < BAND_ROWS ? v->in.h : from + BAND_ROWS;
    size_t image = (size_t)(block / bands), wide = (size_t)v->in.w * (size_t)v->in.c;
    size_t row = image * (size_t)v->in.h + (size_t)from;
    memset(v->dx + row * wide, 0, (size_t)(to - from) * wide * sizeof *v->dx);
    for (int y = 0; y < v->out.h; y++) {
        int top = y * v->op->stride - v->op->pad;
        if (top < to && top + v->op->kernel > from)
            route_row(v, image, y, from, to);
    }
    if (v->sums)
        batchnorm_cut_rows(v->g, &v->g->ops[v->in.made_by], row * (size_t)v->in.w,
                           (size_t)(to - from) * (size_t)v->in.w,
                           v->sums + (size_t)block * 2 * (size_t)v->in.c);
}

static void max_backward(struct graph *g, const struct op *op)
{
    struct pool v = describe(g, op);
    if (!op->wants_input_gradient)
        return;
    int blocks = g->n * bands_of(&v.in);
    v.dy = graph_gradient(g, op->out);
    v.dx = graph_gradient(g, op->in);
    v.sums = graph_gradient_finish(g, op, blocks).sums;
    workers_run(g->workers, blocks, max_backward_block, &v);
}

static bool max_fuses(struct graph *g, struct op *op)
{
    (void)g, (void)op;
    return true;
}

static void max_plan(struct graph *g, struct op *op, int step)
{
    const struct act *in = &g->acts[op->in];
    graph_touch_value(g, op->in, step);
    graph_make_value(g, op->out, step);
    graph_need_scratch(g, 0, (size_t)op->kernel * (size_t)in->w * (size_t)in->c);
    op->saved = memory_planner_add(&g->slots, (graph_act_floats(g, op->out) + 3) / 4, step);
}

static void max_plan_backward(struct graph *g, struct op *op, int step)
{
    memory_planner_touch(&g->slots, op->saved, step);
    graph_touch_gradient(g, op->out, step);
    graph_make_input_gradient(g, op, step);
    graph_plan_finish(g, op, g->batch * bands_of(&g->acts[op->in]), step);
}

static const struct op_kind max_kind = {
    .name = "max pool",
    .fuses = max_fuses,
    .plan = max_plan,
    .plan_backward = max_plan_backward,
    .forward = max_forward,
    .backward = max_backward,
};

int pooling_add_max(struct graph *g, int in, int kernel, int stride, int pad)
{
    struct act x = g->acts[in];
    struct op *op = graph_add(g, &max_kind, in, im2col_out(x.h, kernel, stride, pad),
                              im2col_out(x.w, kernel, stride, pad), x.c);
    op->kernel = kernel;
    op->stride = stride;
    op->pad = pad;
    return op->out;
}

static void average_forward_block(void *context, int image, int worker)
{
    (void)worker;
    const struct pool *v = context;
    size_t c = (size_t)v->in.c, plane = (size_t)v->in.h * (size_t)v->in.w;
    const float *x = v->x + (size_t)image * plane * c;
    float *y = v->y + (size_t)image * c;
    for (size_t j = 0; j < c; j++) {
        double sum = 0;
        for (size_t i = 0; i < plane; i++)
            sum += x[i * c + j];
        y[j] = (float)(sum / (double)plane);
    }
}

static void average_forward(struct graph *g, const struct op *op)
{
    struct pool v = describe(g, op);
    v.x = graph_value(g, op->in);
    workers_run(g->workers, g->n, average_forward_block, &v);
}

static void average_backward_block(void *context, int image, int worker)
{
    (void)worker;
    const struct pool *v = context;
    size_t c = (size_t)v->in.c, plane = (size_t)v->in.h * (size_t)v->in.w;
    const float *dy = v->dy + (size_t)image * c;
    float *dx = v->dx + (size_t)image * plane * c;
    for (size_t i = 0; i < plane; i++)
        for (size_t j = 0; j < c; j++)
            dx[i * c + j] = dy[j] / (float)plane;
}

static void average_backward(struct graph *g, const struct op *op)
{
    struct pool v = describe(g, op);
    v.dy = graph_gradient(g, op->out);
    v.dx = graph_gradient(g, op->in);
    if (op->wants_input_gradient)
        workers_run(g->workers, g->n, average_backward_block, &v);
}

static void average_plan(struct graph *g, struct op *op, int step)
{
    graph_touch_value(g, op->in, step);
    graph_make_value(g, op->out, step);
}

static void average_plan_backward(struct graph *g, struct op *op, int step)
{
    graph_touch_gradient(g, op->out, step);
    graph_make_input_gradient(g, op, step);
}

static const struct op_kind average_kind = {
    .name = "average pool",
    .plan = average_plan,
    .plan_backward = average_plan_backward,
    .forward = average_forward,
    .backward = average_backward,
};

int pooling_add_average(struct graph *g, int in)
{
    return graph_add(g, &average_kind, in, 1, 1, g->acts[in].c)->out;
}
