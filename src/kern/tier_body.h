/* The kernels themselves, in plain C for the vectoriser or in vectors (lanes.h). Included by one
 * tier_*.c per CPU tier, each compiled with that tier's instructions; contraction to fused
 * multiply-add stays off, so that the tiers agree bit for bit. Sums keep a vector of channels in
 * registers while they walk down the rows; what is left of the channels after the last whole vector
 * goes one by one. */
#ifndef KERN_TIER_BODY_H
#define KERN_TIER_BODY_H

#include <string.h>

#include "gemm_body.h"
#include "kern/kern.h"
#include "lanes.h"
#include "stem_body.h"
#include "strided_body.h"
#include "winograd_body.h"

/* The next loop's turns do not depend on each other, even where input and output are the same
 * array: without it the vectoriser's overlap test would send the in-place case down the scalar
 * path. */
#if defined(LANES_SCALAR)
#define INDEPENDENT
#elif defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

static inline void add(float *restrict y, const float *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] += x[i];
}

static inline void sums_lanes(const float *x, size_t rows, int c, double *sum, double *square)
{
    lanes_wide s = {0}, q = {0};
    for (size_t r = 0; r < rows; r++, x += c) {
        lanes_wide v = lanes_widen(lanes_load(x));
        s += v;
        q += v * v;
    }
    memcpy(sum, &s, sizeof s);
    memcpy(square, &q, sizeof q);
}

static inline void sums_channel(const float *x, size_t rows, int c, double *sum, double *square)
{
    double s = 0, q = 0;
    for (size_t r = 0; r < rows; r++, x += c) {
        double v = *x;
        s += v;
        q += v * v;
    }
    *sum = s;
    *square = q;
}

static inline void norm_sums(const float *x, size_t rows, int c, double *sum, double *square)
{
    int j = 0;
    for (; j + LANES <= c; j += LANES)
        sums_lanes(x + j, rows, c, sum + j, square + j);
    for (; j < c; j++)
        sums_channel(x + j, rows, c, sum + j, square + j);
}

static inline __attribute__((always_inline)) void
apply(const float *x, const float *skip, size_t rows, int c, const float *restrict scale,
      const float *restrict shift, bool with_skip, bool relu, float *y)
{
    for (size_t r = 0; r < rows; r++, x += c, y += c) {
        INDEPENDENT
        for (int j = 0; j < c; j++) {
            float v = x[j] * scale[j] + shift[j];
            v = with_skip ? v + skip[j] : v;
            y[j] = relu && v < 0 ? 0 : v; /* in this order NaN passes through */
        }
        skip = with_skip ? skip + c : NULL;
    }
}

static inline void norm_apply(const float *x, const float *skip, size_t rows, int c,
                              const float *scale, const float *shift, bool relu, float *y)
{
    if (skip && relu)
        apply(x, skip, rows, c, scale, shift, true, true, y);
    else if (skip)
        apply(x, skip, rows, c, scale, shift, true, false, y);
    else if (relu)
        apply(x, NULL, rows, c, scale, shift, false, true, y);
    else
        apply(x, NULL, rows, c, scale, shift, false, false, y);
}

/* One vector of channels: cuts dy by y, unless that is NULL, and sums. */
static inline void back_lanes(float *dy, const float *y, const float *x, size_t rows, int c,
                              double *sum, double *dot)
{
    lanes_wide s = {0}, q = {0};
    for (size_t r = 0; r < rows; r++, dy += c, x += c) {
        lanes cut = lanes_load(dy);
        if (y) {
            cut = lanes_cut(cut, lanes_load(y + r * (size_t)c));
            lanes_store(dy, cut);
        }
        lanes_wide g = lanes_widen(cut);
        s += g;
        q += g * lanes_widen(lanes_load(x));
    }
    memcpy(sum, &s, sizeof s);
    memcpy(dot, &q, sizeof q);
}

static inline void back_channel(float *dy, const float *y, const float *x, size_t rows, int c,
                                double *sum, double *dot)
{
    double s = 0, q = 0;
    for (size_t r = 0; r < rows; r++, dy += c, x += c) {
        *dy = y && y[r * (size_t)c] <= 0 ? 0 : *dy;
        double g = *dy;
        s += g;
        q += g * *x;
    }
    *sum = s;
    *dot = q;
}

static inline void norm_back_sums(float *dy, const float *y, const float *x, size_t rows, int c,
                                  double *sum, double *dot)
{
    int j = 0;
    for (; j + LANES <= c; j += LANES)
        back_lanes(dy + j, y ? y + j : NULL, x + j, rows, c, sum + j, dot + j);
    for (; j < c; j++)
        back_channel(dy + j, y ? y + j : NULL, x + j, rows, c, sum + j, dot + j);
}

static inline void norm_back_apply(const float *dy, const float *x, size_t rows, int c,
                                   const float *restrict a, const float *restrict b,
                                   const float *restrict d, float *dx)
{
    for (size_t r = 0; r < rows; r++, dy += c, x += c, dx += c) {
        INDEPENDENT
        for (int j = 0; j < c; j++) {
            dx[j] = a[j] * dy[j] + b[j] * x[j] + d[j];
        }
    }
}

/* One vector of channels; left to itself, the compiler would branch at every ReLU. */
static inline void relu_back_lanes(float *dy, const float *x, size_t rows, int c,
                                   const float *scale, const float *shift, double *sum, double *dot)
{
    lanes_wide s = {0}, q = {0};
    lanes a = lanes_load(scale), b = lanes_load(shift);
    for (size_t r = 0; r < rows; r++, dy += c, x += c) {
        lanes v = lanes_load(x), cut = lanes_cut(lanes_load(dy), v * a + b);
        lanes_store(dy, cut);
        lanes_wide g = lanes_widen(cut);
        s += g;
        q += g * lanes_widen(v);
    }
    memcpy(sum, &s, sizeof s);
    memcpy(dot, &q, sizeof q);
}

static inline void relu_back_channel(float *dy, const float *x, size_t rows, int c, float scale,
                                     float shift, double *sum, double *dot)
{
    double s = 0, q = 0;
    for (size_t r = 0; r < rows; r++, dy += c, x += c) {
        *dy = *x * scale + shift <= 0 ? 0 : *dy;
        double g = *dy;
        s += g;
        q += g * *x;
    }
    *sum = s;
    *dot = q;
}

static inline void norm_relu_back_sums(float *dy, const float *x, size_t rows, int c,
                                       const float *scale, const float *shift, double *sum,
                                       double *dot)
{
    int j = 0;
    for (; j + LANES <= c; j += LANES)
        relu_back_lanes(dy + j, x + j, rows, c, scale + j, shift + j, sum + j, dot + j);
    for (; j < c; j++)
        relu_back_channel(dy + j, x + j, rows, c, scale[j], shift[j], sum + j, dot + j);
}

static inline void max_update(const float *restrict x, int c, uint8_t tap, float *restrict best,
                              uint8_t *restrict best_tap)
{
    for (int j = 0; j < c; j++) {
        bool wins = x[j] > best[j] || x[j] != x[j]; /* NaN wins and stays */
        best_tap[j] = wins ? tap : best_tap[j];
        best[j] = wins ? x[j] : best[j];
    }
}

static inline void max_route(const float *restrict dy, const uint8_t *restrict best_tap, int c,
                             uint8_t tap, float *restrict dx)
{
    for (int j = 0; j < c; j++)
        dx[j] += best_tap[j] == tap ? dy[j] : 0;
}

#define TIER_TABLE(tier_name)                                                                      \
    {                                                                                              \
        .name = tier_name, .add = add, .norm_sums = norm_sums, .norm_apply = norm_apply,           \
        .norm_back_sums = norm_back_sums, .norm_relu_back_sums = norm_relu_back_sums,              \
        .norm_back_apply = norm_back_apply, .max_update = max_update, .max_route = max_route,      \
        .gemm_block = gemm_block, .winograd_input = winograd_input,                                \
        .winograd_output = winograd_output, .winograd_spread = winograd_spread,                    \
        .winograd_filter = winograd_filter, .winograd_gather = winograd_gather,                    \
        .stem_input = stem_input, .stem_output = stem_output, .stem_spread = stem_spread,          \
        .stem_filter = stem_filter, .stem_gather = stem_gather, .strided_input = strided_input,    \
        .strided_output = strided_output, .strided_spread = strided_spread,                        \
        .strided_back_input = strided_back_input, .strided_back_output = strided_back_output,      \
        .strided_filter = strided_filter, .strided_gather = strided_gather,                        \
    }

#endif
