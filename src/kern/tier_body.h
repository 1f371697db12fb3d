/* The kernels themselves, in plain C for the compiler's vectoriser. Included by one tier_*.c per
 * CPU tier, each compiled with that tier's instructions; contraction to fused multiply-add stays
 * off, so that the tiers agree bit for bit. Channels run in strips held in registers while a kernel
 * walks down the rows; what is left of the channels after the last whole strip goes one by one. */
#ifndef KERN_TIER_BODY_H
#define KERN_TIER_BODY_H

#include <string.h>

#include "gemm_body.h"
#include "kern/kern.h"
#include "winograd_body.h"

/* The next loop's turns do not depend on each other, even where input and output are the same
 * array: without it the vectoriser's overlap test would send the in-place case down the scalar
 * path. */
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

enum { STRIP = 16 }; /* channels: one AVX-512 register of floats, two of doubles */

static inline void add(float *restrict y, const float *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] += x[i];
}

static inline void sums_strip(const float *restrict x, size_t rows, int c, int width,
                              double *restrict sum, double *restrict square)
{
    double s[STRIP] = {0}, q[STRIP] = {0};
    for (size_t r = 0; r < rows; r++, x += c)
        for (int j = 0; j < width; j++) {
            double v = x[j];
            s[j] += v;
            q[j] += v * v;
        }
    memcpy(sum, s, (size_t)width * sizeof *sum);
    memcpy(square, q, (size_t)width * sizeof *square);
}

static inline void norm_sums(const float *x, size_t rows, int c, double *sum, double *square)
{
    int j = 0;
    for (; j + STRIP <= c; j += STRIP)
        sums_strip(x + j, rows, c, STRIP, sum + j, square + j);
    if (j < c)
        sums_strip(x + j, rows, c, c - j, sum + j, square + j);
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

static inline void back_strip(const float *restrict dy, const float *restrict x, size_t rows, int c,
                              int width, double *restrict sum, double *restrict dot)
{
    double s[STRIP] = {0}, q[STRIP] = {0};
    for (size_t r = 0; r < rows; r++, dy += c, x += c)
        for (int j = 0; j < width; j++) {
            double g = dy[j];
            s[j] += g;
            q[j] += g * x[j];
        }
    memcpy(sum, s, (size_t)width * sizeof *sum);
    memcpy(dot, q, (size_t)width * sizeof *dot);
}

static inline void mask(float *restrict dy, const float *restrict y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dy[i] = y[i] <= 0 ? 0 : dy[i];
}

static inline void norm_back_sums(float *dy, const float *y, const float *x, size_t rows, int c,
                                  double *sum, double *dot)
{
    if (y)
        mask(dy, y, rows * (size_t)c);
    int j = 0;
    for (; j + STRIP <= c; j += STRIP)
        back_strip(dy + j, x + j, rows, c, STRIP, sum + j, dot + j);
    if (j < c)
        back_strip(dy + j, x + j, rows, c, c - j, sum + j, dot + j);
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
        .norm_back_sums = norm_back_sums, .norm_back_apply = norm_back_apply,                      \
        .max_update = max_update, .max_route = max_route, .gemm_block = gemm_block,                \
        .winograd_input = winograd_input, .winograd_output = winograd_output,                      \
        .winograd_spread = winograd_spread, .winograd_filter = winograd_filter,                    \
        .winograd_gather = winograd_gather,                                                        \
    }

#endif
