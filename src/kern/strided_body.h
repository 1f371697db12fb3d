/* The transforms of the strided 3x3 convolution for one CPU tier (kern/strided.h is the contract).
 *
 * A line of nine is the five points of the odd phase, then the four lines of the even phase as they
 * are. Points 0, +-3/4, +-5/2: of all sets of small fractions tried, the one with the least error;
 * all entries of A and B are exact in single precision. Relative to double, random numbers in the
 * shapes of a ResNet-34: forward 2.9e-7 to 5.6e-7, data gradient 4.8e-7 to 9.4e-7, weight gradient
 * 2.0e-7 to 4.0e-7. */
#ifndef KERN_STRIDED_BODY_H
#define KERN_STRIDED_BODY_H

#include "fused_body.h"
#include "kern/strided.h"

enum {
    STRIDED_LINE = 9,  /* points of a line, and pixels that a tile sees */
    STRIDED_FOUND = 6, /* of them with a filter of their own */
    STRIDED_ODD = 5,   /* of them in the odd phase; outputs that a tile of the image sees */
    STRIDED_TAPS = 3,
    STRIDED_SIDE = 8 /* pixels of a tile of the image */
};

#define STRIDED_A 0.75F
#define STRIDED_B 2.5F
#define STRIDED_P (STRIDED_A * STRIDED_A)
#define STRIDED_Q (STRIDED_B * STRIDED_B)

/* 1 / product of the distances from a point to the others. */
#define STRIDED_NORM0 (1 / (STRIDED_P * STRIDED_Q))
#define STRIDED_NORMA (1 / (2 * STRIDED_P * (STRIDED_P - STRIDED_Q)))
#define STRIDED_NORMB (1 / (2 * STRIDED_Q * (STRIDED_Q - STRIDED_P)))

/* The five points of d[0], d[by], ..., d[4*by]. */
static LANES_INLINE void strided_points(const lanes *d, int by, lanes *o, int step)
{
    const lanes p = lanes_all(-STRIDED_P), q = lanes_all(-STRIDED_Q);
    lanes even_a = lanes_fma(q, d[2 * by], d[4 * by]), odd_a = lanes_fma(q, d[by], d[3 * by]);
    lanes even_b = lanes_fma(p, d[2 * by], d[4 * by]), odd_b = lanes_fma(p, d[by], d[3 * by]);
    o[0] = lanes_fma(lanes_all(STRIDED_P * STRIDED_Q), d[0],
                     lanes_fma(lanes_all(-(STRIDED_P + STRIDED_Q)), d[2 * by], d[4 * by]));
    o[step] = lanes_fma(lanes_all(STRIDED_A), odd_a, even_a);
    o[2 * step] = lanes_fma(lanes_all(-STRIDED_A), odd_a, even_a);
    o[3 * step] = lanes_fma(lanes_all(STRIDED_B), odd_b, even_b);
    o[4 * step] = lanes_fma(lanes_all(-STRIDED_B), odd_b, even_b);
}

/* Four values from the five points m. */
static LANES_INLINE void strided_values(const lanes *m, lanes *o, int step)
{
    const lanes p = lanes_all(STRIDED_P), q = lanes_all(STRIDED_Q);
    lanes even_a = m[1] + m[2], odd_a = lanes_all(STRIDED_A) * (m[1] - m[2]);
    lanes even_b = m[3] + m[4], odd_b = lanes_all(STRIDED_B) * (m[3] - m[4]);
    o[0] = m[0] + even_a + even_b;
    o[step] = odd_a + odd_b;
    o[2 * step] = lanes_fma(p, even_a, q * even_b);
    o[3 * step] = lanes_fma(p, odd_a, q * odd_b);
}

/* Nine pixels, the first of the odd phase, to nine points. */
static LANES_INLINE void strided_in(const lanes *d, lanes *o, int step)
{
    strided_points(d, 2, o, step);
    for (int i = 0; i < 4; i++)
        o[(STRIDED_ODD + i) * step] = d[2 * i + 1];
}

/* Nine points to four outputs. */
static LANES_INLINE void strided_out(const lanes *m, lanes *o, int step)
{
    strided_values(m, o, step);
    for (int i = 0; i < 4; i++)
        o[i * step] += m[STRIDED_ODD + i];
}

/* Four outputs' gradients to nine points. */
static LANES_INLINE void strided_wide(const lanes *d, lanes *o, int step)
{
    const lanes p = lanes_all(STRIDED_P), q = lanes_all(STRIDED_Q);
    lanes even_a = lanes_fma(p, d[2], d[0]), odd_a = lanes_fma(p, d[3], d[1]);
    lanes even_b = lanes_fma(q, d[2], d[0]), odd_b = lanes_fma(q, d[3], d[1]);
    o[0] = d[0];
    o[step] = lanes_fma(lanes_all(STRIDED_A), odd_a, even_a);
    o[2 * step] = lanes_fma(lanes_all(-STRIDED_A), odd_a, even_a);
    o[3 * step] = lanes_fma(lanes_all(STRIDED_B), odd_b, even_b);
    o[4 * step] = lanes_fma(lanes_all(-STRIDED_B), odd_b, even_b);
    for (int i = 0; i < 4; i++)
        o[(STRIDED_ODD + i) * step] = d[i];
}

/* Five outputs' gradients to nine points: an odd pixel sees two of them, an even one sees one. */
static LANES_INLINE void strided_back_in(const lanes *d, lanes *o, int step)
{
    strided_points(d, 1, o, step);
    for (int i = 0; i < 4; i++)
        o[(STRIDED_ODD + i) * step] = d[i];
}

/* Nine points to the gradients of eight pixels, the first of the even phase. */
static LANES_INLINE void strided_back_out(const lanes *m, lanes *o, int step)
{
    strided_values(m, o + step, 2 * step);
    for (int i = 0; i < 4; i++)
        o[2 * i * step] = m[STRIDED_ODD + i];
}

/* Three taps to six filters. */
static LANES_INLINE void strided_filter_line(const lanes *w, lanes *o, int step)
{
    o[0] = STRIDED_NORM0 * w[0];
    o[step] = STRIDED_NORMA * (w[0] + STRIDED_A * w[2]);
    o[2 * step] = STRIDED_NORMA * (w[0] - STRIDED_A * w[2]);
    o[3 * step] = STRIDED_NORMB * (w[0] + STRIDED_B * w[2]);
    o[4 * step] = STRIDED_NORMB * (w[0] - STRIDED_B * w[2]);
    o[5 * step] = w[1];
}

/* The transpose: six to three. */
static LANES_INLINE void strided_gather_line(const lanes *u, lanes *o, int step)
{
    o[0] = STRIDED_NORM0 * u[0] + STRIDED_NORMA * (u[1] + u[2]) + STRIDED_NORMB * (u[3] + u[4]);
    o[step] = u[5];
    o[2 * step] =
        STRIDED_A * STRIDED_NORMA * (u[1] - u[2]) + STRIDED_B * STRIDED_NORMB * (u[3] - u[4]);
}

/* The first output of tile i. */
static inline struct spot strided_spot(const struct strided_tiles *t, int i)
{
    return spot_of((t->h + 1) / 2, (t->w + 1) / 2, t->first + (size_t)i);
}

/* Which pixels a tile sees: of the image (scale 2) or the output (scale 1), `border` before its
 * first, `side` in a line. */
struct strided_view {
    int scale, border, side;
};

static LANES_INLINE struct window strided_window(const struct strided_tiles *t, int i,
                                                 struct strided_view v)
{
    struct spot at = strided_spot(t, i);
    at.y = at.y * v.scale - v.border;
    at.x = at.x * v.scale - v.border;
    if (v.scale == 2)
        return window_of(t->h, t->w, t->c, at, v.side);
    return window_of((t->h + 1) / 2, (t->w + 1) / 2, t->c, at, v.side);
}

/* The windows of some tiles, transformed to `points` a line; `view`, `points` and `line` are
 * constants where this is inlined, as below. */
static LANES_INLINE void strided_points_of(const struct strided_tiles *t,
                                           const struct fused_source *from,
                                           struct strided_view view, int points, line_fn *line,
                                           float *v)
{
    float stage[STRIDED_POINTS * LANES] __attribute__((aligned(64)));
    lanes half[STRIDED_POINTS];
    for (int i = 0; i < t->count; i++) {
        struct window q = strided_window(t, i, view);
        for (int c = 0; c < t->c; c += LANES) {
            struct strip s = strip_of(&q, from, c, view.side, view.scale * TILE, stage);
            columns_of(&s, line, view.side, half);
            rows_of(half, line, view.side, points, v + in_plane(&t->planes, (size_t)i, c),
                    t->planes.plane);
        }
    }
}

/* Back from `points` a line to `side` pixels. */
static LANES_INLINE void strided_finish(const struct strided_tiles *t, const float *m,
                                        const struct fused_finish *f, int side, int scale,
                                        int points, line_fn *line)
{
    float tile[STRIDED_SIDE * STRIDED_SIDE * LANES] __attribute__((aligned(64)));
    lanes half[STRIDED_SIDE * STRIDED_LINE];
    finish_begin(f, t->c, 0, t->c);
    for (int i = 0; i < t->count; i++) {
        struct window q = strided_window(t, i, (struct strided_view){scale, 0, side});
        for (int c = 0; c < t->c; c += LANES) {
            struct strip s =
                strip_of_planes(m + in_plane(&t->planes, (size_t)i, c), t->planes.plane, points);
            columns_of(&s, line, points, half);
            rows_of(half, line, points, side, tile, LANES);
            finish_tile(&q, f, c, t->c, side, tile);
        }
    }
}

static inline void strided_input(const struct strided_tiles *t, const struct fused_source *from,
                                 float *v)
{
    strided_points_of(t, from, (struct strided_view){2, 1, STRIDED_LINE}, STRIDED_LINE, strided_in,
                      v);
}

static inline void strided_spread(const struct strided_tiles *t, const struct fused_source *from,
                                  float *z)
{
    strided_points_of(t, from, (struct strided_view){1, 0, TILE}, STRIDED_LINE, strided_wide, z);
}

static inline void strided_back_input(const struct strided_tiles *t,
                                      const struct fused_source *from, float *v)
{
    strided_points_of(t, from, (struct strided_view){1, 0, STRIDED_ODD}, STRIDED_LINE,
                      strided_back_in, v);
}

static inline void strided_output(const struct strided_tiles *t, const float *m,
                                  const struct fused_finish *f)
{
    strided_finish(t, m, f, TILE, 1, STRIDED_LINE, strided_out);
}

static inline void strided_back_output(const struct strided_tiles *t, const float *m,
                                       const struct fused_finish *f)
{
    strided_finish(t, m, f, STRIDED_SIDE, 2, STRIDED_LINE, strided_back_out);
}

static inline void strided_filter(const float *w, ptrdiff_t tap, int k,
                                  const struct winograd_planes *p, float *u)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[STRIDED_FOUND * STRIDED_TAPS];
        struct strip s = strip_of_planes(w + c, (size_t)tap, STRIDED_TAPS);
        columns_of(&s, strided_filter_line, STRIDED_TAPS, half);
        rows_of(half, strided_filter_line, STRIDED_TAPS, STRIDED_FOUND, u + in_plane(p, 0, c),
                p->plane);
    }
}

static inline void strided_gather(const float *du, const struct winograd_planes *p, int k,
                                  ptrdiff_t tap, float *dw)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[STRIDED_TAPS * STRIDED_FOUND];
        struct strip s = strip_of_planes(du + in_plane(p, 0, c), p->plane, STRIDED_FOUND);
        columns_of(&s, strided_gather_line, STRIDED_FOUND, half);
        rows_of(half, strided_gather_line, STRIDED_FOUND, STRIDED_TAPS, dw + c, (size_t)tap);
    }
}

#endif
