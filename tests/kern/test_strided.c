/* The transforms of both strided convolutions, 3x3 and the first one's 7x7, every CPU tier: all
 * passes against plain sums in double, and what they leave alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kern/gemm_block.h"
#include "kern/stem.h"
#include "near.h"
#include "numbers.h"
#include "test.h"

enum { UNWRITTEN = 77 };

/* A convolution with stride 2 and pad kernel/2; all arrays of a case. */
struct layer {
    int kernel, n, h, w, c, k;
    int points, depth; /* of its algorithm; columns of the input's planes */
    size_t xs, ys, ws;
    float *x, *filters, *dy, *y, *dx, *dw;
    double *want_y, *want_dx, *want_dw;
};

/* All passes by their definition; dx is added to what it holds. */
static void direct(struct layer *l)
{
    int oh = (l->h + 1) / 2, ow = (l->w + 1) / 2, side = l->kernel;
    for (size_t i = 0; i < l->xs; i++)
        l->want_dx[i] = l->dx[i];
    for (int row = 0; row < l->n * oh * ow; row++)
        for (int tap = 0; tap < side * side; tap++) {
            int y = row / ow % oh * 2 + tap / side - side / 2;
            int x = row % ow * 2 + tap % side - side / 2;
            if (y < 0 || y >= l->h || x < 0 || x >= l->w)
                continue;
            int at = ((row / (oh * ow) * l->h + y) * l->w + x) * l->c;
            for (int c = 0; c < l->c; c++)
                for (int k = 0; k < l->k; k++) {
                    int weight = (tap * l->c + c) * l->k + k;
                    l->want_y[row * l->k + k] += (double)l->x[at + c] * l->filters[weight];
                    l->want_dx[at + c] += (double)l->dy[row * l->k + k] * l->filters[weight];
                    l->want_dw[weight] += (double)l->x[at + c] * l->dy[row * l->k + k];
                }
        }
}

static struct layer make_layer(int kernel, int n, int h, int w, int c, int k)
{
    struct layer l = {.kernel = kernel, .n = n, .h = h, .w = w, .c = c, .k = k};
    l.points = kernel == 7 ? STEM_POINTS : STRIDED_POINTS;
    l.depth = kernel == 7 ? stem_depth(c) : c;
    l.xs = (size_t)(n * h * w * c);
    l.ys = (size_t)(n * ((h + 1) / 2) * ((w + 1) / 2) * k);
    l.ws = (size_t)(kernel * kernel * c * k);
    l.x = numbers(1, l.xs);
    l.filters = numbers(2, l.ws);
    l.dy = numbers(3, l.ys);
    l.y = numbers(4, l.ys);
    l.dx = numbers(5, l.xs);
    l.dw = numbers(6, l.ws);
    l.want_y = calloc(l.ys, sizeof *l.want_y);
    l.want_dx = calloc(l.xs, sizeof *l.want_dx);
    l.want_dw = calloc(l.ws, sizeof *l.want_dw);
    direct(&l);
    return l;
}

static void free_layer(struct layer *l)
{
    float *all[] = {l->x, l->filters, l->dy, l->y, l->dx, l->dw};
    for (int i = 0; i < 6; i++)
        mem_free_aligned(all[i]);
    free(l->want_y);
    free(l->want_dx);
    free(l->want_dw);
}

/* Planes filled with what would show if it were read. */
static float *planes(int points, struct winograd_planes p)
{
    size_t count = (size_t)points * p.plane;
    float *v = mem_aligned(count * sizeof *v, "planes", NULL);
    for (size_t i = 0; i < count; i++)
        v[i] = NAN;
    return v;
}

static size_t filter_of(const struct layer *l, int point)
{
    return (size_t)(l->kernel == 7 ? point : strided_filter_of(point));
}

/* m = v u, one product of all tiles per point. */
static void multiply(const struct kern *kern, const struct layer *l, int tiles, const float *v,
                     int depth, const float *u, int columns, float *m)
{
    struct winograd_planes pv = winograd_rows(tiles, depth), pm = winograd_rows(tiles, columns);
    struct winograd_planes pu = winograd_panels(depth, columns);
    for (int p = 0; p < l->points; p++)
        kern->gemm_block(&(struct gemm_block){.m = tiles,
                                              .n = columns,
                                              .k = depth,
                                              .a = v + (size_t)p * pv.plane,
                                              .lda = (size_t)depth,
                                              .b = u + filter_of(l, p) * pu.plane,
                                              .panel = pu.panel,
                                              .c = m + (size_t)p * pm.plane,
                                              .ldc = (size_t)columns});
}

static struct strided_tiles tiles_of(const struct layer *l, int channels, int depth, bool panels)
{
    int count = l->n * strided_tiles_of_image(l->h, l->w);
    struct strided_tiles t = {.h = l->h, .w = l->w, .c = channels, .count = count};
    t.planes = panels ? winograd_panels(count, depth) : winograd_rows(count, depth);
    return t;
}

/* Some rows of the planes of all filters. */
static void part_of_filters(const struct kern *kern, const struct layer *l, bool turned, int row,
                            int rows, float *u)
{
    int columns = turned ? l->c : l->k;
    struct winograd_planes p = winograd_panels(turned ? l->k : l->c, columns);
    struct winograd_part part = {row, rows, 0, columns};
    (turned ? winograd_filters_turned : winograd_filters)(
        kern->strided_filter, l->filters, l->c, l->k, &part, &p, u + (size_t)row * p.row_step);
}

static void run_forward(const struct kern *kern, const struct layer *l, double *sums)
{
    struct strided_tiles in = tiles_of(l, l->c, l->depth, false);
    struct strided_tiles out = tiles_of(l, l->k, l->k, false);
    float *u = planes(l->points, winograd_panels(l->depth, l->k));
    float *v = planes(l->points, in.planes), *m = planes(l->points, out.planes);
    if (l->kernel == 7) {
        stem_filters(kern, l->filters, l->c, l->k, u);
        kern->stem_input(&in, l->x, v);
    } else {
        part_of_filters(kern, l, false, 0, 5, u);
        part_of_filters(kern, l, false, 5, l->c - 5, u);
        kern->strided_input(&in, &(struct fused_source){.x = l->x}, v);
    }
    multiply(kern, l, in.count, v, l->depth, u, l->k, m);
    (l->kernel == 7 ? kern->stem_output : kern->strided_output)(
        &out, m, &(struct fused_finish){.y = l->y, .sums = sums});
    mem_free_aligned(u);
    mem_free_aligned(v);
    mem_free_aligned(m);
}

static void run_data_gradient(const struct kern *kern, const struct layer *l)
{
    struct strided_tiles in = tiles_of(l, l->k, l->k, false);
    struct strided_tiles out = tiles_of(l, l->c, l->c, false);
    float *u = planes(STRIDED_FILTERS, winograd_panels(l->k, l->c));
    float *v = planes(l->points, in.planes), *m = planes(l->points, out.planes);
    part_of_filters(kern, l, true, 0, 13, u);
    part_of_filters(kern, l, true, 13, l->k - 13, u);
    kern->strided_back_input(&in, &(struct fused_source){.x = l->dy}, v);
    multiply(kern, l, in.count, v, l->k, u, l->c, m);
    kern->strided_back_output(&out, m, &(struct fused_finish){.y = l->dx, .skip = l->dx});
    mem_free_aligned(u);
    mem_free_aligned(v);
    mem_free_aligned(m);
}

static void run_weight_gradient(const struct kern *kern, const struct layer *l)
{
    struct winograd_planes pu = winograd_rows(l->depth, l->k);
    struct strided_tiles in = tiles_of(l, l->c, l->depth, false);
    struct strided_tiles out = tiles_of(l, l->k, l->k, true);
    float *v = planes(l->points, in.planes), *z = planes(l->points, out.planes);
    float *du = mem_aligned((size_t)l->points * pu.plane * sizeof *du, "sums", NULL); /* zeros */
    if (l->kernel == 7)
        kern->stem_input(&in, l->x, v);
    else
        kern->strided_input(&in, &(struct fused_source){.x = l->x}, v);
    (l->kernel == 7 ? kern->stem_spread
                    : kern->strided_spread)(&out, &(struct fused_source){.x = l->dy}, z);
    for (int p = 0; p < l->points; p++)
        kern->gemm_block(&(struct gemm_block){.m = l->depth,
                                              .n = l->k,
                                              .k = in.count,
                                              .a = v + (size_t)p * in.planes.plane,
                                              .lda = (size_t)l->depth,
                                              .transposed = true,
                                              .b = z + (size_t)p * out.planes.plane,
                                              .panel = out.planes.panel,
                                              .c = du + filter_of(l, p) * pu.plane,
                                              .ldc = (size_t)l->k,
                                              .add = true});
    if (l->kernel == 7)
        stem_filter_gradient(kern, du, l->c, l->k, l->dw);
    else
        winograd_filter_gradient(kern->strided_gather, du, &pu, l->c, l->k,
                                 &(struct winograd_part){0, l->c, 0, l->k}, l->dw);
    mem_free_aligned(v);
    mem_free_aligned(z);
    mem_free_aligned(du);
}

/* Against the array that the same call wrote. */
static void check_sums(const struct layer *l, const double *sums)
{
    double *want = calloc((size_t)l->k * 2, sizeof *want);
    for (size_t i = 0; i < l->ys; i++) {
        want[i % (size_t)l->k] += l->y[i];
        want[(size_t)l->k + i % (size_t)l->k] += (double)l->y[i] * l->y[i];
    }
    for (int i = 0; i < 2 * l->k; i++)
        assert_true(fabs(sums[i] - want[i]) <= 1e-11 * (1 + fabs(want[i])));
    free(want);
}

static void check_tier(const struct kern *kern, int kernel, int n, int h, int w, int c, int k)
{
    double sums[512];
    struct layer l = make_layer(kernel, n, h, w, c, k);
    run_forward(kern, &l, sums);
    assert_true(near_distance(l.y, l.want_y, l.ys) < 3e-6);
    check_sums(&l, sums);
    run_weight_gradient(kern, &l);
    assert_true(near_distance(l.dw, l.want_dw, l.ws) < 3e-6);
    if (kernel == 3) {
        run_data_gradient(kern, &l);
        assert_true(near_distance(l.dx, l.want_dx, l.xs) < 3e-6);
    }
    free_layer(&l);
}

static void check_layer(int kernel, int n, int h, int w, int c, int k)
{
    const struct kern *kern;
    for (int t = 0; (kern = kern_at(t)); t++)
        check_tier(kern, kernel, n, h, w, c, k);
}

/* Tiles that fit, that reach beyond one edge or both, images smaller than a tile. */
static void test_strided(void **state)
{
    (void)state;
    check_layer(3, 1, 16, 24, 32, 64);
    check_layer(3, 2, 17, 13, 64, 32);
    check_layer(3, 2, 23, 30, 32, 96);
    check_layer(3, 3, 1, 2, 32, 32);
    check_layer(3, 1, 7, 9, 96, 32);
}

/* Every number of channels; what of a vector they leave is 0. */
static void test_stem(void **state)
{
    (void)state;
    for (int c = 1; c <= STEM_CHANNELS_MAX; c++) {
        assert_int_equal(stem_depth(c), c <= 4 ? 16 : 32);
        check_layer(7, 1, 32, 16, c, 64);
        check_layer(7, 2, 19 + c, 34 - c, c, 32);
        check_layer(7, 2, c, 3, c, 32);
    }
}

/* One tile writes its own outputs, and none of another tile or image. */
static void check_one_tile(const struct kern *kern, int kernel)
{
    enum { H = 15, W = 18, K = 32, TILE = 4 }; /* outputs 8 x 9: 2 x 3 tiles */
    size_t image = (size_t)8 * 9 * K, points = kernel == 7 ? STEM_POINTS : STRIDED_POINTS;
    struct strided_tiles t = {.h = H, .w = W, .c = K, .first = 6 + 5, .count = 1};
    t.planes = winograd_rows(1, K);
    float *m = numbers(1, points * t.planes.plane), *y = numbers(2, 3 * image);
    for (size_t i = 0; i < 3 * image; i++)
        y[i] = UNWRITTEN;
    (kernel == 7 ? kern->stem_output : kern->strided_output)(&t, m, &(struct fused_finish){.y = y});
    for (size_t i = 0; i < 3 * image; i++) {
        size_t row = i / K % 72 / 9, column = i / K % 9;
        bool own = i / image == 1 && row >= TILE && column >= (size_t)2 * TILE;
        assert_true((y[i] != (float)UNWRITTEN) == own);
    }
    mem_free_aligned(m);
    mem_free_aligned(y);
}

static void test_one_tile(void **state)
{
    (void)state;
    const struct kern *kern;
    assert_int_equal(strided_tiles_of_image(15, 18), 6);
    for (int t = 0; (kern = kern_at(t)); t++) {
        check_one_tile(kern, 3);
        check_one_tile(kern, 7);
    }
}

/* Nine points of a line, the last four with one filter: 25 filters of one point, 10 of four, one of
 * sixteen. */
static void test_shared_filters(void **state)
{
    (void)state;
    int uses[STRIDED_FILTERS] = {0}, of[17] = {0};
    for (int p = 0; p < STRIDED_POINTS; p++)
        uses[strided_filter_of(p)]++;
    for (int i = 0; i < STRIDED_FILTERS; i++)
        of[uses[i]]++;
    assert_int_equal(of[1], 25);
    assert_int_equal(of[4], 10);
    assert_int_equal(of[16], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strided),
        cmocka_unit_test(test_stem),
        cmocka_unit_test(test_one_tile),
        cmocka_unit_test(test_shared_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
