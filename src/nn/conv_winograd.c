/* Convolution 3x3, stride 1, by Winograd's F(4x4,3x3): a quarter of the multiplications.
 *
 * Steps of a pass: transform the filters; transform tiles of the input; 36 products, one per point;
 * transform back. Few channels: a block of tiles goes through all steps while its planes and the
 * filters stay in the second-level cache (fused). Many channels: the steps run one after the other
 * over a chunk of tiles, products shared out by point, so that filters are read once per chunk.
 * The data gradient is the same pass over dy with turned filters. The weight gradient sums in the
 * transformed domain: fused, a fixed number of partial sums over blocks, added in order; otherwise
 * one sum per point over the chunks in order. The transformed input is recomputed, never kept.
 * Blocks follow from shapes alone, and every element of a product is one chain of additions, so
 * that bits do not depend on the workers. */
#include "conv.h"
#include "kern/gemm_block.h"
#include "kern/winograd.h"

enum {
    FUSED_FLOATS = WINOGRAD_POINTS * 64 * 64, /* filters up to 0.6 MB leave room for a block */
    FUSED_TILES = 28,                         /* two full register blocks of rows */
    CHUNK_TILES = 256,                        /* a multiple of TILE_GROUP */
    LEAST_TILES = 32, /* fewer do not pay for the transform of the filters */
    TILE_GROUP = 8,   /* tiles transformed as one block of work */
    FILTER_ROWS = 16, /* filter channels transformed as one block of work */
    COLUMN_PART = 256,
    PARTIALS = 16
};

/* One side of a pass: an activation or its gradient, and its planes. */
struct side {
    struct winograd_tiles tiles;
    const float *from; /* [n,h,w,c] */
    float *planes;
};

struct winograd {
    const struct graph *g;
    int c, k;  /* channels of the layer's input and output */
    int tiles; /* of the batch */
    int step;  /* tiles of a fused block or of a chunk */
    bool fused;
    const float *w;
    float *u;                /* planes of the filters, or of their gradient (partials in a row) */
    size_t u_floats;         /* of all 36 planes */
    struct side left, right; /* convolution: left in, right out; weight gradient: x and dy */
    bool turned, add;
    float *y, *dw;
    double *sums;     /* [blocks][2][k] of y; NULL: nobody asks */
    int first, count; /* the chunk at work */
    int partials;
};

static int divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static struct winograd describe(const struct graph *g, const struct op *op, int n)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    struct winograd v = {.g = g, .c = in->c, .k = out->c};
    v.tiles = n * winograd_tiles_of_image(in->h, in->w);
    v.fused = (size_t)WINOGRAD_POINTS * (size_t)v.c * (size_t)v.k <= FUSED_FLOATS;
    v.step = least(v.fused ? FUSED_TILES : CHUNK_TILES, v.tiles);
    v.partials = v.fused ? least(PARTIALS, divide_up(v.tiles, v.step)) : 1;
    return v;
}

static struct side make_side(const struct winograd *v, const struct act *a, bool panels)
{
    struct side s = {.tiles = {.h = a->h, .w = a->w, .c = a->c}};
    s.tiles.planes = panels ? winograd_panels(v->step, a->c) : winograd_rows(v->step, a->c);
    return s;
}

static size_t plane_floats(struct winograd_planes p)
{
    return WINOGRAD_POINTS * p.plane;
}

/* Some tiles of a side, whose planes begin with tile `origin`. */
static struct winograd_tiles part_of(const struct side *s, int origin, int first, int count,
                                     size_t *at)
{
    struct winograd_tiles t = s->tiles;
    t.first = (size_t)first;
    t.count = count;
    *at = (size_t)(first - origin) * t.planes.row_step;
    return t;
}

static void filter_block(void *context, int block, int worker)
{
    (void)worker;
    const struct winograd *v = context;
    int rows = v->turned ? v->k : v->c, first = block * FILTER_ROWS;
    int count = least(rows - first, FILTER_ROWS);
    (v->turned ? winograd_filters_turned : winograd_filters)(v->g->kern, v->w, v->c, v->k, first,
                                                             count, v->u);
}

/* m = v u at one point, for the first `rows` tiles of the planes and some columns. */
static void multiply(const struct winograd *v, int point, int rows, int column, int columns,
                     const float *left, float *right)
{
    const struct winograd_planes *l = &v->left.tiles.planes, *r = &v->right.tiles.planes;
    int depth = v->left.tiles.c;
    struct winograd_planes u = winograd_panels(depth, v->right.tiles.c);
    v->g->kern->gemm_block(&(struct gemm_block){.m = rows,
                                                .n = columns,
                                                .k = depth,
                                                .a = left + (size_t)point * l->plane,
                                                .lda = l->row_step,
                                                .b = v->u + (size_t)point * u.plane +
                                                     (size_t)column / GEMM_BLOCK_COLUMNS * u.panel,
                                                .panel = u.panel,
                                                .c = right + (size_t)point * r->plane + column,
                                                .ldc = r->row_step});
}

static double *sums_of(const struct winograd *v, int block)
{
    return v->sums ? v->sums + (size_t)block * 2 * (size_t)v->k : NULL;
}

static void fused_block(void *context, int block, int worker)
{
    const struct winograd *v = context;
    const struct kern *kern = v->g->kern;
    size_t at;
    int first = block * v->step, count = least(v->tiles - first, v->step);
    float *left = graph_worker_scratch(v->g, worker);
    float *right = left + plane_floats(v->left.tiles.planes);
    struct winograd_tiles in = part_of(&v->left, first, first, count, &at);
    struct winograd_tiles out = part_of(&v->right, first, first, count, &at);
    kern->winograd_input(&in, v->left.from, left);
    for (int point = 0; point < WINOGRAD_POINTS; point++)
        multiply(v, point, count, 0, v->right.tiles.c, left, right);
    kern->winograd_output(&out, right, v->add, v->y, sums_of(v, block));
}

/* The tiles of a block of work within the chunk. */
static struct winograd_tiles group_of(const struct winograd *v, const struct side *s, int block,
                                      size_t *at)
{
    int first = v->first + block * TILE_GROUP;
    int count = least(v->first + v->count - first, TILE_GROUP);
    return part_of(s, v->first, first, count, at);
}

static void input_block(void *context, int block, int worker)
{
    (void)worker;
    const struct winograd *v = context;
    size_t at;
    struct winograd_tiles t = group_of(v, &v->left, block, &at);
    v->g->kern->winograd_input(&t, v->left.from, v->left.planes + at);
}

static void product_block(void *context, int block, int worker)
{
    (void)worker;
    const struct winograd *v = context;
    int columns = v->right.tiles.c, parts = divide_up(columns, COLUMN_PART);
    int column = block % parts * COLUMN_PART;
    multiply(v, block / parts, v->count, column, least(columns - column, COLUMN_PART),
             v->left.planes, v->right.planes);
}

static void output_block(void *context, int block, int worker)
{
    (void)worker;
    const struct winograd *v = context;
    size_t at;
    struct winograd_tiles t = group_of(v, &v->right, block, &at);
    v->g->kern->winograd_output(&t, v->right.planes + at, v->add, v->y,
                                sums_of(v, v->first / TILE_GROUP + block));
}

static void next_chunk(struct winograd *v, int first)
{
    v->first = first;
    v->count = least(v->tiles - first, v->step);
}

static void convolve(struct winograd *v)
{
    struct workers *w = v->g->workers;
    int parts = divide_up(v->right.tiles.c, COLUMN_PART);
    workers_run(w, divide_up(v->turned ? v->k : v->c, FILTER_ROWS), filter_block, v);
    if (v->fused) {
        workers_run(w, divide_up(v->tiles, v->step), fused_block, v);
        return;
    }
    for (int first = 0; first < v->tiles; first += v->step) {
        next_chunk(v, first);
        workers_run(w, divide_up(v->count, TILE_GROUP), input_block, v);
        workers_run(w, WINOGRAD_POINTS * parts, product_block, v);
        workers_run(w, divide_up(v->count, TILE_GROUP), output_block, v);
    }
}

/* Planes of the filters, then those of both sides: in the shared scratch, or each worker's own. */
static void lay_out(struct winograd *v, size_t u_floats)
{
    v->u = v->g->shared_scratch;
    v->u_floats = u_floats;
    v->left.planes = v->u + (size_t)v->partials * u_floats;
    v->right.planes = v->left.planes + plane_floats(v->left.tiles.planes);
}

static void need_scratch(struct graph *g, const struct winograd *v, int copies, size_t u_floats)
{
    size_t sides = plane_floats(v->left.tiles.planes) + plane_floats(v->right.tiles.planes);
    size_t filters = (size_t)copies * u_floats;
    graph_need_scratch(g, filters + (v->fused ? 0 : sides), v->fused ? sides : 0);
}

static struct winograd describe_forward(const struct graph *g, const struct op *op, int n)
{
    struct winograd v = describe(g, op, n);
    v.left = make_side(&v, &g->acts[op->in], false);
    v.right = make_side(&v, &g->acts[op->out], false);
    v.partials = 1;
    lay_out(&v, plane_floats(winograd_panels(v.c, v.k)));
    return v;
}

static struct winograd describe_data_gradient(const struct graph *g, const struct op *op, int n)
{
    struct winograd v = describe(g, op, n);
    v.left = make_side(&v, &g->acts[op->out], false);
    v.right = make_side(&v, &g->acts[op->in], false);
    v.turned = true;
    v.add = op->accumulate;
    v.partials = 1;
    lay_out(&v, plane_floats(winograd_panels(v.k, v.c)));
    return v;
}

static struct winograd describe_weight_gradient(const struct graph *g, const struct op *op, int n)
{
    struct winograd v = describe(g, op, n);
    v.left = make_side(&v, &g->acts[op->in], false);
    v.right = make_side(&v, &g->acts[op->out], true);
    lay_out(&v, plane_floats(winograd_rows(v.c, v.k)));
    return v;
}

static void winograd_forward(struct graph *g, const struct op *op)
{
    struct winograd v = describe_forward(g, op, g->n);
    v.w = graph_weights(g, op->weight);
    v.left.from = graph_value(g, op->in);
    v.y = graph_output(g, op->out);
    v.sums = g->acts[op->out].sum_blocks ? graph_sums(g, op->out) : NULL;
    convolve(&v);
}

static void winograd_data_gradient(struct graph *g, const struct op *op)
{
    struct winograd v = describe_data_gradient(g, op, g->n);
    v.w = graph_weights(g, op->weight);
    v.left.from = graph_gradient(g, op->out);
    v.y = graph_gradient(g, op->in);
    convolve(&v);
}

/* du (+)= v^T z at one point over `tiles` rows of the planes, for some of its columns. */
static void accumulate(const struct winograd *v, int point, int tiles, int column, int columns,
                       const float *left, const float *right, bool add, float *du)
{
    const struct winograd_planes *l = &v->left.tiles.planes, *r = &v->right.tiles.planes;
    struct winograd_planes u = winograd_rows(v->c, v->k);
    v->g->kern->gemm_block(&(struct gemm_block){.m = v->c,
                                                .n = columns,
                                                .k = tiles,
                                                .a = left + (size_t)point * l->plane,
                                                .lda = l->row_step,
                                                .transposed = true,
                                                .b = right + (size_t)point * r->plane +
                                                     (size_t)column / GEMM_BLOCK_COLUMNS * r->panel,
                                                .panel = r->panel,
                                                .c = du + (size_t)point * u.plane + column,
                                                .ldc = u.row_step,
                                                .add = add});
}

/* One partial sum: its share of the blocks of tiles. */
static void partial_block(void *context, int block, int worker)
{
    const struct winograd *v = context;
    const struct kern *kern = v->g->kern;
    float *left = graph_worker_scratch(v->g, worker);
    float *right = left + plane_floats(v->left.tiles.planes);
    float *du = v->u + (size_t)block * v->u_floats;
    int blocks = divide_up(v->tiles, v->step);
    int begin = (int)((int64_t)block * blocks / v->partials) * v->step;
    int end = least((int)((int64_t)(block + 1) * blocks / v->partials) * v->step, v->tiles);
    for (int first = begin; first < end; first += v->step) {
        size_t at;
        int count = least(end - first, v->step);
        struct winograd_tiles x = part_of(&v->left, first, first, count, &at);
        struct winograd_tiles dy = part_of(&v->right, first, first, count, &at);
        kern->winograd_input(&x, v->left.from, left);
        kern->winograd_spread(&dy, v->right.from, right);
        for (int point = 0; point < WINOGRAD_POINTS; point++)
            accumulate(v, point, count, 0, v->k, left, right, first > begin, du);
    }
}

static void both_inputs_block(void *context, int block, int worker)
{
    input_block(context, block, worker);
    const struct winograd *v = context;
    size_t at;
    struct winograd_tiles t = group_of(v, &v->right, block, &at);
    v->g->kern->winograd_spread(&t, v->right.from, v->right.planes + at);
}

static void point_block(void *context, int block, int worker)
{
    (void)worker;
    const struct winograd *v = context;
    int parts = divide_up(v->k, COLUMN_PART), column = block % parts * COLUMN_PART;
    accumulate(v, block / parts, v->count, column, least(v->k - column, COLUMN_PART),
               v->left.planes, v->right.planes, v->first > 0, v->u);
}

/* Some input channels of dw: adds up the partial sums in order, then transforms back. */
static void gather_block(void *context, int block, int worker)
{
    (void)worker;
    const struct winograd *v = context;
    const struct kern *kern = v->g->kern;
    struct winograd_planes u = winograd_rows(v->c, v->k);
    int first = block * FILTER_ROWS, count = least(v->c - first, FILTER_ROWS);
    for (int part = 1; part < v->partials; part++)
        for (size_t point = 0; point < WINOGRAD_POINTS; point++) {
            float *sum = v->u + point * u.plane + (size_t)first * u.row_step;
            kern->add(sum, sum + (size_t)part * v->u_floats, (size_t)count * (size_t)v->k);
        }
    winograd_filter_gradient(kern, v->u, v->c, v->k, first, count, v->dw);
}

static void winograd_weight_gradient(struct graph *g, const struct op *op)
{
    struct winograd v = describe_weight_gradient(g, op, g->n);
    v.left.from = graph_value(g, op->in);
    v.right.from = graph_gradient(g, op->out);
    v.dw = graph_weight_gradient(g, op->weight);
    if (v.fused)
        workers_run(g->workers, v.partials, partial_block, &v);
    for (int first = 0; !v.fused && first < v.tiles; first += v.step) {
        next_chunk(&v, first);
        workers_run(g->workers, divide_up(v.count, TILE_GROUP), both_inputs_block, &v);
        workers_run(g->workers, WINOGRAD_POINTS * divide_up(v.k, COLUMN_PART), point_block, &v);
    }
    workers_run(g->workers, divide_up(v.c, FILTER_ROWS), gather_block, &v);
}

static int winograd_sum_blocks(const struct graph *g, const struct op *op, int n)
{
    struct winograd v = describe(g, op, n);
    return divide_up(v.tiles, v.fused ? v.step : TILE_GROUP);
}

static bool winograd_serves(const struct graph *g, const struct op *op)
{
    return op->kernel == 3 && op->stride == 1 && op->pad == 1 &&
           g->acts[op->in].c % WINOGRAD_CHANNELS == 0 &&
           g->acts[op->out].c % WINOGRAD_CHANNELS == 0;
}

static bool winograd_pays(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in];
    return (int64_t)g->batch * winograd_tiles_of_image(in->h, in->w) >= LEAST_TILES;
}

static void winograd_plan(struct graph *g, const struct op *op)
{
    struct winograd v = describe_forward(g, op, g->batch);
    need_scratch(g, &v, 1, v.u_floats);
}

static void winograd_plan_backward(struct graph *g, const struct op *op)
{
    struct winograd v = describe_data_gradient(g, op, g->batch);
    need_scratch(g, &v, 1, v.u_floats);
    v = describe_weight_gradient(g, op, g->batch);
    need_scratch(g, &v, v.partials, v.u_floats);
}

const struct conv_algorithm conv_winograd = {
    .name = "winograd",
    .serves = winograd_serves,
    .pays = winograd_pays,
    .plan = winograd_plan,
    .plan_backward = winograd_plan_backward,
    .sum_blocks = winograd_sum_blocks,
    .forward = winograd_forward,
    .weight_gradient = winograd_weight_gradient,
    .data_gradient = winograd_data_gradient,
};
