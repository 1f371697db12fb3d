/* The transforms of Winograd's F(4x4,3x3) for one CPU tier (kern/winograd.h is the contract).
 *
 * Points 0, +-5/8, +-3/2 and infinity. With a = 5/8, b = 3/2 all entries of A and B are exact in
 * single precision, and the error of a convolution is half that of the textbook's 0, +-1, +-2:
 * relative to double, 64 and 512 channels: 6.8e-7 and 1.8e-6 against 1.5e-6 and 3.8e-6. A strip of
 * channels, one vector wide, goes through at a time; sums and differences of the even and the odd
 * part serve a point and its negative. No fused multiply-add: tiers give the same bits. */
#ifndef KERN_WINOGRAD_BODY_H
#define KERN_WINOGRAD_BODY_H

#include <string.h>

#include "kern/winograd.h"
#include "lanes.h"

#define A1    0.625F /* a, b, their squares P, Q and the products that occur */
#define B1    1.5F
#define P     (A1 * A1)
#define Q     (B1 * B1)
#define NORM0 (1 / (P * Q)) /* 1 / product of the distances from a point to the others */
#define NORMA (1 / (2 * P * (P - Q)))
#define NORMB (1 / (2 * Q * (Q - P)))

enum { WINDOW = 6, TILE = 4, TAPS = 3 };

/* o = B^T d for six vectors; o lies `step` apart. */
static LANES_INLINE void to_points(const lanes *d, lanes *o, int step)
{
    lanes even_a = d[4] - Q * d[2], odd_a = A1 * (d[3] - Q * d[1]);
    lanes even_b = d[4] - P * d[2], odd_b = B1 * (d[3] - P * d[1]);
    o[0] = P * Q * d[0] - (P + Q) * d[2] + d[4];
    o[step] = even_a + odd_a;
    o[2 * step] = even_a - odd_a;
    o[3 * step] = even_b + odd_b;
    o[4 * step] = even_b - odd_b;
    o[5 * step] = P * Q * d[1] - (P + Q) * d[3] + d[5];
}

/* o = A^T m: six to four. */
static LANES_INLINE void from_points(const lanes *m, lanes *o, int step)
{
    lanes even_a = m[1] + m[2], odd_a = A1 * (m[1] - m[2]);
    lanes even_b = m[3] + m[4], odd_b = B1 * (m[3] - m[4]);
    o[0] = m[0] + even_a + even_b;
    o[step] = odd_a + odd_b;
    o[2 * step] = P * even_a + Q * even_b;
    o[3 * step] = P * odd_a + Q * odd_b + m[5];
}

/* o = A d: four to six. */
static LANES_INLINE void spread_points(const lanes *d, lanes *o, int step)
{
    lanes even_a = d[0] + P * d[2], odd_a = A1 * (d[1] + P * d[3]);
    lanes even_b = d[0] + Q * d[2], odd_b = B1 * (d[1] + Q * d[3]);
    o[0] = d[0];
    o[step] = even_a + odd_a;
    o[2 * step] = even_a - odd_a;
    o[3 * step] = even_b + odd_b;
    o[4 * step] = even_b - odd_b;
    o[5 * step] = d[3];
}

/* o = G w: three to six. */
static LANES_INLINE void filter_points(const lanes *w, lanes *o, int step)
{
    lanes even_a = NORMA * w[0] + P * NORMA * w[2], odd_a = A1 * NORMA * w[1];
    lanes even_b = NORMB * w[0] + Q * NORMB * w[2], odd_b = B1 * NORMB * w[1];
    o[0] = NORM0 * w[0];
    o[step] = even_a + odd_a;
    o[2 * step] = even_a - odd_a;
    o[3 * step] = even_b + odd_b;
    o[4 * step] = even_b - odd_b;
    o[5 * step] = w[2];
}

/* o = G^T u: six to three. */
static LANES_INLINE void gather_points(const lanes *u, lanes *o, int step)
{
    lanes even_a = u[1] + u[2], even_b = u[3] + u[4];
    o[0] = NORM0 * u[0] + NORMA * even_a + NORMB * even_b;
    o[step] = A1 * NORMA * (u[1] - u[2]) + B1 * NORMB * (u[3] - u[4]);
    o[2 * step] = P * NORMA * even_a + Q * NORMB * even_b + u[5];
}

/* A square of pixels that may reach beyond the image: where its corner lies in the array, and which
 * of its lines and columns are inside. */
struct square {
    ptrdiff_t corner, line, pixel; /* floats */
    int top, bottom, left, right;
    bool whole;
};

static inline struct square square_of(const struct winograd_tiles *t, size_t tile, int side)
{
    int across = (t->w + TILE - 1) / TILE, border = (side - TILE) / 2;
    size_t each = (size_t)winograd_tiles_of_image(t->h, t->w);
    int y = (int)(tile % each) / across * TILE - border;
    int x = (int)(tile % each) % across * TILE - border;
    struct square s = {.line = (ptrdiff_t)t->w * t->c, .pixel = t->c};
    s.corner = (ptrdiff_t)(tile / each) * t->h * s.line + y * s.line + x * s.pixel;
    s.top = y < 0 ? -y : 0;
    s.left = x < 0 ? -x : 0;
    s.bottom = t->h - y < side ? t->h - y : side;
    s.right = t->w - x < side ? t->w - x : side;
    s.whole = s.top == 0 && s.left == 0 && s.bottom == side && s.right == side;
    return s;
}

/* Pixel (i, j) of the square, 0 where it is outside. */
static LANES_INLINE lanes pixel_at(const struct square *s, bool whole, const float *x, int i, int j)
{
    if (whole || (i >= s->top && i < s->bottom && j >= s->left && j < s->right))
        return lanes_load(x + (s->corner + i * s->line + j * s->pixel));
    return lanes_all(0);
}

static LANES_INLINE void input_strip(const struct square *s, bool whole, const float *x, float *v,
                                     size_t plane)
{
    lanes half[WINDOW * WINDOW], d[WINDOW];
    LANES_UNROLL
    for (int j = 0; j < WINDOW; j++) {
        LANES_UNROLL
        for (int i = 0; i < WINDOW; i++)
            d[i] = pixel_at(s, whole, x, i, j);
        to_points(d, half + j, WINDOW);
    }
    LANES_UNROLL
    for (int i = 0; i < WINDOW; i++) {
        to_points(half + i * WINDOW, d, 1);
        LANES_UNROLL
        for (int j = 0; j < WINDOW; j++)
            lanes_store(v + (size_t)(i * WINDOW + j) * plane, d[j]);
    }
}

static LANES_INLINE void spread_strip(const struct square *s, bool whole, const float *dy, float *z,
                                      size_t plane)
{
    lanes half[WINDOW * TILE], d[WINDOW];
    LANES_UNROLL
    for (int j = 0; j < TILE; j++) {
        LANES_UNROLL
        for (int i = 0; i < TILE; i++)
            d[i] = pixel_at(s, whole, dy, i, j);
        spread_points(d, half + j, TILE);
    }
    LANES_UNROLL
    for (int i = 0; i < WINDOW; i++) {
        spread_points(half + i * TILE, d, 1);
        LANES_UNROLL
        for (int j = 0; j < WINDOW; j++)
            lanes_store(z + (size_t)(i * WINDOW + j) * plane, d[j]);
    }
}

static LANES_INLINE void output_strip(const struct square *s, bool whole, bool add, const float *m,
                                      size_t plane, float *y)
{
    lanes half[TILE * WINDOW], d[WINDOW];
    LANES_UNROLL
    for (int j = 0; j < WINDOW; j++) {
        LANES_UNROLL
        for (int i = 0; i < WINDOW; i++)
            d[i] = lanes_load(m + (size_t)(i * WINDOW + j) * plane);
        from_points(d, half + j, WINDOW);
    }
    LANES_UNROLL
    for (int i = 0; i < TILE; i++) {
        from_points(half + i * WINDOW, d, 1);
        LANES_UNROLL
        for (int j = 0; j < TILE; j++)
            if (whole || (i < s->bottom && j < s->right)) {
                float *to = y + (s->corner + i * s->line + j * s->pixel);
                lanes_store(to, add ? lanes_load(to) + d[j] : d[j]);
            }
    }
}

/* Calls strip(channel, offset in a row of the planes) for all strips of channels. */
#define FOR_STRIPS(t, channel) for (int channel = 0; channel < (t)->c; channel += LANES)

static LANES_INLINE size_t strip_at(const struct winograd_planes *p, size_t row, int channel)
{
    return row * p->row_step + (size_t)(channel / WINOGRAD_CHANNELS) * p->panel +
           (size_t)(channel % WINOGRAD_CHANNELS);
}

static inline void winograd_input(const struct winograd_tiles *t, const float *x, float *v)
{
    size_t plane = t->planes.plane;
    for (int i = 0; i < t->count; i++) {
        struct square s = square_of(t, t->first + (size_t)i, WINDOW);
        FOR_STRIPS(t, c)
        {
            float *to = v + strip_at(&t->planes, (size_t)i, c);
            if (s.whole)
                input_strip(&s, true, x + c, to, plane);
            else
                input_strip(&s, false, x + c, to, plane);
        }
    }
}

static inline void winograd_spread(const struct winograd_tiles *t, const float *dy, float *z)
{
    size_t plane = t->planes.plane;
    for (int i = 0; i < t->count; i++) {
        struct square s = square_of(t, t->first + (size_t)i, TILE);
        FOR_STRIPS(t, c)
        {
            float *to = z + strip_at(&t->planes, (size_t)i, c);
            if (s.whole)
                spread_strip(&s, true, dy + c, to, plane);
            else
                spread_strip(&s, false, dy + c, to, plane);
        }
    }
}

/* Adds the pixels of a tile, just written, to the sums of one vector of channels. */
static inline void add_pixels(const struct square *s, const float *y, double *sum, double *square)
{
    lanes_wide total, squares;
    memcpy(&total, sum, sizeof total);
    memcpy(&squares, square, sizeof squares);
    for (int i = s->top; i < s->bottom; i++)
        for (int j = s->left; j < s->right; j++) {
            lanes_wide v = lanes_widen(lanes_load(y + (s->corner + i * s->line + j * s->pixel)));
            total += v;
            squares += v * v;
        }
    memcpy(sum, &total, sizeof total);
    memcpy(square, &squares, sizeof squares);
}

static inline void winograd_output(const struct winograd_tiles *t, const float *m, bool add,
                                   float *y, double *sums)
{
    size_t plane = t->planes.plane;
    if (sums)
        memset(sums, 0, 2 * (size_t)t->c * sizeof *sums);
    for (int i = 0; i < t->count; i++) {
        struct square s = square_of(t, t->first + (size_t)i, TILE);
        FOR_STRIPS(t, c)
        {
            const float *from = m + strip_at(&t->planes, (size_t)i, c);
            if (!s.whole)
                output_strip(&s, false, add, from, plane, y + c);
            else if (add)
                output_strip(&s, true, true, from, plane, y + c);
            else
                output_strip(&s, true, false, from, plane, y + c);
        }
        for (int c = 0; sums && c < t->c; c += LANES)
            add_pixels(&s, y + c, sums + c, sums + t->c + c);
    }
}

static inline void winograd_filter(const float *w, ptrdiff_t tap, int k,
                                   const struct winograd_planes *p, float *u)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[WINDOW * TAPS], d[WINDOW];
        for (int j = 0; j < TAPS; j++) {
            for (int i = 0; i < TAPS; i++)
                d[i] = lanes_load(w + (i * TAPS + j) * tap + c);
            filter_points(d, half + j, TAPS);
        }
        float *to = u + strip_at(p, 0, c);
        for (int i = 0; i < WINDOW; i++) {
            filter_points(half + i * TAPS, d, 1);
            for (int j = 0; j < WINDOW; j++)
                lanes_store(to + (size_t)(i * WINDOW + j) * p->plane, d[j]);
        }
    }
}

static inline void winograd_gather(const float *du, const struct winograd_planes *p, int k,
                                   ptrdiff_t tap, float *dw)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[TAPS * WINDOW], d[WINDOW];
        const float *from = du + strip_at(p, 0, c);
        for (int j = 0; j < WINDOW; j++) {
            for (int i = 0; i < WINDOW; i++)
                d[i] = lanes_load(from + (size_t)(i * WINDOW + j) * p->plane);
            gather_points(d, half + j, WINDOW);
        }
        for (int i = 0; i < TAPS; i++) {
            gather_points(half + i * WINDOW, d, 1);
            for (int j = 0; j < TAPS; j++)
                lanes_store(dw + (i * TAPS + j) * tap + c, d[j]);
        }
    }
}

#endif
