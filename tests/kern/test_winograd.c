/* Winograd's transforms and products, every CPU tier: whole convolutions and their gradients
 * against plain sums in double, transforms against the matrices of their definition, products with
 * all tails. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kern/gemm_block.h"
#include "kern/winograd.h"
#include "near.h"
#include "numbers.h"
#include "test.h"

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

static struct winograd_tiles all_tiles(const struct layer *l, int c, struct winograd_planes p)
{
    return (struct winograd_tiles){l->h, l->w, c, 0, l->tiles, 0, c, p};
}

/* y (+)= convolution of x with c channels, filters in u; one product of all tiles per point. */
static void convolve(const struct kern *kern, const struct layer *l, const float *x, int c,
                     const float *u, int k, bool add, float *y)
{
    struct winograd_planes pu = winograd_panels(c, k);
    struct winograd_tiles in = all_tiles(l, c, winograd_rows(l->tiles, c));
    struct winograd_tiles out = all_tiles(l, k, winograd_rows(l->tiles, k));
    float *v = planes(in.planes), *m = planes(out.planes);
    kern->winograd_input(&in, &(struct fused_source){.x = x}, v);
    for (size_t p = 0; p < WINOGRAD_POINTS; p++)
        kern->gemm_block(&(struct gemm_block){l->tiles, k, c, v + p * in.planes.plane, (size_t)c,
                                              false, u + p * pu.plane, pu.panel,
                                              m + p * out.planes.plane, (size_t)k, false});
    kern->winograd_output(&out, m, &(struct fused_finish){.y = y, .skip = add ? y : NULL});
    mem_free_aligned(v);
    mem_free_aligned(m);
}

static void weight_gradient(const struct kern *kern, const struct layer *l)
{
    struct winograd_planes pu = winograd_rows(l->c, l->k);
    struct winograd_tiles in = all_tiles(l, l->c, winograd_rows(l->tiles, l->c));
    struct winograd_tiles out = all_tiles(l, l->k, winograd_panels(l->tiles, l->k));
    float *v = planes(in.planes), *z = planes(out.planes), *du = planes(pu);
    kern->winograd_input(&in, &(struct fused_source){.x = l->x}, v);
    kern->winograd_spread(&out, &(struct fused_source){.x = l->dy}, z);
    for (size_t p = 0; p < WINOGRAD_POINTS; p++)
        kern->gemm_block(&(struct gemm_block){
            l->c, l->k, l->tiles, v + p * in.planes.plane, (size_t)l->c, true,
            z + p * out.planes.plane, out.planes.panel, du + p * pu.plane, (size_t)l->k, false});
    winograd_filter_gradient(kern->winograd_gather, du, &pu, l->c, l->k,
                             &(struct winograd_part){0, l->c, 0, l->k}, l->dw);
    mem_free_aligned(v);
    mem_free_aligned(z);
    mem_free_aligned(du);
}

/* Some rows and columns of the planes of all filters. */
static void part_of_filters(const struct kern *kern, const struct layer *l, bool turned,
                            struct winograd_part part, float *u)
{
    struct winograd_planes p = turned ? winograd_panels(l->k, l->c) : winograd_panels(l->c, l->k);
    float *to = u + (size_t)part.row * p.row_step + (size_t)(part.column / 32) * p.panel;
    (turned ? winograd_filters_turned : winograd_filters)(kern->winograd_filter, l->filters, l->c,
                                                          l->k, &part, &p, to);
}

static void run_passes(const struct kern *kern, const struct layer *l, bool add)
{
    float *u = planes(winograd_panels(l->c, l->k));
    part_of_filters(kern, l, false, (struct winograd_part){0, 5, 0, l->k}, u);
    part_of_filters(kern, l, false, (struct winograd_part){5, l->c - 5, 0, 32}, u);
    if (l->k > 32)
        part_of_filters(kern, l, false, (struct winograd_part){5, l->c - 5, 32, l->k - 32}, u);
    convolve(kern, l, l->x, l->c, u, l->k, add, l->y);
    mem_free_aligned(u);
    u = planes(winograd_panels(l->k, l->c));
    part_of_filters(kern, l, true, (struct winograd_part){0, 13, 0, l->c}, u);
    part_of_filters(kern, l, true, (struct winograd_part){13, l->k - 13, 0, 32}, u);
    if (l->c > 32)
        part_of_filters(kern, l, true, (struct winograd_part){13, l->k - 13, 32, l->c - 32}, u);
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
        assert_true(near_distance(l.y, y, ys) < 2e-6);
        assert_true(near_distance(l.dx, dx, xs) < 2e-6);
        assert_true(near_distance(l.dw, dw, weights) < 2e-6);
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

/* Terms of a source are of size 1 and may cancel before the transform: rows of B^T sum to at most
 * 5.3 in magnitude. */
#define MOST_GAIN (5.3 * 5.3)

enum { C = 64, SIDE = 7, IMAGES = 2, ACROSS = 2, FIRST = 2, COUNT = 5, ROUNDINGS = 16 };
enum { PIXELS = IMAGES * SIDE * SIDE * C };

static bool is_near(double got, double want, double size)
{
    return fabs(got - want) <= (float)ROUNDINGS * FLT_EPSILON / 2 * size;
}

/* Of the image's pixel (i, j) from the corner of a tile: its place; -1 when it is outside. */
static int place(int tile, int i, int j, int c)
{
    int image = tile / (ACROSS * ACROSS), at = tile % (ACROSS * ACROSS);
    int y = at / ACROSS * 4 + i, x = at % ACROSS * 4 + j;
    bool inside = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
    return inside ? ((image * SIDE + y) * SIDE + x) * C + c : -1;
}

/* What a source reads at one place, in double. */
static double source_value(const struct fused_source *f, int at, int c)
{
    double v = f->x[at];
    if (f->scale)
        v = v * f->scale[c] + f->shift[c];
    if (f->dy)
        return v + (double)f->dy[at] * f->dy_scale[c];
    return f->scale && v < 0 ? 0 : v;
}

static void read_pixels(const struct fused_source *f, int tile, int c, int side, double out[6][6])
{
    int border = (side - 4) / 2;
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++) {
            int at = place(tile, i - border, j - border, c);
            out[i][j] = at < 0 ? 0 : source_value(f, at, c);
        }
}

static size_t plane_place(const struct winograd_planes *p, int i, int j, int row, int c)
{
    return (size_t)(6 * i + j) * p->plane + (size_t)row * p->row_step +
           (size_t)(c / WINOGRAD_CHANNELS) * p->panel + (size_t)(c % WINOGRAD_CHANNELS);
}

/* `more` is added to the size of every value. */
static void check_planes(const float *v, const struct winograd_planes *p, int row, int c,
                         const struct square *want, double more)
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            assert_true(is_near(v[plane_place(p, i, j, row, c)], want->value[i][j],
                                want->size[i][j] + more));
}

/* From pixels to planes: the input with windows of 6, or the spread gradient with tiles of 4; in
 * all channels, or those from `channel` on. */
static void check_to_planes(const struct kern *kern, int side, const struct fused_source *f,
                            int channel)
{
    int channels = C - channel;
    struct winograd_planes p =
        side == 6 ? winograd_rows(COUNT, channels) : winograd_panels(COUNT, channels);
    struct winograd_tiles t = {SIDE, SIDE, C, FIRST, COUNT, channel, channels, p};
    struct matrix m = side == 6 ? input_matrix() : power_matrix(4, false);
    float *v = planes(p);
    (side == 6 ? kern->winograd_input : kern->winograd_spread)(&t, f, v);
    for (int row = 0; row < COUNT; row++)
        for (int c = 0; c < channels; c++) {
            double pixels[6][6];
            read_pixels(f, FIRST + row, channel + c, side, pixels);
            struct square want = transform(&m, pixels);
            check_planes(v, &p, row, c, &want, f->scale ? MOST_GAIN : 0);
        }
    mem_free_aligned(v);
}

static void check_sources(const struct kern *kern)
{
    float *x = numbers(1, PIXELS), *dy = numbers(6, PIXELS), *k = numbers(7, 3 * C);
    struct fused_source plain = {.x = x}, scaled = {.x = x, .scale = k, .shift = k + C};
    struct fused_source gradient = {x, k, k + C, dy, k + 2 * C};
    const struct fused_source *all[] = {&plain, &scaled, &gradient};
    for (int i = 0; i < 3; i++) {
        check_to_planes(kern, 6, all[i], 0);
        check_to_planes(kern, 4, all[i], 0);
        check_to_planes(kern, 6, all[i], 32);
        check_to_planes(kern, 4, all[i], 32);
    }
    mem_free_aligned(x);
    mem_free_aligned(dy);
    mem_free_aligned(k);
}

static void read_planes(const float *v, const struct winograd_planes *p, int row, int c,
                        double out[6][6])
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            out[i][j] = v[plane_place(p, i, j, row, c)];
}

/* What an output becomes, by the contract; `size` grows by what is added. */
static double finished(const struct fused_finish *f, int at, int c, double y, double *size)
{
    if (f->scale && !f->cut) {
        y = y * f->scale[c] + f->shift[c];
        *size += 1;
    }
    y += f->skip ? f->skip[at] : 0;
    *size += f->skip ? fabs(f->skip[at]) : 0;
    if (f->relu)
        y = y < 0 ? 0 : y;
    if (f->cut)
        y = (f->scale ? f->cut[at] * f->scale[c] + f->shift[c] : f->cut[at]) <= 0 ? 0 : y;
    return y;
}

/* Channels from `channel` on; `before` is what y holds. The sums against what was stored. */
static void check_finish(const struct kern *kern, const struct fused_finish *f, int channel)
{
    int channels = C - channel;
    struct winograd_planes p = winograd_rows(COUNT, channels);
    struct winograd_tiles t = {SIDE, SIDE, C, FIRST, COUNT, channel, channels, p};
    struct matrix m = transposed(power_matrix(4, false));
    float *v = numbers(2, WINOGRAD_POINTS * p.plane), *before = numbers(1, PIXELS);
    double sums[2 * C], want_sums[2 * C] = {0};
    struct fused_finish finish = *f, old = *f;
    finish.sums = sums;
    old.skip = f->skip == f->y ? before : f->skip;
    memcpy(f->y, before, PIXELS * sizeof *before);
    kern->winograd_output(&t, v, &finish);
    for (int row = 0; row < COUNT * channels; row++) {
        double points[6][6];
        int c = channel + row % channels;
        read_planes(v, &p, row / channels, row % channels, points);
        struct square want = transform(&m, points);
        for (int i = 0; i < 16; i++) {
            int at = place(FIRST + row / channels, i / 4, i % 4, c);
            double size = want.size[i / 4][i % 4];
            if (at < 0)
                continue;
            double y = finished(&old, at, c, want.value[i / 4][i % 4], &size);
            assert_true(is_near(f->y[at], y, size));
            want_sums[c] += f->y[at];
            want_sums[C + c] += (double)f->y[at] * (f->factor ? f->factor[at] : f->y[at]);
        }
    }
    for (int i = 0; i < 2 * C; i++)
        if (i % C >= channel)
            assert_true(fabs(sums[i] - want_sums[i]) <= 1e-12 * (1 + fabs(want_sums[i])));
    mem_free_aligned(v);
    mem_free_aligned(before);
}

static void check_output(const struct kern *kern)
{
    float *y = numbers(1, PIXELS), *skip = numbers(8, PIXELS), *cut = numbers(9, PIXELS);
    float *k = numbers(7, 2 * C);
    const struct fused_finish all[] = {
        {.y = y},
        {.y = y, .skip = y},
        {.y = y, .scale = k, .shift = k + C, .relu = true},
        {.y = y, .scale = k, .shift = k + C, .skip = skip, .relu = true},
        {.y = y, .scale = k, .shift = k + C},
        {.y = y, .cut = cut, .scale = k, .shift = k + C, .factor = cut},
        {.y = y, .skip = y, .cut = cut, .factor = skip},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        check_finish(kern, &all[i], 0);
        check_finish(kern, &all[i], 32);
    }
    mem_free_aligned(y);
    mem_free_aligned(skip);
    mem_free_aligned(cut);
    mem_free_aligned(k);
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
        check_planes(u, &panels, 0, c, &want, 0);
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
        check_sources(kern);
        check_output(kern);
        check_filters(kern);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_passes),
        cmocka_unit_test(test_transforms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
