/* The canvas: spots, rings and lines of light, blur, haze, and the camera's noise.
 *
 * The stains and the protein patterns draw here; one canvas belongs to one thread and is used for
 * one stain after the other. Everything is a sum of light in a fixed order, so the same calls give
 * the same bytes. */
#include "synth_canvas.h"

#include <string.h>

struct box {
    int x0, y0, x1, y1; /* x1, y1 excluded */
};

static int clip(float v, int size)
{
    return v < 0 ? 0 : v > (float)size ? size : (int)v;
}

static struct box box_around(const struct synth_canvas *c, float x0, float y0, float x1, float y1)
{
    return (struct box){clip(floorf(x0), c->size), clip(floorf(y0), c->size),
                        clip(floorf(x1) + 1, c->size), clip(floorf(y1) + 1, c->size)};
}

void synth_canvas_clear(struct synth_canvas *c)
{
    memset(c->light, 0, (size_t)c->size * (size_t)c->size * sizeof *c->light);
}

void synth_canvas_dab(struct synth_canvas *c, float x, float y, float amount)
{
    float limit = (float)c->size - 1;
    if (!(x >= 0 && y >= 0 && x < limit && y < limit))
        return;
    int column = (int)x, row = (int)y;
    float fx = x - (float)column, fy = y - (float)row;
    float *p = c->light + (size_t)row * (size_t)c->size + column;
    p[0] += amount * (1 - fx) * (1 - fy);
    p[1] += amount * fx * (1 - fy);
    p[c->size] += amount * (1 - fx) * fy;
    p[c->size + 1] += amount * fx * fy;
}

void synth_canvas_spot(struct synth_canvas *c, float x, float y, float sigma, float amount)
{
    synth_canvas_ring(c, x, y, 0, sigma, amount);
}

void synth_canvas_ring(struct synth_canvas *c, float x, float y, float radius, float sigma,
                       float amount)
{
    float reach = radius + 2.45f * sigma, scale = 1.0f / (sigma * sigma);
    struct box b = box_around(c, x - reach, y - reach, x + reach, y + reach);
    for (int row = b.y0; row < b.y1; row++)
        for (int column = b.x0; column < b.x1; column++) {
            float dx = (float)column - x, dy = (float)row - y;
            float off = sqrtf(dx * dx + dy * dy) - radius;
            c->light[(size_t)row * (size_t)c->size + column] +=
                amount * synth_bell(off * off * scale);
        }
}

void synth_canvas_line(struct synth_canvas *c, const float from[2], const float to[2], float sigma,
                       float amount)
{
    float reach = 2.45f * sigma, scale = 1.0f / (sigma * sigma);
    float ex = to[0] - from[0], ey = to[1] - from[1], length2 = ex * ex + ey * ey + 1e-6f;
    struct box b = box_around(c, fminf(from[0], to[0]) - reach, fminf(from[1], to[1]) - reach,
                              fmaxf(from[0], to[0]) + reach, fmaxf(from[1], to[1]) + reach);
    for (int row = b.y0; row < b.y1; row++)
        for (int column = b.x0; column < b.x1; column++) {
            float dx = (float)column - from[0], dy = (float)row - from[1];
            float along = synth_clamp((dx * ex + dy * ey) / length2);
            dx -= along * ex;
            dy -= along * ey;
            c->light[(size_t)row * (size_t)c->size + column] +=
                amount * synth_bell((dx * dx + dy * dy) * scale);
        }
}

/* One pass of the kernel (w, 1 - 2w, w) along rows and columns; edges are mirrored. */
static void soften(struct synth_canvas *c, float w)
{
    int n = c->size;
    float centre = 1 - 2 * w;
    for (int y = 0; y < n; y++) {
        const float *in = c->light + (size_t)y * (size_t)n;
        float *out = c->scratch + (size_t)y * (size_t)n;
        out[0] = centre * in[0] + 2 * w * in[1];
        for (int x = 1; x < n - 1; x++)
            out[x] = centre * in[x] + w * (in[x - 1] + in[x + 1]);
        out[n - 1] = centre * in[n - 1] + 2 * w * in[n - 2];
    }
    for (int y = 0; y < n; y++) {
        const float *in = c->scratch + (size_t)y * (size_t)n;
        const float *above = c->scratch + (size_t)(y > 0 ? y - 1 : 1) * (size_t)n;
        const float *below = c->scratch + (size_t)(y < n - 1 ? y + 1 : n - 2) * (size_t)n;
        float *out = c->light + (size_t)y * (size_t)n;
        for (int x = 0; x < n; x++)
            out[x] = centre * in[x] + w * (above[x] + below[x]);
    }
}

void synth_canvas_blur(struct synth_canvas *c, float sigma)
{
    /* A pass adds a variance of 2w; w stays at or below 1/4, where the kernel is binomial. */
    int passes = (int)(sigma * sigma * 2) + 1;
    for (int i = 0; i < passes; i++)
        soften(c, sigma * sigma * 0.5f / (float)passes);
}

/* Means of tiles of `step` pixels into scratch, [tiles, tiles]. */
static void tile_means(struct synth_canvas *c, int step, int tiles)
{
    for (int ty = 0; ty < tiles; ty++)
        for (int tx = 0; tx < tiles; tx++) {
            int y1 = (ty + 1) * step < c->size ? (ty + 1) * step : c->size;
            int x1 = (tx + 1) * step < c->size ? (tx + 1) * step : c->size;
            float sum = 0;
            for (int y = ty * step; y < y1; y++)
                for (int x = tx * step; x < x1; x++)
                    sum += c->light[(size_t)y * (size_t)c->size + x];
            c->scratch[ty * tiles + tx] = sum / (float)((y1 - ty * step) * (x1 - tx * step));
        }
}

/* Bilinear weights of the tile centres around pixel i. */
static int tile_at(int i, int step, int tiles, float *weight)
{
    float at = ((float)i + 0.5f) / (float)step - 0.5f;
    at = at < 0 ? 0 : at > (float)(tiles - 1) ? (float)(tiles - 1) : at;
    int low = (int)at < tiles - 1 ? (int)at : tiles - 2;
    *weight = at - (float)low;
    return low;
}

void synth_canvas_haze(struct synth_canvas *c, int reach, float share)
{
    int step = reach < 2 ? 2 : reach, tiles = (c->size + step - 1) / step;
    if (tiles < 2)
        return;
    tile_means(c, step, tiles);
    for (int y = 0; y < c->size; y++) {
        float fy, fx;
        const float *row = c->scratch + tile_at(y, step, tiles, &fy) * tiles;
        for (int x = 0; x < c->size; x++) {
            const float *t = row + tile_at(x, step, tiles, &fx);
            float wide = (1 - fy) * ((1 - fx) * t[0] + fx * t[1]) +
                         fy * ((1 - fx) * t[tiles] + fx * t[tiles + 1]);
            c->light[(size_t)y * (size_t)c->size + x] += share * wide;
        }
    }
}

/* Mean 0, variance 1: the four bytes of one random word, summed. */
static float normal(struct rng *r)
{
    uint32_t u = rng_u32(r);
    int sum = (int)((u & 255) + (u >> 8 & 255) + (u >> 16 & 255) + (u >> 24));
    return (float)(sum - 510) * (1.0f / 147.8f);
}

void synth_canvas_expose(const struct synth_canvas *c, const struct synth_camera *camera,
                         struct rng *r, uint8_t *plane)
{
    size_t n = (size_t)c->size * (size_t)c->size;
    float read2 = camera->read * camera->read;
    for (size_t i = 0; i < n; i++) {
        float light = camera->background + camera->gain * c->light[i];
        light += sqrtf(camera->shot * light + read2) * normal(r);
        plane[i] = (uint8_t)(synth_clamp(light) * 255.0f + 0.5f);
    }
}
