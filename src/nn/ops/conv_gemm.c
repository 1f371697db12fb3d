/* Convolution as im2col and matrix products: forward, data gradient, weight gradient.
 *
 * The product sees the batch as one long matrix with a row per output position; a chunk of rows is
 * packed into a worker's scratch, a few taps of the kernel at a time so that the pack stays in the
 * second-level cache, and multiplied at once. Blocks of work follow from shapes alone:
 *   forward          chunks of rows x parts of the output channels; a block owns that piece of y;
 *                    the weights are packed first, for a product in which the bits of a row do not
 *                    depend on the other rows: what becomes of an image does not depend on its
 *                    batch, nor on the BLAS library
 *   data gradient    groups of whole images, since patches overlap; a block owns its images of dx
 *   weight gradient  parts of the rows x groups of taps; each part sums into an array of its own,
 *                    and the arrays are added in order at the end
 * so that bits do not depend on who computes what. Serves any layer; first layer, strides, 1x1. */
#include <string.h>

#include "conv.h"
#include "kern/gemm.h"
#include "kern/gemm_rows.h"
#include "kern/im2col.h"

enum {
    CHUNK_ROWS = 256,           /* enough for the product to reach its full rate */
    PACK_FLOATS = 200 << 10,    /* of a packed chunk: 0.8 MB, most of a 1 MiB cache */
    PARTIAL_FLOATS = 5 << 20,   /* of all partial weight gradients of a layer: 20 MB */
    PARTIALS_MAX = 16,          /* parts of the rows in the weight gradient */
    TAP_GROUP_FLOATS = 1 << 18, /* a larger weight gradient is split by taps: 1 MB stays in cache */
    COLUMNS = 128,              /* output channels of a forward block when rows alone are too few */
    PACK_ROWS = 64,             /* rows of the weights packed as one block of work */
    ENOUGH_BLOCKS = 16,
    IMAGE_ROWS = 128, /* least rows of a data gradient's block, where images are smaller */
    REDUCE_FLOATS = 1 << 16
};

/* One pass over one layer, as its blocks see it. */
struct conv {
    struct graph *g;
    struct im2col shape;
    int taps, columns; /* of the kernel; K */
    int tap_step;      /* taps packed at once */
    size_t rows;       /* of the batch */
    size_t tap_floats; /* C*K */
    const float *x, *w;
    const float *dy;
    float *packed; /* w for gemm_rows */
    float *y, *dx, *dw;
    bool accumulate;

    int chunks, column_parts; /* forward */
    int images;               /* data gradient: images of a block */
    int partials, tap_group;  /* weight gradient */
    float *partial;           /* [partials][taps*C*K]; dw itself when there is one */
};

/* All taps of the kernel, one row of it, or one tap: the most that fits. */
static int choose_tap_step(const struct im2col *s)
{
    int most = PACK_FLOATS / CHUNK_ROWS / s->c;
    if (s->kernel * s->kernel <= most)
        return s->kernel * s->kernel;
    return s->kernel <= most ? s->kernel : 1;
}

static void plan_weight_gradient(struct conv *v)
{
    size_t floats = (size_t)v->taps * v->tap_floats;
    size_t partials = PARTIAL_FLOATS / floats;
    if (partials > PARTIALS_MAX)
        partials = PARTIALS_MAX;
    if (partials > (size_t)v->chunks)
        partials = (size_t)v->chunks;
    v->partials = partials > 1 ? (int)partials : 1;
    v->tap_group = floats > TAP_GROUP_FLOATS ? v->tap_step : v->taps;
}

static struct conv describe(struct graph *g, const struct op *op, int n)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    struct conv v = {
        .g = g,
        .shape = {in->h, in->w, in->c, out->h, out->w, op->kernel, op->stride, op->pad},
        .taps = op->kernel * op->kernel,
        .columns = out->c,
        .accumulate = op->accumulate};
    size_t image_rows = (size_t)out->h * (size_t)out->w;
    v.rows = (size_t)n * image_rows;
    v.tap_floats = (size_t)in->c * (size_t)out->c;
    v.tap_step = choose_tap_step(&v.shape);
    v.chunks = divide_up(v.rows, CHUNK_ROWS);
    v.column_parts = v.chunks < ENOUGH_BLOCKS ? divide_up((size_t)out->c, COLUMNS) : 1;
    v.images = image_rows < IMAGE_ROWS ? divide_up(IMAGE_ROWS, image_rows) : 1;
    plan_weight_gradient(&v);
    return v;
}

static struct im2col_part chunk_part(size_t first, size_t end, int tap, int taps, int step)
{
    size_t rows = end - first;
    return (struct im2col_part){first, rows < CHUNK_ROWS ? (int)rows : CHUNK_ROWS, tap,
                                taps - tap < step ? taps - tap : step};
}

static void pack_block(void *context, int block, int worker)
{
    (void)worker;
    const struct conv *v = context;
    int depth = v->taps * v->shape.c, first = block * PACK_ROWS;
    int rows = depth - first < PACK_ROWS ? depth - first : PACK_ROWS;
    gemm_rows_pack(v->w, depth, v->columns, first, rows, v->packed);
}

static void forward_block(void *context, int block, int worker)
{
    const struct conv *v = context;
    float *col = graph_worker_scratch(v->g, worker);
    int part = block % v->column_parts, first_column = part * COLUMNS;
    int columns = v->column_parts == 1 ? v->columns : v->columns - first_column;
    columns = v->column_parts > 1 && columns > COLUMNS ? COLUMNS : columns;
    size_t chunk = (size_t)(block / v->column_parts);
    size_t first = v->rows * chunk / (size_t)v->chunks;
    size_t end = v->rows * (chunk + 1) / (size_t)v->chunks;
    for (int tap = 0; tap < v->taps; tap += v->tap_step) {
        struct im2col_part p = chunk_part(first, end, tap, v->taps, v->tap_step);
        im2col_pack(&v->shape, &p, v->x, col);
        int depth = p.taps * v->shape.c;
        gemm_rows(v->g->kern,
                  &(struct gemm_rows){.m = p.rows,
                                      .n = columns,
                                      .depth = depth,
                                      .a = col,
                                      .lda = depth,
                                      .packed = v->packed,
                                      .k = v->taps * v->shape.c,
                                      .row = tap * v->shape.c,
                                      .column = first_column,
                                      .add = tap > 0,
                                      .c = v->y + first * (size_t)v->columns + first_column,
                                      .ldc = v->columns});
    }
}

static void gemm_forward(struct graph *g, const struct op *op)
{
    struct conv v = describe(g, op, g->n);
    v.x = graph_value(g, op->in);
    v.w = graph_weights(g, op->weight);
    v.y = graph_output(g, op->out);
    v.packed = g->shared_scratch;
    workers_run(g->workers, divide_up((size_t)v.taps * (size_t)v.shape.c, PACK_ROWS), pack_block,
                &v);
    workers_run(g->workers, v.chunks * v.column_parts, forward_block, &v);
}

static void data_chunk(const struct conv *v, size_t first, size_t end, float *col)
{
    for (int tap = 0; tap < v->taps; tap += v->tap_step) {
        struct im2col_part p = chunk_part(first, end, tap, v->taps, v->tap_step);
        int depth = p.taps * v->shape.c;
        gemm_nt(&(struct gemm){.m = p.rows,
                               .n = depth,
                               .k = v->columns,
                               .a = v->dy + first * (size_t)v->columns,
                               .lda = v->columns,
                               .b = v->w + (size_t)tap * v->tap_floats,
                               .ldb = v->columns,
                               .c = col,
                               .ldc = depth});
        im2col_add(&v->shape, &p, v->g->kern, col, v->dx);
    }
}

static void data_block(void *context, int block, int worker)
{
    const struct conv *v = context;
    const struct im2col *s = &v->shape;
    size_t plane = (size_t)s->out_h * (size_t)s->out_w;
    size_t image = (size_t)s->h * (size_t)s->w * (size_t)s->c;
    int first = block * v->images, end = first + v->images;
    end = end < v->g->n ? end : v->g->n;
    if (!v->accumulate)
        memset(v->dx + (size_t)first * image, 0, (size_t)(end - first) * image * sizeof *v->dx);
    size_t last_row = (size_t)end * plane;
    for (size_t row = (size_t)first * plane; row < last_row; row += CHUNK_ROWS)
        data_chunk(v, row, last_row, graph_worker_scratch(v->g, worker));
}

static void weight_block(void *context, int block, int worker)
{
    const struct conv *v = context;
    float *col = graph_worker_scratch(v->g, worker);
    int groups = (v->taps + v->tap_group - 1) / v->tap_group;
    int part = block / groups, first_tap = block % groups * v->tap_group;
    int end_tap = first_tap + v->tap_group < v->taps ? first_tap + v->tap_group : v->taps;
    int begin = (int)((int64_t)part * v->chunks / v->partials);
    int end = (int)((int64_t)(part + 1) * v->chunks / v->partials);
    float *sum = v->partial + (size_t)part * (size_t)v->taps * v->tap_floats;
    for (int chunk = begin; chunk < end; chunk++)
        for (int tap = first_tap; tap < end_tap; tap += v->tap_step) {
            size_t first = (size_t)chunk * CHUNK_ROWS;
            struct im2col_part p = chunk_part(first, v->rows, tap, end_tap, v->tap_step);
            im2col_pack(&v->shape, &p, v->x, col);
            int depth = p.taps * v->shape.c;
            gemm_tn(&(struct gemm){.m = depth,
                                   .n = v->columns,
                                   .k = p.rows,
                                   .a = col,
                                   .lda = depth,
                                   .b = v->dy + first * (size_t)v->columns,
                                   .ldb = v->columns,
                                   .beta = chunk > begin ? 1 : 0,
                                   .c = sum + (size_t)tap * v->tap_floats,
                                   .ldc = v->columns});
        }
}

static void reduce_block(void *context, int block, int worker)
{
    (void)worker;
    const struct conv *v = context;
    size_t all = (size_t)v->taps * v->tap_floats, first = (size_t)block * REDUCE_FLOATS;
    size_t count = all - first < REDUCE_FLOATS ? all - first : REDUCE_FLOATS;
    memcpy(v->dw + first, v->partial + first, count * sizeof *v->dw);
    for (int part = 1; part < v->partials; part++)
        v->g->kern->add(v->dw + first, v->partial + (size_t)part * all + first, count);
}

static void gemm_weight_gradient(struct graph *g, const struct op *op)
{
    struct conv v = describe(g, op, g->n);
    int groups = (v.taps + v.tap_group - 1) / v.tap_group;
    v.x = graph_value(g, op->in);
    v.dy = graph_gradient(g, op->out);
    v.dw = graph_weight_gradient(g, op->weight);
    v.partial = v.partials > 1 ? g->shared_scratch : v.dw;
    workers_run(g->workers, v.partials * groups, weight_block, &v);
    if (v.partials > 1)
        workers_run(g->workers, divide_up((size_t)v.taps * v.tap_floats, REDUCE_FLOATS),
                    reduce_block, &v);
}

static void gemm_data_gradient(struct graph *g, const struct op *op)
{
    struct conv v = describe(g, op, g->n);
    v.w = graph_weights(g, op->weight);
    v.dy = graph_gradient(g, op->out);
    v.dx = graph_gradient(g, op->in);
    workers_run(g->workers, divide_up((size_t)g->n, (size_t)v.images), data_block, &v);
}

static bool gemm_always(const struct graph *g, const struct op *op)
{
    (void)g, (void)op;
    return true;
}

static double gemm_products(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    return (double)out->h * out->w * op->kernel * op->kernel * in->c;
}

static void gemm_plan(struct graph *g, const struct op *op)
{
    struct conv v = describe(g, op, g->batch);
    graph_need_scratch(g, gemm_rows_packed(v.taps * v.shape.c, v.columns),
                       (size_t)CHUNK_ROWS * (size_t)v.tap_step * (size_t)v.shape.c);
}

static void gemm_plan_backward(struct graph *g, const struct op *op)
{
    struct conv v = describe(g, op, g->batch);
    if (v.partials > 1)
        graph_need_scratch(g, (size_t)v.partials * (size_t)v.taps * v.tap_floats, 0);
}

const struct conv_algorithm conv_gemm = {
    .name = "gemm",
    .serves = gemm_always,
    .pays = gemm_always,
    .products = gemm_products,
    .plan = gemm_plan,
    .plan_backward = gemm_plan_backward,
    .forward = gemm_forward,
    .weight_gradient = gemm_weight_gradient,
    .data_gradient = gemm_data_gradient,
};
