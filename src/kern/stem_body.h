/* The transforms of the first convolution's F(4x4,4x4) for one CPU tier (kern/stem.h is the
 * contract).
 *
 * Points +-1/4, +-7/8, +-7/4 and infinity: of all sets of small fractions tried, the one with the
 * least error, 1.0e-6 forward and 1.8e-6 for the weight gradient relative to double on random
 * numbers; 0, 1/2, +-1, +-2 and infinity have 1.6e-6 and 3.0e-6. All entries of A and B are exact
 * in single precision. Sums and differences of the even and the odd part serve a point and its
 * negative. */
#ifndef KERN_STEM_BODY_H
#define KERN_STEM_BODY_H

#include "kern/stem.h"
#include "strided_body.h"

enum { STEM_WINDOW = 7, STEM_TAPS = 4, STEM_DEPTH_MAX = 4 * STEM_CHANNELS_MAX };

#define STEM_A 0.25F
#define STEM_B 0.875F
#define STEM_C 1.75F

/* o[0] and o[step] at points p and -p of the input, the other pairs at q and r. */
static LANES_INLINE void stem_pair_in(const lanes *d, float p, float q, float r, lanes *o, int step)
{
    lanes sum = lanes_all(-(q * q + r * r)), product = lanes_all(q * q * r * r);
    lanes even = lanes_fma(product, d[0], lanes_fma(sum, d[2], d[4]));
    lanes odd = lanes_fma(product, d[1], lanes_fma(sum, d[3], d[5]));
    o[0] = lanes_fma(lanes_all(p), even, odd);
    o[step] = lanes_fma(lanes_all(-p), even, odd);
}

/* o = B^T d: seven to seven. */
static LANES_INLINE void stem_in(const lanes *d, lanes *o, int step)
{
    const float p = STEM_A * STEM_A, q = STEM_B * STEM_B, r = STEM_C * STEM_C;
    stem_pair_in(d, STEM_A, STEM_B, STEM_C, o, step);
    stem_pair_in(d, STEM_B, STEM_A, STEM_C, o + 2 * step, step);
    stem_pair_in(d, STEM_C, STEM_A, STEM_B, o + 4 * step, step);
    o[6 * step] = lanes_fma(lanes_all(-(p + q + r)), d[4],
                            lanes_fma(lanes_all(p * q + p * r + q * r), d[2],
                                      lanes_fma(lanes_all(-(p * q * r)), d[0], d[6])));
}

/* o = A^T m: seven to four. */
static LANES_INLINE void stem_out(const lanes *m, lanes *o, int step)
{
    const float a = STEM_A, b = STEM_B, c = STEM_C;
    lanes even_a = m[0] + m[1], odd_a = lanes_all(a) * (m[0] - m[1]);
    lanes even_b = m[2] + m[3], odd_b = lanes_all(b) * (m[2] - m[3]);
    lanes even_c = m[4] + m[5], odd_c = lanes_all(c) * (m[4] - m[5]);
    o[0] = even_a + even_b + even_c;
    o[step] = odd_a + odd_b + odd_c;
    o[2 * step] = lanes_fma(lanes_all(a * a), even_a,
                            lanes_fma(lanes_all(b * b), even_b, lanes_all(c * c) * even_c));
    o[3 * step] =
        lanes_fma(lanes_all(a * a), odd_a,
                  lanes_fma(lanes_all(b * b), odd_b, lanes_fma(lanes_all(c * c), odd_c, m[6])));
}

static LANES_INLINE void stem_pair_spread(const lanes *d, float p, lanes *o, int step)
{
    lanes even = lanes_fma(lanes_all(p * p), d[2], d[0]);
    lanes odd = lanes_fma(lanes_all(p * p), d[3], d[1]);
    o[0] = lanes_fma(lanes_all(p), odd, even);
    o[step] = lanes_fma(lanes_all(-p), odd, even);
}

/* o = A d: four to seven. */
static LANES_INLINE void stem_wide(const lanes *d, lanes *o, int step)
{
    stem_pair_spread(d, STEM_A, o, step);
    stem_pair_spread(d, STEM_B, o + 2 * step, step);
    stem_pair_spread(d, STEM_C, o + 4 * step, step);
    o[6 * step] = d[3];
}

/* 1 / product of the distances from point p to -p, +-q and +-r; its negative for -p. */
#define STEM_NORM(p, q, r) (1 / (2 * (p) * ((p) * (p) - (q) * (q)) * ((p) * (p) - (r) * (r))))

static LANES_INLINE void stem_pair_filter(const lanes *w, float p, float norm, lanes *o, int step)
{
    lanes even = norm * (w[0] + p * p * w[2]), odd = norm * p * (w[1] + p * p * w[3]);
    o[0] = odd + even;
    o[step] = odd - even;
}

/* o = G w: four to seven. */
static LANES_INLINE void stem_filter_line(const lanes *w, lanes *o, int step)
{
    stem_pair_filter(w, STEM_A, STEM_NORM(STEM_A, STEM_B, STEM_C), o, step);
    stem_pair_filter(w, STEM_B, STEM_NORM(STEM_B, STEM_A, STEM_C), o + 2 * step, step);
    stem_pair_filter(w, STEM_C, STEM_NORM(STEM_C, STEM_A, STEM_B), o + 4 * step, step);
    o[6 * step] = w[3];
}

static LANES_INLINE void stem_pair_gather(const lanes *u, float p, float norm, lanes *o, int step)
{
    lanes even = norm * (u[0] - u[1]), odd = norm * p * (u[0] + u[1]);
    o[0] += even;
    o[step] += odd;
    o[2 * step] += p * p * even;
    o[3 * step] += p * p * odd;
}

/* o = G^T u: seven to four. */
static LANES_INLINE void stem_gather_line(const lanes *u, lanes *o, int step)
{
    o[0] = o[step] = o[2 * step] = lanes_all(0);
    o[3 * step] = u[6];
    stem_pair_gather(u, STEM_A, STEM_NORM(STEM_A, STEM_B, STEM_C), o, step);
    stem_pair_gather(u + 2, STEM_B, STEM_NORM(STEM_B, STEM_A, STEM_C), o, step);
    stem_pair_gather(u + 4, STEM_C, STEM_NORM(STEM_C, STEM_A, STEM_B), o, step);
}

/* The pixels of a window of 14x14, two by two: d[7][7][depth]. What is outside stays as it is. */
static LANES_INLINE void stem_window(const struct window *s, int c, int depth, const float *x,
                                     float *d)
{
    for (int i = s->top; i < s->bottom; i++) {
        const float *from = x + (s->corner + i * s->line);
        float *to = d + (i / 2 * STEM_WINDOW) * depth + i % 2 * 2 * c;
        for (int j = s->left; j < s->right; j++)
            memcpy(to + j / 2 * depth + j % 2 * c, from + j * c, (size_t)c * sizeof *d);
    }
}

static LANES_INLINE void stem_pixels(const struct window *s, int c, int depth, const float *x,
                                     float *d)
{
    if (!s->whole || depth != 4 * c)
        memset(d, 0, (size_t)(STEM_WINDOW * STEM_WINDOW * depth) * sizeof *d);
    if (s->whole && c == 4)
        stem_window(&(struct window){s->corner, s->line, 4, 0, 14, 0, 14, true}, 4, 16, x, d);
    else
        stem_window(s, c, depth, x, d);
}

static inline void stem_input(const struct strided_tiles *t, const float *x, float *v)
{
    float pixels[STEM_WINDOW * STEM_WINDOW * STEM_DEPTH_MAX];
    int depth = stem_depth(t->c);
    for (int i = 0; i < t->count; i++) {
        struct spot at = strided_spot(t, i);
        at.y = 2 * at.y - 4;
        at.x = 2 * at.x - 4;
        struct window s = window_of(t->h, t->w, t->c, at, 2 * STEM_WINDOW);
        stem_pixels(&s, t->c, depth, x, pixels);
        for (int c = 0; c < depth; c += LANES) {
            lanes half[STEM_POINTS];
            struct strip d = strip_of_planes(pixels + c, (size_t)depth, STEM_WINDOW);
            columns_of(&d, stem_in, STEM_WINDOW, half);
            rows_of(half, stem_in, STEM_WINDOW, STEM_WINDOW, v + in_plane(&t->planes, (size_t)i, c),
                    t->planes.plane);
        }
    }
}

static inline void stem_output(const struct strided_tiles *t, const float *m,
                               const struct fused_finish *f)
{
    strided_finish(t, m, f, TILE, 1, STEM_WINDOW, stem_out);
}

static inline void stem_spread(const struct strided_tiles *t, const struct fused_source *from,
                               float *z)
{
    strided_points_of(t, from, (struct strided_view){1, 0, TILE}, STEM_WINDOW, stem_wide, z);
}

static inline void stem_filter(const float *const *taps, int k, const struct winograd_planes *p,
                               float *u)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[STEM_WINDOW * STEM_TAPS];
        float w[STEM_TAPS * STEM_TAPS * LANES] = {0};
        for (int i = 0; i < STEM_TAPS * STEM_TAPS; i++)
            if (taps[i])
                lanes_store(w + (ptrdiff_t)i * LANES, lanes_load(taps[i] + c));
        struct strip s = strip_of_planes(w, LANES, STEM_TAPS);
        columns_of(&s, stem_filter_line, STEM_TAPS, half);
        rows_of(half, stem_filter_line, STEM_TAPS, STEM_WINDOW, u + in_plane(p, 0, c), p->plane);
    }
}

static inline void stem_gather(const float *du, const struct winograd_planes *p, int k,
                               float *const *taps)
{
    for (int c = 0; c < k; c += LANES) {
        lanes half[STEM_TAPS * STEM_WINDOW];
        float w[STEM_TAPS * STEM_TAPS * LANES];
        struct strip s = strip_of_planes(du + in_plane(p, 0, c), p->plane, STEM_WINDOW);
        columns_of(&s, stem_gather_line, STEM_WINDOW, half);
        rows_of(half, stem_gather_line, STEM_WINDOW, STEM_TAPS, w, LANES);
        for (int i = 0; i < STEM_TAPS * STEM_TAPS; i++)
            if (taps[i])
                lanes_store(taps[i] + c, lanes_load(w + (ptrdiff_t)i * LANES));
    }
}

#endif
