/* Convolution 3x3, stride 2, by Winograd's algorithm for each phase of the image (kern/strided.h):
 * 81 multiplications in place of 144.
 *
 * Steps of a pass, one after the other over a chunk of tiles: transform tiles of the input; 81
 * products, one per point, which share 36 transformed filters; transform back. The data gradient
 * takes dy to the phases of the image with turned filters. The weight gradient sums the products of
 * all points that share a filter, over the chunks in order, and transforms back once. Blocks follow
 * from shapes alone, and every element of a product is one chain of additions, so that bits do not
 * depend on the workers. */
#include "conv.h"
#include "kern/gemm_block.h"
#include "kern/strided.h"

enum {
    CHUNK_TILES = 64, /* a multiple of TILE_GROUP */
    LEAST_TILES = 64, /* fewer do not pay for the transform of the filters */
    TILE_GROUP = 8,   /* tiles transformed as one block of work */
    FILTER_ROWS = 16, /* filter channels transformed as one block of work */
    COLUMN_PART = 128
};

typedef void tiles_fn(const struct strided_tiles *t, const struct fused_source *from, float *v);

/* One side of a pass: an activation or its gradient, and its planes. */
struct side {
    struct strided_tiles tiles;
    struct fused_source from;
    float *planes;
    tiles_fn *to_points;
};

struct strided {
    const struct graph *g;
    int c, k;                /* channels of the layer's input and output */
    int tiles;               /* of the batch */
    int step;                /* tiles of a chunk */
    struct side left, right; /* convolution: left in, right out; weight gradient: x and dy */
    bool back;               /* the data gradient */
    const float *w;
    float *u;               /* planes of the filters, or of their gradient */
    struct fused_finish to; /* its sums are by groups of tiles */
    float *dw;
    int first, count; /* the chunk at work */
};

static struct side make_side(const struct strided *v, const struct op *op, int act, bool panels)
{
    const struct act *image = &v->g->acts[op->in];
    int c = v->g->acts[act].c;
    struct side s = {.tiles = {.h = image->h, .w = image->w, .c = c}};
    s.tiles.planes = panels ? winograd_panels(v->step, c) : winograd_rows(v->step, c);
    return s;
}

static size_t side_floats(const struct side *s)
{
    return STRIDED_POINTS * s->tiles.planes.plane;
}

/* A pass from activation `left` to `right` of the operation, with filters laid out as `u`. The
 * shared scratch holds the filters, then the planes of both sides. */
static struct strided describe(const struct graph *g, const struct op *op, int n, int left,
                               int right, bool panels, struct winograd_planes u)
{
    const struct act *in = &g->acts[op->in];
    struct strided v = {.g = g, .c = in->c, .k = g->acts[op->out].c};
    v.tiles = n * strided_tiles_of_image(in->h, in->w);
    v.step = least(CHUNK_TILES, v.tiles);
    v.left = make_side(&v, op, left, false);
    v.right = make_side(&v, op, right, panels);
    v.u = g->shared_scratch;
    v.left.planes = v.u + STRIDED_FILTERS * u.plane;
    v.right.planes = v.left.planes + side_floats(&v.left);
    return v;
}

static struct strided describe_forward(const struct graph *g, const struct op *op, int n)
{
    struct winograd_planes u = winograd_panels(g->acts[op->in].c, g->acts[op->out].c);
    struct strided v = describe(g, op, n, op->in, op->out, false, u);
    v.left.to_points = g->kern->strided_input;
    return v;
}

static struct strided describe_data_gradient(const struct graph *g, const struct op *op, int n)
{
    struct winograd_planes u = winograd_panels(g->acts[op->out].c, g->acts[op->in].c);
    struct strided v = describe(g, op, n, op->out, op->in, false, u);
    v.left.to_points = g->kern->strided_back_input;
    v.back = true;
    return v;
}

static struct strided describe_weight_gradient(const struct graph *g, const struct op *op, int n)
{
    struct winograd_planes u = winograd_rows(g->acts[op->in].c, g->acts[op->out].c);
    struct strided v = describe(g, op, n, op->in, op->out, true, u);
    v.left.to_points = g->kern->strided_input;
    v.right.to_points = g->kern->strided_spread;
    return v;
}

static void filter_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    int row = block * FILTER_ROWS, rows = least(v->left.tiles.c - row, FILTER_ROWS);
    struct winograd_planes u = winograd_panels(v->left.tiles.c, v->right.tiles.c);
    struct winograd_part part = {row, rows, 0, v->right.tiles.c};
    (v->back ? winograd_filters_turned : winograd_filters)(
        v->g->kern->strided_filter, v->w, v->c, v->k, &part, &u, v->u + (size_t)row * u.row_step);
}

/* The tiles of a block of work within the chunk, and where their planes begin. */
static struct strided_tiles group_of(const struct strided *v, const struct side *s, int block,
                                     float **planes)
{
    struct strided_tiles t = s->tiles;
    int origin = block * TILE_GROUP;
    t.first = (size_t)(v->first + origin);
    t.count = least(v->count - origin, TILE_GROUP);
    *planes = s->planes + (size_t)origin * t.planes.row_step;
    return t;
}

static void input_of(const struct strided *v, const struct side *s, int block)
{
    float *planes;
    struct strided_tiles t = group_of(v, s, block, &planes);
    s->to_points(&t, &s->from, planes);
}

static void input_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    input_of(v, &v->left, block);
}

static void product_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    const struct winograd_planes *l = &v->left.tiles.planes, *r = &v->right.tiles.planes;
    int depth = v->left.tiles.c, columns = v->right.tiles.c;
    struct winograd_planes u = winograd_panels(depth, columns);
    int parts = divide_up(columns, COLUMN_PART), column = block % parts * COLUMN_PART;
    size_t point = (size_t)(block / parts), filter = (size_t)strided_filter_of((int)point);
    v->g->kern->gemm_block(&(struct gemm_block){
        .m = v->count,
        .n = least(columns - column, COLUMN_PART),
        .k = depth,
        .a = v->left.planes + point * l->plane,
        .lda = l->row_step,
        .b = v->u + filter * u.plane + (size_t)(column / GEMM_BLOCK_COLUMNS) * u.panel,
        .panel = u.panel,
        .c = v->right.planes + point * r->plane + column,
        .ldc = r->row_step});
}

static void output_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    const struct kern *kern = v->g->kern;
    float *planes;
    struct strided_tiles t = group_of(v, &v->right, block, &planes);
    struct fused_finish to = v->to;
    if (to.sums)
        to.sums += (size_t)(v->first / TILE_GROUP + block) * 2 * (size_t)t.c;
    (v->back ? kern->strided_back_output : kern->strided_output)(&t, planes, &to);
}

static void next_chunk(struct strided *v, int first)
{
    v->first = first;
    v->count = least(v->tiles - first, v->step);
}

static void convolve(struct strided *v)
{
    struct workers *w = v->g->workers;
    int parts = divide_up(v->right.tiles.c, COLUMN_PART);
    workers_run(w, divide_up(v->left.tiles.c, FILTER_ROWS), filter_block, v);
    for (int first = 0; first < v->tiles; first += v->step) {
        next_chunk(v, first);
        workers_run(w, divide_up(v->count, TILE_GROUP), input_block, v);
        workers_run(w, STRIDED_POINTS * parts, product_block, v);
        workers_run(w, divide_up(v->count, TILE_GROUP), output_block, v);
    }
}

static void run_pass(struct graph *g, const struct op *op, struct strided v)
{
    v.w = graph_weights(g, op->weight);
    v.left.from = v.back ? graph_gradient_source(g, op->out) : graph_source(g, op->in);
    v.to = v.back ? conv_gradient_finish(g, op) : conv_output_finish(g, op);
    convolve(&v);
}

static void strided_forward(struct graph *g, const struct op *op)
{
    run_pass(g, op, describe_forward(g, op, g->n));
}

static void strided_data_gradient(struct graph *g, const struct op *op)
{
    run_pass(g, op, describe_data_gradient(g, op, g->n));
}

static void both_inputs_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    input_of(v, &v->left, block);
    input_of(v, &v->right, block);
}

/* du of one filter (+)= v^T z of its points, for some columns. The last filter has most points, so
 * it comes first. */
static void sum_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    const struct winograd_planes *l = &v->left.tiles.planes, *r = &v->right.tiles.planes;
    struct winograd_planes u = winograd_rows(v->c, v->k);
    int parts = divide_up(v->k, COLUMN_PART), column = block % parts * COLUMN_PART;
    int filter = STRIDED_FILTERS - 1 - block / parts;
    bool add = v->first > 0;
    for (size_t point = 0; point < STRIDED_POINTS; point++) {
        if (strided_filter_of((int)point) != filter)
            continue;
        v->g->kern->gemm_block(
            &(struct gemm_block){.m = v->c,
                                 .n = least(v->k - column, COLUMN_PART),
                                 .k = v->count,
                                 .a = v->left.planes + point * l->plane,
                                 .lda = l->row_step,
                                 .transposed = true,
                                 .b = v->right.planes + point * r->plane +
                                      (size_t)(column / GEMM_BLOCK_COLUMNS) * r->panel,
                                 .panel = r->panel,
                                 .c = v->u + (size_t)filter * u.plane + column,
                                 .ldc = u.row_step,
                                 .add = add});
        add = true;
    }
}

static void gather_block(void *context, int block, int worker)
{
    (void)worker;
    const struct strided *v = context;
    struct winograd_planes u = winograd_rows(v->c, v->k);
    int row = block * FILTER_ROWS;
    struct winograd_part part = {row, least(v->c - row, FILTER_ROWS), 0, v->k};
    winograd_filter_gradient(v->g->kern->strided_gather, v->u + (size_t)row * u.row_step, &u, v->c,
                             v->k, &part, v->dw);
}

static void strided_weight_gradient(struct graph *g, const struct op *op)
{
    struct strided v = describe_weight_gradient(g, op, g->n);
    v.left.from = graph_source(g, op->in);
    v.right.from = graph_gradient_source(g, op->out);
    v.dw = graph_weight_gradient(g, op->weight);
    for (int first = 0; first < v.tiles; first += v.step) {
        next_chunk(&v, first);
        workers_run(g->workers, divide_up(v.count, TILE_GROUP), both_inputs_block, &v);
        workers_run(g->workers, STRIDED_FILTERS * divide_up(v.k, COLUMN_PART), sum_block, &v);
    }
    workers_run(g->workers, divide_up(v.c, FILTER_ROWS), gather_block, &v);
}

static int strided_sum_blocks(const struct graph *g, const struct op *op, bool turned, int n)
{
    (void)turned;
    return divide_up(describe_forward(g, op, n).tiles, TILE_GROUP);
}

static bool strided_serves(const struct graph *g, const struct op *op)
{
    return op->kernel == 3 && op->stride == 2 && op->pad == 1 &&
           g->acts[op->in].c % WINOGRAD_CHANNELS == 0 &&
           g->acts[op->out].c % WINOGRAD_CHANNELS == 0;
}

static double strided_products(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in];
    return (double)strided_tiles_of_image(in->h, in->w) * (double)STRIDED_POINTS * in->c;
}

/* A tile costs 81 multiplications, however few of its 16 outputs lie in the image, where the
 * general way takes 9 for each. It saves 63 at most for a pair of channels, whose filter of 9
 * floats has first to become 36 in memory: tiles must be many. */
static bool strided_pays(const struct graph *g, const struct op *op)
{
    return strided_products(g, op) < conv_gemm.products(g, op) &&
           describe_forward(g, op, conv_batch(g)).tiles >= LEAST_TILES;
}

/* The planes of the right side come last. */
static void need_scratch(struct graph *g, const struct strided *v)
{
    size_t before = (size_t)(v->right.planes - v->u);
    graph_need_scratch(g, before + side_floats(&v->right), 0);
}

static void strided_plan(struct graph *g, const struct op *op)
{
    struct strided v = describe_forward(g, op, g->batch);
    need_scratch(g, &v);
}

static void strided_plan_backward(struct graph *g, const struct op *op)
{
    struct strided v = describe_data_gradient(g, op, g->batch);
    need_scratch(g, &v);
    v = describe_weight_gradient(g, op, g->batch);
    need_scratch(g, &v);
}

const struct conv_algorithm conv_strided = {
    .name = "winograd-strided",
    .serves = strided_serves,
    .pays = strided_pays,
    .products = strided_products,
    .fuses = strided_serves,
    .plan = strided_plan,
    .plan_backward = strided_plan_backward,
    .sum_blocks = strided_sum_blocks,
    .forward = strided_forward,
    .weight_gradient = strided_weight_gradient,
    .data_gradient = strided_data_gradient,
};
