/* Winograd's transforms and products, every CPU tier: whole convolutions and their gradients
 * against plain sums in double, transforms bit for bit against the scalar tier, products with all
 * tails. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "kern/gemm_block.h"
#include "kern/winograd.h"

static const char *const names[] = {"scalar", "avx2", "avx512"};

enum { TIERS = 3 };

static float *numbers(uint32_t stream, size_t count)
{
    struct rng r = rng_stream(6, RNG_TEST, stream, 0);
    float *v = mem_aligned(count * sizeof *v, "numbers", NULL);
    for (size_t i = 0; i < count; i++)
        v[i] = (float)rng_range(&r, -1, 1);
    return v;
}

/* Relative distance in the L2 norm. */
static double distance(const float *got, const double *want, size_t count)
{
    double error = 0, norm = 0;
    for (size_t i = 0; i < count; i++) {
        error += (got[i] - want[i]) * (got[i] - want[i]);
        norm += want[i] * want[i];
    }
    return sqrt(error / norm);
}

static void check_product(const struct kern *kern, int m, int n, int k, bool transposed, bool add)
{
    size_t lda = (size_t)(transposed ? m : k) + 3, ldc = (size_t)n + 5;
    size_t panel = (size_t)k * GEMM_BLOCK_COLUMNS + 16;
    float *a = numbers(1, lda * (size_t)(transposed ? k : m));
    float *b = numbers(2, panel * (size_t)(n / GEMM_BLOCK_COLUMNS));
    float *c = numbers(3, ldc * (size_t)m), *before = numbers(3, ldc * (size_t)m);
    if (!add)
        c[0] = NAN; /* overwritten */
    kern->gemm_block(&(struct gemm_block){m, n, k, a, lda, transposed, b, panel, c, ldc, add});
    for (int i = 0; i < m; i++)
        for (int j = 0; j < (int)ldc; j++) {
            size_t at = (size_t)i * ldc + (size_t)j;
            double sum = add ? before[at] : 0;
            for (int l = 0; j < n && l < k; l++)
                sum +=
                    (double)
                        a[transposed ? (size_t)l * lda + (size_t)i : (size_t)i * lda + (size_t)l] *
                    b[(size_t)(j / 32) * panel + (size_t)l * 32 + (size_t)(j % 32)];
            if (j < n)
                assert_true(fabs(c[at] - sum) < 1e-6 * (1 + k));
            else
                assert_true(c[at] == before[at]); /* between the rows */
        }
    mem_free_aligned(a);
    mem_free_aligned(b);
    mem_free_aligned(c);
    mem_free_aligned(before);
}

static void test_products(void **state)
{
    (void)state;
    for (int t = 0; t < TIERS; t++) {
        const struct kern *kern = kern_find(names[t]);
        for (int m = 1; kern && m <= 43; m++)
            for (int kind = 0; kind < 4; kind++)
                check_product(kern, m, 32 * (1 + m % 3), m % 5 ? 17 + m : 1, kind & 1, kind & 2);
    }
}

/* A convolution 3x3 with pad 1; all arrays of a case. */
struct layer {
    int n, h, w, c, k, tiles;
    float *x, *filters, *dy, *y, *dx, *dw;
};

static struct layer make_layer(int n, int h, int w, int c, int k)
{
    size_t pixels = (size_t)(n * h * w), weights = (size_t)(9 * c * k);
    struct layer l = {n, h, w, c, k, n * winograd_tiles_of_image(h, w), 0, 0, 0, 0, 0, 0};
    l.x = numbers(1, pixels * (size_t)c);
    l.filters = numbers(2, weights);
    l.dy = numbers(3, pixels * (size_t)k);
    l.y = numbers(4, pixels * (size_t)k);
    l.dx = numbers(5, pixels * (size_t)c);
    l.dw = numbers(6, weights);
    for (size_t i = 0; i < pixels * (size_t)c; i++)
        l.x[i] = l.x[i] < 0 ? 0 : l.x[i]; /* as after a ReLU */
    return l;
}

static void free_layer(struct layer *l)
{
    float *all[] = {l->x, l->filters, l->dy, l->y, l->dx, l->dw};
    for (int i = 0; i < 6; i++)
        mem_free_aligned(all[i]);
}

static float *planes(struct winograd_planes p)
{
    return mem_aligned(WINOGRAD_POINTS * p.plane * sizeof(float), "planes", NULL);
}

/* y (+)= convolution of x with c channels, filters in u; one product of all tiles per point. */
static void convolve(const struct kern *kern, const struct layer *l, const float *x, int c,
                     const float *u, int k, bool add, float *y)
{
    struct winograd_planes pu = winograd_panels(c, k);
    struct winograd_tiles in = {l->h, l->w, c, 0, l->tiles, winograd_rows(l->tiles, c)};
    struct winograd_tiles out = {l->h, l->w, k, 0, l->tiles, winograd_rows(l->tiles, k)};
    float *v = planes(in.planes), *m = planes(out.planes);
    kern->winograd_input(&in, x, v);
    for (size_t p = 0; p < WINOGRAD_POINTS; p++)
        kern->gemm_block(&(struct gemm_block){l->tiles, k, c, v + p * in.planes.plane, (size_t)c,
                                              false, u + p * pu.plane, pu.panel,
                                              m + p * out.planes.plane, (size_t)k, false});
    kern->winograd_output(&out, m, add, y, NULL);
    mem_free_aligned(v);
    mem_free_aligned(m);
}

static void weight_gradient(const struct kern *kern, const struct layer *l)
{
    struct winograd_planes pu = winograd_rows(l->c, l->k);
    struct winograd_tiles in = {l->h, l->w, l->c, 0, l->tiles, winograd_rows(l->tiles, l->c)};
    struct winograd_tiles out = {l->h, l->w, l->k, 0, l->tiles, winograd_panels(l->tiles, l->k)};
    float *v = planes(in.planes), *z = planes(out.planes), *du = planes(pu);
    kern->winograd_input(&in, l->x, v);
    kern->winograd_spread(&out, l->dy, z);
    for (size_t p = 0; p < WINOGRAD_POINTS; p++)
        kern->gemm_block(&(struct gemm_block){
            l->c, l->k, l->tiles, v + p * in.planes.plane, (size_t)l->c, true,
            z + p * out.planes.plane, out.planes.panel, du + p * pu.plane, (size_t)l->k, false});
    winograd_filter_gradient(kern, du, l->c, l->k, 0, l->c, l->dw);
    mem_free_aligned(v);
    mem_free_aligned(z);
    mem_free_aligned(du);
}

static void run_passes(const struct kern *kern, const struct layer *l, bool add)
{
    float *u = planes(winograd_panels(l->c, l->k));
    winograd_filters(kern, l->filters, l->c, l->k, 0, 5, u); /* in parts */
    winograd_filters(kern, l->filters, l->c, l->k, 5, l->c - 5, u);
    convolve(kern, l, l->x, l->c, u, l->k, add, l->y);
    mem_free_aligned(u);
    u = planes(winograd_panels(l->k, l->c));
    winograd_filters_turned(kern, l->filters, l->c, l->k, 0, 13, u);
    winograd_filters_turned(kern, l->filters, l->c, l->k, 13, l->k - 13, u);
    convolve(kern, l, l->dy, l->k, u, l->c, add, l->dx);
    mem_free_aligned(u);
    weight_gradient(kern, l);
}

/* All three passes by their definition, added to what y and dx hold. */
static void direct(const struct layer *l, double *y, double *dx, double *dw)
{
    for (int row = 0; row < l->n * l->h * l->w; row++)
        for (int tap = 0; tap < 9; tap++) {
            int iy = row / l->w % l->h + tap / 3 - 1, ix = row % l->w + tap % 3 - 1;
            if (iy < 0 || iy >= l->h || ix < 0 || ix >= l->w)
                continue;
            int at = row + (tap / 3 - 1) * l->w + tap % 3 - 1;
            for (int c = 0; c < l->c; c++)
                for (int k = 0; k < l->k; k++) {
                    int weight = (tap * l->c + c) * l->k + k;
                    y[row * l->k + k] += (double)l->x[at * l->c + c] * l->filters[weight];
                    dx[at * l->c + c] += (double)l->dy[row * l->k + k] * l->filters[weight];
                    dw[weight] += (double)l->x[at * l->c + c] * l->dy[row * l->k + k];
                }
        }
}

static void check_layer(int n, int h, int w, int c, int k, bool add)
{
    size_t pixels = (size_t)(n * h * w), ys = pixels * (size_t)k, xs = pixels * (size_t)c;
    size_t weights = (size_t)(9 * c * k);
    double *y = calloc(ys, sizeof *y), *dx = calloc(xs, sizeof *dx);
    double *dw = calloc(weights, sizeof *dw);
    struct layer l = make_layer(n, h, w, c, k);
    for (size_t i = 0; add && i < ys; i++)
        y[i] = l.y[i];
    for (size_t i = 0; add && i < xs; i++)
        dx[i] = l.dx[i];
    direct(&l, y, dx, dw);
    free_layer(&l);
    for (int t = 0; t < TIERS; t++) {
        const struct kern *kern = kern_find(names[t]);
        if (!kern)
            continue;
        l = make_layer(n, h, w, c, k);
        run_passes(kern, &l, add);
        assert_true(distance(l.y, y, ys) < 2e-6);
        assert_true(distance(l.dx, dx, xs) < 2e-6);
        assert_true(distance(l.dw, dw, weights) < 2e-6);
        free_layer(&l);
    }
    free(y);
    free(dx);
    free(dw);
}

/* Tiles that fit, that reach beyond one edge or both, and images smaller than a tile. */
static void test_passes(void **state)
{
    (void)state;
    check_layer(1, 8, 12, 32, 64, false);
    check_layer(2, 9, 7, 64, 32, false);
    check_layer(3, 5, 6, 32, 32, true);
    check_layer(2, 1, 1, 32, 32, false);
    check_layer(2, 3, 2, 96, 32, true);
    check_layer(1, 4, 11, 32, 96, true);
}

/* Each transform of a tier on the same numbers, one after the other in one array. */
static float *transforms(const struct kern *kern, size_t *count)
{
    enum { C = 64, SIDE = 7, IMAGES = 2, TILE_COUNT = 5 };
    struct winograd_planes rows = winograd_rows(TILE_COUNT, C);
    struct winograd_planes panels = winograd_panels(TILE_COUNT, C);
    struct winograd_tiles t = {SIDE, SIDE, C, 2, TILE_COUNT, rows};
    size_t pixels = IMAGES * SIDE * SIDE * C, all = WINOGRAD_POINTS * rows.plane;
    *count = 3 * all + pixels + 9 * C + 4 * C; /* the last: 2 C doubles of sums */
    float *x = numbers(1, pixels), *m = numbers(2, all);
    float *out = mem_aligned(*count * sizeof *out, "results", NULL);
    double sums[2 * C];
    kern->winograd_input(&t, x, out);
    kern->winograd_output(&t, m, true, out + 3 * all, sums);
    kern->winograd_gather(m, &rows, C, C, out + 3 * all + pixels);
    memcpy(out + *count - 4 * C, sums, sizeof sums);
    t.planes = panels;
    kern->winograd_spread(&t, x, out + all);
    kern->winograd_filter(x, C, C, &panels, out + 2 * all);
    mem_free_aligned(x);
    mem_free_aligned(m);
    return out;
}

static void test_transforms_give_the_same_bits(void **state)
{
    (void)state;
    size_t count;
    float *want = transforms(kern_find("scalar"), &count);
    for (int t = 1; t < TIERS; t++) {
        const struct kern *kern = kern_find(names[t]);
        if (!kern)
            continue;
        float *got = transforms(kern, &count);
        assert_memory_equal(got, want, count * sizeof *got);
        mem_free_aligned(got);
    }
    mem_free_aligned(want);
}

/* Sums over the pixels of some tiles: against the array that the same call wrote. */
static void test_sums(void **state)
{
    (void)state;
    enum { C = 32, H = 6, W = 9, ALL = 6, FIRST = 1, COUNT = 4 };
    float *m = numbers(1, WINOGRAD_POINTS * winograd_rows(COUNT, C).plane), y[H * W * C];
    for (int t = 0; t < TIERS; t++) {
        const struct kern *kern = kern_find(names[t]);
        double sums[2 * C], want[2 * C] = {0};
        if (!kern)
            continue;
        assert_int_equal(winograd_tiles_of_image(H, W), ALL);
        memset(y, 0, sizeof y);
        struct winograd_tiles tiles = {H, W, C, FIRST, COUNT, winograd_rows(COUNT, C)};
        kern->winograd_output(&tiles, m, false, y, sums);
        for (int i = 0; i < H * W * C; i++) {
            want[i % C] += y[i]; /* tiles that were not computed are 0 */
            want[C + i % C] += (double)y[i] * y[i];
        }
        for (int i = 0; i < 2 * C; i++)
            assert_true(fabs(sums[i] - want[i]) <= 1e-12 * (1 + fabs(want[i])));
    }
    mem_free_aligned(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_passes),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_transforms_give_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
