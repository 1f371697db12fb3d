/* A plane of light in floats, what is drawn on it, and how a microscope sees it. */
#ifndef DATA_SYNTH_CANVAS_H
#define DATA_SYNTH_CANVAS_H

#include <math.h>
#include <stdint.h>

#include "base/rng.h"

struct synth_canvas {
    int size;
    float *light;   /* [size, size]; 1 is a full-scale pixel */
    float *scratch; /* [size, size] */
};

/* Angles are in turns. These stand in for libm, whose last bits differ between builds: only
 * correctly rounded operations (+ - * / sqrt floor) decide a pixel. */
static inline float synth_sin(float turns)
{
    float x = turns - floorf(turns + 0.5f);
    float y = 8.0f * x - 16.0f * x * fabsf(x);
    return 0.225f * (y * fabsf(y) - y) + y;
}

static inline float synth_cos(float turns)
{
    return synth_sin(turns + 0.25f);
}

/* The direction of (x, y), 0 to 1 turn. */
static inline float synth_turn(float x, float y)
{
    float ax = fabsf(x), ay = fabsf(y), high = ax > ay ? ax : ay;
    if (high == 0)
        return 0;
    float ratio = (ax > ay ? ay : ax) / high;
    float turn = ratio * (0.125f + 0.04345f * (1.0f - ratio));
    turn = ax > ay ? turn : 0.25f - turn;
    turn = x < 0 ? 0.5f - turn : turn;
    return y < 0 ? 1.0f - turn : turn;
}

/* About exp(-q/2), with finite support: 0 from q = 6 on. */
static inline float synth_bell(float q)
{
    float rest = 1.0f - q * (1.0f / 6.0f);
    return rest > 0 ? rest * rest * rest : 0;
}

static inline float synth_clamp(float x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static inline float synth_range(struct rng *r, double low, double high)
{
    return (float)rng_range(r, low, high);
}

void synth_canvas_clear(struct synth_canvas *c);

/* All take pixel coordinates, clip at the border and add light; `amount` is the peak. */
void synth_canvas_dab(struct synth_canvas *c, float x, float y, float amount);
void synth_canvas_spot(struct synth_canvas *c, float x, float y, float sigma, float amount);
void synth_canvas_ring(struct synth_canvas *c, float x, float y, float radius, float sigma,
                       float amount);
void synth_canvas_line(struct synth_canvas *c, const float from[2], const float to[2], float sigma,
                       float amount);

/* The point spread: a Gaussian of `sigma` pixels. */
void synth_canvas_blur(struct synth_canvas *c, float sigma);

/* What is out of focus: `share` of the light also falls on a wide neighbourhood of `reach` pixels.
 */
void synth_canvas_haze(struct synth_canvas *c, int reach, float share);

struct synth_camera {
    float gain, background, shot, read; /* shot: variance per unit of light; read: deviation */
};

/* Photograph the canvas into `plane`. */
void synth_canvas_expose(const struct synth_canvas *c, const struct synth_camera *camera,
                         struct rng *r, uint8_t *plane /* [size, size] */);

#endif
