/* Winograd convolution: forward, and the data gradient, which is the same pass over dy with turned
 * filters.
 *
 * Many tiles (fused): the filters are transformed once, then a block of tiles goes through
 * transform, 36 products and transform back in planes of one worker, whose second-level cache they
 * never leave; filters stream past.
 * Few tiles or wide filters (panels): a chunk of tiles is transformed for all workers; then a block
 * of work is a panel of 32 output channels for some tiles of the chunk. Its filters are transformed
 * there, a few rows at a time, unless many blocks would repeat that: then once, before.
 * Blocks of outputs follow from shapes alone and every element is one chain of additions, so that
 * bits do not depend on the workers; only how many blocks a chunk has does. */
#include "conv_winograd.h"
#include "kern/gemm_block.h"

enum {
    FUSED = 256 * 256, /* most c*k: filters of 9 MB, read from the last cache by every block */
    FUSED_TILES = 14,  /* of one worker, whose planes nobody else touches; a block of the product */
    FUSED_BLOCKS = 16, /* fewer blocks would leave workers idle */
    PANEL_TILES = 64,  /* 0.3 MB of outputs beside as much of filters */
    PANEL = WINOGRAD_CHANNELS,
    REPEATS_MAX = 2, /* transforms of the same filters in one pass */
    BLOCKS_PER_WORKER = 8
};

struct pass {
    const struct graph *g;
    int c, k; /* channels of the layer's input and output */
    bool turned, fused, stored;
    int tiles; /* of the batch */
    int step;  /* tiles of a block */
    int parts; /* blocks of tiles in a chunk */
    struct winograd_side left, right;
    const float *w;
    float *u, *v; /* planes of the filters, when stored; of the chunk */
    struct fused_finish to;
    int first; /* tile of the chunk at work */
};

static int depth(const struct pass *p)
{
    return p->left.tiles.c;
}

static int columns(const struct pass *p)
{
    return p->right.tiles.c;
}

static struct winograd_planes filter_planes(const struct pass *p)
{
    return winograd_panels(depth(p), columns(p));
}

static struct pass describe(const struct graph *g, const struct op *op, bool turned, int n)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    struct pass p = {.g = g, .c = in->c, .k = out->c, .turned = turned};
    int most = winograd_tiles_of(g, op, g->batch); /* as planned, however few there are now */
    p.tiles = winograd_tiles_of(g, op, n);
    p.fused = p.c * p.k <= FUSED && most >= FUSED_TILES * FUSED_BLOCKS;
    p.step = least(p.fused ? FUSED_TILES : PANEL_TILES, most);
    int blocks = divide_up(most, p.step), panels = divide_up(turned ? p.c : p.k, PANEL);
    p.parts = p.fused
                  ? 1
                  : least(blocks, divide_up(workers_count(g->workers) * BLOCKS_PER_WORKER, panels));
    p.stored = p.fused || blocks > REPEATS_MAX;
    p.left = winograd_side(turned ? out : in, p.step * p.parts, false);
    p.right = winograd_side(turned ? in : out, p.step, false);
    if (!p.fused) {
        p.left.tiles.planes = winograd_deep_panels(p.step * p.parts, p.left.tiles.c);
        p.right.tiles.channels = PANEL;
        p.right.tiles.planes = winograd_rows(p.step, PANEL);
    }
    p.u = g->shared_scratch;
    p.v = p.u + (p.stored ? plane_floats(filter_planes(&p)) : 0);
    return p;
}

void conv_winograd_pass_plan(struct graph *g, const struct op *op, bool turned)
{
    struct pass p = describe(g, op, turned, g->batch);
    size_t left = plane_floats(p.left.tiles.planes), right = plane_floats(p.right.tiles.planes);
    size_t stored = p.stored ? plane_floats(filter_planes(&p)) : 0;
    size_t own = p.stored ? 0 : plane_floats(winograd_panels(WINOGRAD_DEPTH, PANEL));
    graph_need_scratch(g, stored + (p.fused ? 0 : left), right + own + (p.fused ? left : 0));
}

int conv_winograd_pass_blocks(const struct graph *g, const struct op *op, bool turned, int n)
{
    struct pass p = describe(g, op, turned, n);
    return divide_up(p.tiles, p.step);
}

static void transform_filters(const struct pass *p, const struct winograd_part *part,
                              const struct winograd_planes *planes, float *u)
{
    (p->turned ? winograd_filters_turned : winograd_filters)(p->g->kern->winograd_filter, p->w,
                                                             p->c, p->k, part, planes, u);
}

static void filter_block(void *context, int block, int worker)
{
    (void)worker;
    const struct pass *p = context;
    struct winograd_planes planes = filter_planes(p);
    int row = block * WINOGRAD_FILTER_ROWS;
    struct winograd_part part = {row, least(depth(p) - row, WINOGRAD_FILTER_ROWS), 0, columns(p)};
    transform_filters(p, &part, &planes, p->u + (size_t)row * planes.row_step);
}

/* right (+)= left u at every point; left and u begin with the product's first row and column. */
struct product {
    int rows, wide, deep;
    const float *left, *u;
    const struct winograd_planes *u_planes;
    bool add;
    float *right;
};

static void multiply(const struct pass *p, const struct product *m)
{
    const struct winograd_planes *l = &p->left.tiles.planes, *r = &p->right.tiles.planes;
    for (size_t point = 0; point < WINOGRAD_POINTS; point++)
        p->g->kern->gemm_block(&(struct gemm_block){.m = m->rows,
                                                    .n = m->wide,
                                                    .k = m->deep,
                                                    .a = m->left + point * l->plane,
                                                    .lda = l->row_step,
                                                    .b = m->u + point * m->u_planes->plane,
                                                    .panel = m->u_planes->panel,
                                                    .c = m->right + point * r->plane,
                                                    .ldc = r->row_step,
                                                    .add = m->add});
}

static void finish(const struct pass *p, int block, struct winograd_tiles t, const float *planes)
{
    struct fused_finish to = p->to;
    if (to.sums)
        to.sums += (size_t)block * 2 * (size_t)columns(p);
    p->g->kern->winograd_output(&t, planes, &to);
}

static void fused_block(void *context, int block, int worker)
{
    const struct pass *p = context;
    int first = block * p->step, count = least(p->tiles - first, p->step);
    float *left = graph_worker_scratch(p->g, worker);
    float *right = left + plane_floats(p->left.tiles.planes);
    struct winograd_tiles in = winograd_some(&p->left, first, count);
    struct winograd_planes planes = filter_planes(p);
    p->g->kern->winograd_input(&in, &p->left.from, left);
    multiply(p, &(struct product){count, columns(p), depth(p), left, p->u, &planes, false, right});
    finish(p, block, winograd_some(&p->right, first, count), right);
}

static void input_block(void *context, int block, int worker)
{
    (void)worker;
    const struct pass *p = context;
    int at = block * WINOGRAD_GROUP, first = p->first + at;
    struct winograd_tiles t =
        winograd_some(&p->left, first, least(p->tiles - first, WINOGRAD_GROUP));
    p->g->kern->winograd_input(&t, &p->left.from, p->v + (size_t)at * t.planes.row_step);
}

/* Some rows of a panel of filters, made in `own` unless they are stored. */
static const float *panel_filters(const struct pass *p, const struct winograd_part *part,
                                  struct winograd_planes *planes, float *own)
{
    *planes = p->stored ? filter_planes(p) : winograd_panels(WINOGRAD_DEPTH, PANEL);
    if (p->stored)
        return p->u + (size_t)part->row * planes->row_step +
               (size_t)(part->column / PANEL) * planes->panel;
    transform_filters(p, part, planes, own);
    return own;
}

static void panel_block(void *context, int block, int worker)
{
    const struct pass *p = context;
    const struct winograd_planes *l = &p->left.tiles.planes;
    int panels = columns(p) / PANEL, panel = block % panels, at = block / panels * p->step;
    int first = p->first + at, count = least(p->tiles - first, p->step);
    float *right = graph_worker_scratch(p->g, worker);
    float *own = right + plane_floats(p->right.tiles.planes);
    for (int row = 0; row < depth(p); row += WINOGRAD_DEPTH) {
        struct winograd_part part = {row, least(depth(p) - row, WINOGRAD_DEPTH), panel * PANEL,
                                     PANEL};
        struct winograd_planes planes;
        const float *u = panel_filters(p, &part, &planes, own);
        const float *left =
            p->v + (size_t)at * l->row_step + (size_t)(row / WINOGRAD_DEPTH) * l->panel;
        multiply(p, &(struct product){count, PANEL, part.rows, left, u, &planes, row > 0, right});
    }
    struct winograd_tiles out = winograd_some(&p->right, first, count);
    out.channel = panel * PANEL;
    finish(p, first / p->step, out, right);
}

static void run(struct pass *p)
{
    struct workers *w = p->g->workers;
    if (p->stored)
        workers_run(w, divide_up(depth(p), WINOGRAD_FILTER_ROWS), filter_block, p);
    if (p->fused)
        workers_run(w, divide_up(p->tiles, p->step), fused_block, p);
    for (int chunk = p->step * p->parts; !p->fused && p->first < p->tiles; p->first += chunk) {
        int count = least(p->tiles - p->first, chunk);
        workers_run(w, divide_up(count, WINOGRAD_GROUP), input_block, p);
        workers_run(w, divide_up(count, p->step) * (columns(p) / PANEL), panel_block, p);
    }
}

static struct pass begin(struct graph *g, const struct op *op, bool turned)
{
    struct pass p = describe(g, op, turned, g->n);
    p.w = graph_weights(g, op->weight);
    p.left.from = turned ? graph_gradient_source(g, op->out) : graph_source(g, op->in);
    p.to = turned ? conv_gradient_finish(g, op) : conv_output_finish(g, op);
    return p;
}

void conv_winograd_pass_forward(struct graph *g, const struct op *op)
{
    struct pass p = begin(g, op, false);
    run(&p);
}

void conv_winograd_pass_data_gradient(struct graph *g, const struct op *op)
{
    struct pass p = begin(g, op, true);
    run(&p);
}
