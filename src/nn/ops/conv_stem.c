/* The first convolution, 7x7 with stride 2 of few channels, by Winograd's F(4x4,4x4) on pixels
 * taken two by two: a quarter of the multiplications.
 *
 * A block of tiles goes through all steps (transform the pixels, 49 products, transform back) while
 * its planes and the filters stay in the second-level cache. The weight gradient sums in the
 * transformed domain: a fixed number of partial sums over blocks, added in order. Nobody trains
 * through a first layer; who asks for its data gradient gets the general one. Blocks follow from
 * shapes alone, and every element of a product is one chain of additions, so that bits do not
 * depend on the workers. */
#include "conv.h"
#include "kern/gemm_block.h"
#include "kern/stem.h"

enum { BLOCK_TILES = 28 /* two full register blocks of rows */, PARTIALS = 16 };

struct stem {
    const struct graph *g;
    struct strided_tiles x, y; /* of a whole block; planes of the input and of the output */
    int depth, tiles;
    int partials;
    const float *from;
    struct fused_source dy;
    struct fused_finish to; /* its sums are by blocks */
    float *u;               /* planes of the filters, or of their gradient (partials in a row) */
    size_t u_floats;
};

static int blocks_of(int tiles)
{
    return (tiles + BLOCK_TILES - 1) / BLOCK_TILES;
}

static size_t plane_floats(struct winograd_planes p)
{
    return STEM_POINTS * p.plane;
}

static struct stem describe(const struct graph *g, const struct op *op, int n)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    struct stem v = {.g = g, .depth = stem_depth(in->c)};
    v.tiles = n * strided_tiles_of_image(in->h, in->w);
    v.x = (struct strided_tiles){.h = in->h, .w = in->w, .c = in->c, .count = BLOCK_TILES};
    v.x.planes = winograd_rows(BLOCK_TILES, v.depth);
    v.y = v.x;
    v.y.c = out->c;
    v.y.planes = winograd_rows(BLOCK_TILES, out->c);
    v.partials = 1;
    v.u = g->shared_scratch;
    v.u_floats = plane_floats(winograd_panels(v.depth, out->c));
    return v;
}

static struct stem describe_gradient(const struct graph *g, const struct op *op, int n)
{
    struct stem v = describe(g, op, n);
    v.y.planes = winograd_panels(BLOCK_TILES, v.y.c);
    v.partials = least(PARTIALS, blocks_of(v.tiles));
    v.u_floats = plane_floats(winograd_rows(v.depth, v.y.c));
    return v;
}

/* The tiles of a block, on either side. */
static struct strided_tiles tiles_of(const struct stem *v, const struct strided_tiles *side,
                                     int block)
{
    struct strided_tiles t = *side;
    t.first = (size_t)block * BLOCK_TILES;
    t.count = least(v->tiles - block * BLOCK_TILES, BLOCK_TILES);
    return t;
}

static void stem_forward_block(void *context, int block, int worker)
{
    const struct stem *v = context;
    const struct kern *kern = v->g->kern;
    struct strided_tiles in = tiles_of(v, &v->x, block), out = tiles_of(v, &v->y, block);
    struct winograd_planes u = winograd_panels(v->depth, out.c);
    float *left = graph_worker_scratch(v->g, worker), *right = left + plane_floats(in.planes);
    kern->stem_input(&in, v->from, left);
    for (size_t point = 0; point < STEM_POINTS; point++)
        kern->gemm_block(&(struct gemm_block){.m = in.count,
                                              .n = out.c,
                                              .k = v->depth,
                                              .a = left + point * in.planes.plane,
                                              .lda = in.planes.row_step,
                                              .b = v->u + point * u.plane,
                                              .panel = u.panel,
                                              .c = right + point * out.planes.plane,
                                              .ldc = out.planes.row_step});
    struct fused_finish to = v->to;
    if (to.sums)
        to.sums += (size_t)block * 2 * (size_t)out.c;
    kern->stem_output(&out, right, &to);
}

static void stem_forward(struct graph *g, const struct op *op)
{
    struct stem v = describe(g, op, g->n);
    v.from = graph_value(g, op->in);
    v.to = conv_output_finish(g, op);
    stem_filters(g->kern, graph_weights(g, op->weight), v.x.c, v.y.c, v.u);
    workers_run(g->workers, blocks_of(v.tiles), stem_forward_block, &v);
}

/* du (+)= v^T z of one block of tiles, at all points. */
static void stem_accumulate(const struct stem *v, int block, bool add, float *left, float *du)
{
    const struct kern *kern = v->g->kern;
    struct strided_tiles in = tiles_of(v, &v->x, block), out = tiles_of(v, &v->y, block);
    struct winograd_planes u = winograd_rows(v->depth, out.c);
    float *right = left + plane_floats(in.planes);
    kern->stem_input(&in, v->from, left);
    kern->stem_spread(&out, &v->dy, right);
    for (size_t point = 0; point < STEM_POINTS; point++)
        kern->gemm_block(&(struct gemm_block){.m = v->depth,
                                              .n = out.c,
                                              .k = in.count,
                                              .a = left + point * in.planes.plane,
                                              .lda = in.planes.row_step,
                                              .transposed = true,
                                              .b = right + point * out.planes.plane,
                                              .panel = out.planes.panel,
                                              .c = du + point * u.plane,
                                              .ldc = u.row_step,
                                              .add = add});
}

/* One partial sum: its share of the blocks. */
static void stem_partial_block(void *context, int part, int worker)
{
    const struct stem *v = context;
    int64_t blocks = blocks_of(v->tiles);
    int begin = (int)(part * blocks / v->partials), end = (int)((part + 1) * blocks / v->partials);
    for (int block = begin; block < end; block++)
        stem_accumulate(v, block, block > begin, graph_worker_scratch(v->g, worker),
                        v->u + (size_t)part * v->u_floats);
}

static void stem_weight_gradient(struct graph *g, const struct op *op)
{
    struct stem v = describe_gradient(g, op, g->n);
    v.from = graph_value(g, op->in);
    v.dy = graph_gradient_source(g, op->out);
    workers_run(g->workers, v.partials, stem_partial_block, &v);
    for (int part = 1; part < v.partials; part++)
        g->kern->add(v.u, v.u + (size_t)part * v.u_floats, v.u_floats);
    stem_filter_gradient(g->kern, v.u, v.x.c, v.y.c, graph_weight_gradient(g, op->weight));
}

static int stem_sum_blocks(const struct graph *g, const struct op *op, bool turned, int n)
{
    (void)turned;
    return blocks_of(describe(g, op, n).tiles);
}

static bool stem_serves(const struct graph *g, const struct op *op)
{
    return op->kernel == 7 && op->stride == 2 && op->pad == 3 &&
           g->acts[op->in].c <= STEM_CHANNELS_MAX && g->acts[op->out].c % WINOGRAD_CHANNELS == 0;
}

/* The general data gradient reads what is stored. */
static bool stem_fuses(const struct graph *g, const struct op *op)
{
    return op->in == 0 && !g->input_gradient;
}

static double stem_products(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in];
    return (double)strided_tiles_of_image(in->h, in->w) * (double)STEM_POINTS * stem_depth(in->c);
}

static bool stem_pays(const struct graph *g, const struct op *op)
{
    return describe(g, op, conv_batch(g)).tiles >= BLOCK_TILES;
}

static void need_scratch(struct graph *g, const struct stem *v)
{
    graph_need_scratch(g, (size_t)v->partials * v->u_floats,
                       plane_floats(v->x.planes) + plane_floats(v->y.planes));
}

static void stem_plan(struct graph *g, const struct op *op)
{
    struct stem v = describe(g, op, g->batch);
    need_scratch(g, &v);
}

static void stem_plan_backward(struct graph *g, const struct op *op)
{
    struct stem v = describe_gradient(g, op, g->batch);
    need_scratch(g, &v);
    if (op->wants_input_gradient)
        conv_gemm.plan(g, op);
}

static void stem_data_gradient(struct graph *g, const struct op *op)
{
    conv_gemm.data_gradient(g, op);
}

const struct conv_algorithm conv_stem = {
    .name = "winograd-stem",
    .serves = stem_serves,
    .pays = stem_pays,
    .products = stem_products,
    .fuses = stem_fuses,
    .plan = stem_plan,
    .plan_backward = stem_plan_backward,
    .sum_blocks = stem_sum_blocks,
    .forward = stem_forward,
    .weight_gradient = stem_weight_gradient,
    .data_gradient = stem_data_gradient,
};
