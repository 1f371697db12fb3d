/* Winograd's transforms and products, every CPU tier: whole convolutions and their gradients
 * against plain sums in double, transforms against the matrices of their definition, products with
 * all tails. */
#include <float.h>
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
    const struct kern *kern;
    for (int t = 0; (kern = kern_at(t)); t++)
        for (int m = 1; m <= 43; m++)
            for (int kind = 0; kind < 4; kind++)
                check_product(kern, m, 32 * (1 + m % 3), m % 5 ? 17 + m : 1, kind & 1, kind & 2);
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
    const struct kern *kern;
    for (size_t i = 0; add && i < ys; i++)
        y[i] = l.y[i];
    for (size_t i = 0; add && i < xs; i++)
        dx[i] = l.dx[i];
    direct(&l, y, dx, dw);
    free_layer(&l);
    for (int t = 0; (kern = kern_at(t)); t++) {
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

/* A transform by its definition: y = M x M^T in double, and what its terms sum to without their
 * signs, which rounding errors are relative to. */
struct matrix {
    int rows, columns;
    double at[6][6];
};

struct square {
    double value[6][6], size[6][6];
};

static const double POINTS[5] = {0, .625, -.625, 1.5, -1.5}; /* and infinity */

/* Coefficients of the product of (x - p) over the points, but for one. */
static void polynomial(int without, double c[6])
{
    memset(c, 0, 6 * sizeof *c);
    c[0] = 1;
    for (int p = 0; p < 5; p++)
        for (int k = 5; k >= 0 && p != without; k--)
            c[k] = (k ? c[k - 1] : 0) - POINTS[p] * c[k];
}

static struct matrix input_matrix(void)
{
    struct matrix m = {6, 6, {{0}}};
    for (int i = 0; i < 6; i++)
        polynomial(i < 5 ? i : -1, m.at[i]);
    return m;
}

/* Powers of the points: A with four columns, G with three and each row over its norm. */
static struct matrix power_matrix(int columns, bool normed)
{
    struct matrix m = {6, columns, {{0}}};
    for (int i = 0; i < 5; i++) {
        double norm = 1;
        for (int p = 0; p < 5; p++)
            norm *= normed && p != i ? POINTS[i] - POINTS[p] : 1;
        for (int k = 0; k < columns; k++)
            m.at[i][k] = pow(POINTS[i], k) / norm;
    }
    m.at[5][columns - 1] = 1;
    return m;
}

static struct matrix transposed(struct matrix m)
{
    struct matrix t = {m.columns, m.rows, {{0}}};
    for (int i = 0; i < m.rows; i++)
        for (int j = 0; j < m.columns; j++)
            t.at[j][i] = m.at[i][j];
    return t;
}

static struct square transform(const struct matrix *m, double x[6][6])
{
    struct square s = {{{0}}, {{0}}};
    for (int i = 0; i < m->rows; i++)
        for (int j = 0; j < m->rows; j++)
            for (int k = 0; k < m->columns; k++)
                for (int l = 0; l < m->columns; l++) {
                    double term = m->at[i][k] * x[k][l] * m->at[j][l];
                    s.value[i][j] += term;
                    s.size[i][j] += fabs(term);
                }
    return s;
}

enum { C = 64, SIDE = 7, IMAGES = 2, ACROSS = 2, FIRST = 2, COUNT = 5, ROUNDINGS = 16 };
enum { PIXELS = IMAGES * SIDE * SIDE * C };

static bool is_near(double got, double want, double size)
{
    return fabs(got - want) <= ROUNDINGS * FLT_EPSILON / 2 * size;
}

/* Of the image's pixel (i, j) from the corner of a tile: its place; -1 when it is outside. */
static int place(int tile, int i, int j, int c)
{
    int image = tile / (ACROSS * ACROSS), at = tile % (ACROSS * ACROSS);
    int y = at / ACROSS * 4 + i, x = at % ACROSS * 4 + j;
    bool inside = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
    return inside ? ((image * SIDE + y) * SIDE + x) * C + c : -1;
}

static void read_pixels(const float *x, int tile, int c, int side, double out[6][6])
{
    int border = (side - 4) / 2;
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++) {
            int at = place(tile, i - border, j - border, c);
            out[i][j] = at < 0 ? 0 : x[at];
        }
}

static size_t plane_place(const struct winograd_planes *p, int i, int j, int row, int c)
{
    return (size_t)(6 * i + j) * p->plane + (size_t)row * p->row_step +
           (size_t)(c / WINOGRAD_CHANNELS) * p->panel + (size_t)(c % WINOGRAD_CHANNELS);
}

static void check_planes(const float *v, const struct winograd_planes *p, int row, int c,
                         const struct square *want)
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            assert_true(
                is_near(v[plane_place(p, i, j, row, c)], want->value[i][j], want->size[i][j]));
}

/* From pixels to planes: the input with windows of 6, or the spread gradient with tiles of 4. */
static void check_to_planes(const struct kern *kern, int side)
{
    struct winograd_planes p = side == 6 ? winograd_rows(COUNT, C) : winograd_panels(COUNT, C);
    struct winograd_tiles t = {SIDE, SIDE, C, FIRST, COUNT, p};
    struct matrix m = side == 6 ? input_matrix() : power_matrix(4, false);
    float *x = numbers(1, PIXELS), *v = planes(p);
    (side == 6 ? kern->winograd_input : kern->winograd_spread)(&t, x, v);
    for (int row = 0; row < COUNT; row++)
        for (int c = 0; c < C; c++) {
            double pixels[6][6];
            read_pixels(x, FIRST + row, c, side, pixels);
            struct square want = transform(&m, pixels);
            check_planes(v, &p, row, c, &want);
        }
    mem_free_aligned(x);
    mem_free_aligned(v);
}

static void read_planes(const float *v, const struct winograd_planes *p, int row, int c,
                        double out[6][6])
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            out[i][j] = v[plane_place(p, i, j, row, c)];
}

static void check_output(const struct kern *kern)
{
    struct winograd_planes p = winograd_rows(COUNT, C);
    struct winograd_tiles t = {SIDE, SIDE, C, FIRST, COUNT, p};
    struct matrix m = transposed(power_matrix(4, false));
    float *v = numbers(2, WINOGRAD_POINTS * p.plane);
    float *y = numbers(1, PIXELS), *before = numbers(1, PIXELS);
    kern->winograd_output(&t, v, true, y, NULL);
    for (int row = 0; row < COUNT * C; row++) {
        double points[6][6];
        read_planes(v, &p, row / C, row % C, points);
        struct square want = transform(&m, points);
        for (int i = 0; i < 16; i++) {
            int at = place(FIRST + row / C, i / 4, i % 4, row % C);
            if (at >= 0)
                assert_true(is_near(y[at], before[at] + want.value[i / 4][i % 4],
                                    fabs(before[at]) + want.size[i / 4][i % 4]));
        }
    }
    mem_free_aligned(v);
    mem_free_aligned(y);
    mem_free_aligned(before);
}

static void check_filters(const struct kern *kern)
{
    struct winograd_planes panels = winograd_panels(1, C), rows = winograd_rows(1, C);
    struct matrix g = power_matrix(3, true), back = transposed(g);
    float *w = numbers(3, 9 * C), *u = planes(panels);
    float *du = numbers(4, WINOGRAD_POINTS * rows.plane), *dw = numbers(5, 9 * C);
    kern->winograd_filter(w, C, C, &panels, u);
    kern->winograd_gather(du, &rows, C, C, dw);
    for (int c = 0; c < C; c++) {
        double taps[6][6], points[6][6];
        for (int i = 0; i < 9; i++)
            taps[i / 3][i % 3] = w[i * C + c];
        struct square want = transform(&g, taps);
        check_planes(u, &panels, 0, c, &want);
        read_planes(du, &rows, 0, c, points);
        want = transform(&back, points);
        for (int i = 0; i < 9; i++)
            assert_true(is_near(dw[i * C + c], want.value[i / 3][i % 3], want.size[i / 3][i % 3]));
    }
    mem_free_aligned(w);
    mem_free_aligned(u);
    mem_free_aligned(du);
    mem_free_aligned(dw);
}

static void test_transforms(void **state)
{
    (void)state;
    const struct kern *kern;
    for (int t = 0; (kern = kern_at(t)); t++) {
        check_to_planes(kern, 6);
        check_to_planes(kern, 4);
        check_output(kern);
        check_filters(kern);
    }
}

/* Sums over the pixels of some tiles: against the array that the same call wrote. */
static void test_sums(void **state)
{
    (void)state;
    enum { H = 6, W = 9, ALL = 6, TILES = 4 };
    float *m = numbers(1, WINOGRAD_POINTS * winograd_rows(TILES, C).plane), y[H * W * C];
    const struct kern *kern;
    for (int t = 0; (kern = kern_at(t)); t++) {
        double sums[2 * C], want[2 * C] = {0};
        assert_int_equal(winograd_tiles_of_image(H, W), ALL);
        memset(y, 0, sizeof y);
        struct winograd_tiles tiles = {H, W, C, 1, TILES, winograd_rows(TILES, C)};
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
        cmocka_unit_test(test_transforms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
