/* Winograd convolution: the weight gradient, summed in the transformed domain over the tiles of
 * the batch, dU = V^T Z at every point, and transformed back once.
 *
 * Few channels (fused): a fixed number of partial sums over blocks of tiles, V and Z of a block in
 * the second-level cache; the partial sums are added in order. Few tiles (squares): V and Z of the
 * whole batch are made first; then a block of work is a square of dU, which never leaves the cache.
 * Otherwise (points): chunks of tiles one after the other, a block of work is one point of dU.
 * Blocks and the order of sums follow from shapes alone. V is recomputed, never kept. */
#include "conv_winograd.h"
#include "kern/gemm_block.h"

enum {
    FUSED = 64 * 64, /* most c*k: a partial sum of 0.6 MB leaves room for a block of tiles */
    FUSED_TILES = 14,
    PARTIALS = 16,
    SQUARE_TILES = 128, /* most tiles for squares */
    SQUARE = 64,        /* channels of a square's side: 0.6 MB */
    CHUNK_TILES = 128,
    COLUMN_PART = 256
};

struct weights {
    const struct graph *g;
    int c, k, tiles;
    bool fused, squares;
    int step; /* tiles of a fused block or of a chunk */
    int partials;
    struct winograd_side x, dy;
    struct winograd_planes du_planes;
    float *du, *v, *z;
    size_t du_floats;
    float *dw;
    int first, count; /* the chunk at work */
};

static struct weights describe(const struct graph *g, const struct op *op, int n)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    struct weights p = {.g = g, .c = in->c, .k = out->c, .tiles = winograd_tiles_of(g, op, n)};
    int most = winograd_tiles_of(g, op, g->batch); /* as planned, however few there are now */
    p.fused = p.c * p.k <= FUSED;
    p.squares = !p.fused && most <= SQUARE_TILES;
    p.step = least(p.fused ? FUSED_TILES : p.squares ? SQUARE_TILES : CHUNK_TILES, most);
    p.partials = p.fused ? least(PARTIALS, divide_up(p.tiles, p.step)) : 1;
    p.x = winograd_side(in, p.step, false);
    p.dy = winograd_side(out, p.step, true);
    p.du_planes = p.squares ? winograd_rows(SQUARE, SQUARE) : winograd_rows(p.c, p.k);
    p.du_floats = plane_floats(p.du_planes);
    p.du = g->shared_scratch;
    p.v = p.du + (p.squares ? 0 : (size_t)p.partials * p.du_floats);
    p.z = p.v + plane_floats(p.x.tiles.planes);
    return p;
}

void conv_winograd_weights_plan(struct graph *g, const struct op *op)
{
    struct weights p = describe(g, op, g->batch);
    size_t sides = plane_floats(p.x.tiles.planes) + plane_floats(p.dy.tiles.planes);
    if (p.fused)
        graph_need_scratch(g, (size_t)p.partials * p.du_floats, sides);
    else if (p.squares)
        graph_need_scratch(g, sides, p.du_floats);
    else
        graph_need_scratch(g, p.du_floats + sides, 0);
}

/* A part of V^T Z: input channels from `row` on, output channels from `column` on. */
struct product {
    int row, rows, column, columns, tiles;
    const float *v, *z;
    bool add;
    float *du; /* at the part's first element */
};

static void accumulate(const struct weights *p, size_t point, const struct product *m)
{
    const struct winograd_planes *l = &p->x.tiles.planes, *r = &p->dy.tiles.planes;
    p->g->kern->gemm_block(&(struct gemm_block){
        .m = m->rows,
        .n = m->columns,
        .k = m->tiles,
        .a = m->v + point * l->plane + m->row,
        .lda = l->row_step,
        .transposed = true,
        .b = m->z + point * r->plane + (size_t)m->column / GEMM_BLOCK_COLUMNS * r->panel,
        .panel = r->panel,
        .c = m->du + point * p->du_planes.plane,
        .ldc = p->du_planes.row_step,
        .add = m->add});
}

static void transform(const struct weights *p, int first, int count, float *v, float *z)
{
    struct winograd_tiles x = winograd_some(&p->x, first, count);
    struct winograd_tiles dy = winograd_some(&p->dy, first, count);
    p->g->kern->winograd_input(&x, &p->x.from, v);
    p->g->kern->winograd_spread(&dy, &p->dy.from, z);
}

/* One partial sum: its share of the blocks of tiles. */
static void partial_block(void *context, int block, int worker)
{
    const struct weights *p = context;
    float *v = graph_worker_scratch(p->g, worker), *z = v + plane_floats(p->x.tiles.planes);
    int blocks = divide_up(p->tiles, p->step);
    int begin = (int)((int64_t)block * blocks / p->partials) * p->step;
    int end = least((int)((int64_t)(block + 1) * blocks / p->partials) * p->step, p->tiles);
    for (int first = begin; first < end; first += p->step) {
        int count = least(end - first, p->step);
        transform(p, first, count, v, z);
        struct product m = {
            0, p->c, 0, p->k, count, v, z, first > begin, p->du + (size_t)block * p->du_floats};
        for (size_t point = 0; point < WINOGRAD_POINTS; point++)
            accumulate(p, point, &m);
    }
}

static void transform_block(void *context, int block, int worker)
{
    (void)worker;
    const struct weights *p = context;
    int at = block * WINOGRAD_GROUP, count = least(p->count - at, WINOGRAD_GROUP);
    transform(p, p->first + at, count, p->v + (size_t)at * p->x.tiles.planes.row_step,
              p->z + (size_t)at * p->dy.tiles.planes.row_step);
}

static void point_block(void *context, int block, int worker)
{
    (void)worker;
    const struct weights *p = context;
    int parts = divide_up(p->k, COLUMN_PART), column = block % parts * COLUMN_PART;
    struct product m = {
        0,    p->c,         column,        least(p->k - column, COLUMN_PART), p->count, p->v,
        p->z, p->first > 0, p->du + column};
    accumulate(p, (size_t)(block / parts), &m);
}

static void square_block(void *context, int block, int worker)
{
    const struct weights *p = context;
    int across = divide_up(p->k, SQUARE);
    int row = block / across * SQUARE, column = block % across * SQUARE;
    struct winograd_part part = {row, least(p->c - row, SQUARE), column,
                                 least(p->k - column, SQUARE)};
    float *du = graph_worker_scratch(p->g, worker);
    struct product m = {row, part.rows, column, part.columns, p->count, p->v, p->z, false, du};
    for (size_t point = 0; point < WINOGRAD_POINTS; point++)
        accumulate(p, point, &m);
    winograd_filter_gradient(p->g->kern->winograd_gather, du, &p->du_planes, p->c, p->k, &part,
                             p->dw);
}

/* Some input channels of dw: adds up the partial sums in order, then transforms back. */
static void gather_block(void *context, int block, int worker)
{
    (void)worker;
    const struct weights *p = context;
    const struct kern *kern = p->g->kern;
    int first = block * WINOGRAD_FILTER_ROWS, count = least(p->c - first, WINOGRAD_FILTER_ROWS);
    float *du = p->du + (size_t)first * p->du_planes.row_step;
    for (int part = 1; part < p->partials; part++)
        for (size_t point = 0; point < WINOGRAD_POINTS; point++) {
            float *sum = du + point * p->du_planes.plane;
            kern->add(sum, sum + (size_t)part * p->du_floats, (size_t)count * (size_t)p->k);
        }
    struct winograd_part part = {first, count, 0, p->k};
    winograd_filter_gradient(kern->winograd_gather, du, &p->du_planes, p->c, p->k, &part, p->dw);
}

static void run_chunks(struct weights *p)
{
    struct workers *w = p->g->workers;
    int squares = divide_up(p->c, SQUARE) * divide_up(p->k, SQUARE);
    for (; p->first < p->tiles; p->first += p->step) {
        p->count = least(p->tiles - p->first, p->step);
        workers_run(w, divide_up(p->count, WINOGRAD_GROUP), transform_block, p);
        if (p->squares)
            workers_run(w, squares, square_block, p);
        else
            workers_run(w, WINOGRAD_POINTS * divide_up(p->k, COLUMN_PART), point_block, p);
    }
}

void conv_winograd_weights_gradient(struct graph *g, const struct op *op)
{
    struct weights p = describe(g, op, g->n);
    p.x.from = graph_source(g, op->in);
    p.dy.from = graph_gradient_source(g, op->out);
    p.dw = graph_weight_gradient(g, op->weight);
    if (p.fused)
        workers_run(g->workers, p.partials, partial_block, &p);
    else
        run_chunks(&p);
    if (!p.squares)
        workers_run(g->workers, divide_up(p.c, WINOGRAD_FILTER_ROWS), gather_block, &p);
}
