/* The transforms of the strided 3x3 convolution for one CPU tier (kern/strided.h is the contract).
 *
 * A line of nine is the five points of the odd phase, then the four lines of the even phase as they
 * are. Points 0, +-3/4, +-5/2: of all sets of small fractions tried, the one with the least error;
 * all entries of A and B are exact in single precision. Relative to double, random numbers in the
 * shapes of a ResNet-34: forward 2.9e-7 to 5.6e-7, data gradient 4.8e-7 to 9.4e-7, weight gradient
 * 2.0e-7 to 4.0e-7. */
#ifndef KERN_STRIDED_BODY_H
#define KERN_STRIDED_BODY_H

#include "windows.h"

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

/* The windows of some tiles, transformed to points; `side` and `line` are constants. */
static LANES_INLINE void strided_strip(const struct window *s, bool whole, int side, line_fn *line,
                                       const float *x, float *v, size_t plane)
{
    lanes half[STRIDED_POINTS];
    columns_of_window(s, whole, x, line, side, half);
    rows_to_planes(half, line, side, STRIDED_LINE, v, plane);
}

static LANES_INLINE void strided_strips(const struct strided_tiles *t, int i,
                                        const struct window *s, int side, line_fn *line,
                                        const float *x, float *v)
{
    for (int c = 0; c < t->c; c += LANES) {
        float *to = v + in_plane(&t->planes, (size_t)i, c);
        if (s->whole)
            strided_strip(s, true, side, line, x + c, to, t->planes.plane);
        else
            strided_strip(s, false, side, line, x + c, to, t->planes.plane);
    }
}

static inline void strided_input(const struct strided_tiles *t, const float *x, float *v)
{
    for (int i = 0; i < t->count; i++) {
        struct spot at = spot_of(t, i);
        at.y = 2 * at.y - 1;
        at.x = 2 * at.x - 1;
        struct window s = window_of(t->h, t->w, t->c, at, STRIDED_LINE);
        strided_strips(t, i, &s, STRIDED_LINE, strided_in, x, v);
    }
}

static inline void strided_spread(const struct strided_tiles *t, const float *dy, float *z)
{
    for (int i = 0; i < t->count; i++) {
        struct window s = outputs_of(t, i, STRIDED_TILE);
        strided_strips(t, i, &s, STRIDED_TILE, strided_wide, dy, z);
    }
}

static inline void strided_back_input(const struct strided_tiles *t, const float *dy, float *v)
{
    for (int i = 0; i < t->count; i++) {
        struct window s = outputs_of(t, i, STRIDED_ODD);
        strided_strips(t, i, &s, STRIDED_ODD, strided_back_in, dy, v);
    }
}

static LANES_INLINE void strided_output_strip(const struct window *s, bool whole, bool add,
                                              int side, line_fn *line, const float *m, size_t plane,
                                              float *y)
{
    lanes half[STRIDED_POINTS];
    columns_of_planes(m, plane, line, STRIDED_LINE, half);
    rows_to_window(half, line, STRIDED_LINE, side, s, whole, add, y);
}

static inline void strided_output(const struct strided_tiles *t, const float *m, float *y,
                                  double *sums)
{
    if (sums)
        memset(sums, 0, 2 * (size_t)t->c * sizeof *sums);
    for (int i = 0; i < t->count; i++) {
        struct window s = outputs_of(t, i, STRIDED_TILE);
        for (int c = 0; c < t->c; c += LANES) {
            const float *from = m + in_plane(&t->planes, (size_t)i, c);
            strided_output_strip(&s, s.whole, false, STRIDED_TILE, strided_out, from,
                                 t->planes.plane, y + c);
            if (sums)
                window_sums(&s, y + c, sums + c, sums + t->c + c);
        }
    }
}

static inline void strided_back_output(const struct strided_tiles *t, const float *m, bool add,
                                       float *dx)
{
    for (int i = 0; i < t->count; i++) {
        struct spot at = spot_of(t, i);
        at.y *= 2;
        at.x *= 2;
        struct window s = window_of(t->h, t->w, t->c, at, STRIDED_SIDE);
        for (int c = 0; c < t->c; c += LANES)
            strided_output_strip(&s, s.whole, add, STRIDED_SIDE, strided_back_out,
                                 m + in_plane(&t->planes, (size_t)i, c), t->planes.plane, dx + c);
    }
}

static inline void strided_filter(const float *w, ptrdiff_t tap, int k,
                                  const struct winograd_planes *p, float *u)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[STRIDED_FOUND * STRIDED_TAPS];
        columns_of_planes(w + c, (size_t)tap, strided_filter_line, STRIDED_TAPS, half);
        rows_to_planes(half, strided_filter_line, STRIDED_TAPS, STRIDED_FOUND,
                       u + in_plane(p, 0, c), p->plane);
    }
}

static inline void strided_gather(const float *du, const struct winograd_planes *p, int k,
                                  ptrdiff_t tap, float *dw)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[STRIDED_TAPS * STRIDED_FOUND];
        columns_of_planes(du + in_plane(p, 0, c), p->plane, strided_gather_line, STRIDED_FOUND,
                          half);
        rows_to_planes(half, strided_gather_line, STRIDED_FOUND, STRIDED_TAPS, dw + c, (size_t)tap);
    }
}

#endif
