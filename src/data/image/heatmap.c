/* Levels by two taps along each side, laid out once; then pixel by pixel, colour over grey. */
#include "data/heatmap.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Between which two of a side's numbers a pixel lies. */
struct tap {
    int low, high;
    float part; /* of the higher one; negative: outside of the image */
};

/* The middle of number i lies at (i + 1/2) / n; beyond the outermost their value goes on. */
static struct tap *taps_of(int n, int length, double scale, double middle, int size)
{
    struct tap *taps = xcalloc((size_t)size, sizeof *taps);
    double *at = xcalloc((size_t)size, sizeof *at);
    composite_middles(length, scale, middle, size, at);
    for (int i = 0; i < size; i++) {
        double place = fmin(fmax(at[i] * n - 0.5, 0), n - 1);
        int low = (int)place;
        taps[i] = (struct tap){low, low + 1 < n ? low + 1 : low, (float)(place - low)};
        if (at[i] < 0)
            taps[i].part = -1;
    }
    free(at);
    return taps;
}

static float most_of(const struct heatmap *map)
{
    float most = 0;
    for (int i = 0; i < map->h * map->w; i++)
        most = fmaxf(most, map->values[(size_t)i * (size_t)map->step]);
    return most;
}

static float number(const struct heatmap *map, int row, int column)
{
    return map->values[(size_t)(row * map->w + column) * (size_t)map->step];
}

static float between(const struct heatmap *map, int row, struct tap x)
{
    return (1 - x.part) * number(map, row, x.low) + x.part * number(map, row, x.high);
}

void heatmap_levels(const struct heatmap *map, const struct composite_planes *p,
                    const struct composite_view *v, int width, int height, float *levels)
{
    double scale = composite_scale(p, v, width, height);
    struct tap *x = taps_of(map->w, p->width, scale, v->x, width);
    struct tap *y = taps_of(map->h, p->height, scale, v->y, height);
    float most = most_of(map);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            struct tap down = y[row], right = x[column];
            float level = most > 0 ? ((1 - down.part) * between(map, down.low, right) +
                                      down.part * between(map, down.high, right)) /
                                         most
                                   : 0;
            *levels++ = down.part < 0 || right.part < 0 ? -1 : level;
        }
    free(x);
    free(y);
}

/* In quarters of the most. */
static const float ramp[5][3] = {
    {0, 0, 4}, {90, 16, 110}, {190, 50, 90}, {250, 140, 10}, {255, 225, 50}};

static float glow(float level, int channel)
{
    float at = level * 4;
    int low = at < 3 ? (int)at : 3;
    return ramp[low][channel] + (at - (float)low) * (ramp[low + 1][channel] - ramp[low][channel]);
}

/* Half of the most is reached here, and not yet at a neighbour. */
static bool on_line(const float *levels, int width, int height, int row, int column)
{
    const float *here = levels + (size_t)row * (size_t)width + column;
    return *here >= 0.5F &&
           ((column > 0 && here[-1] < 0.5F) || (column + 1 < width && here[1] < 0.5F) ||
            (row > 0 && here[-width] < 0.5F) || (row + 1 < height && here[width] < 0.5F));
}

static const float OPAQUE = 0.65F; /* the colour where there is most */
static const float DARK = 0.25F;   /* how bright it is over black; twice that where there is most */

static void paint(float level, uint8_t *rgb)
{
    uint8_t most = rgb[0] > rgb[1] ? rgb[0] : rgb[1];
    float shade = (float)(most > rgb[2] ? most : rgb[2]) / 255;
    float part = OPAQUE * level * (2 - level), least = DARK * (1 + level);
    float light = least + (1 - least) * shade;
    for (int c = 0; c < 3; c++)
        rgb[c] = (uint8_t)((1 - part) * shade * 255 + part * light * glow(level, c) + 0.5F);
}

void heatmap_paint(const float *levels, int width, int height, bool line, uint8_t *rgb)
{
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++, rgb += 3) {
            float level = levels[(size_t)row * (size_t)width + column];
            if (level < 0)
                continue;
            paint(level, rgb);
            if (line && on_line(levels, width, height, row, column))
                rgb[0] = rgb[1] = rgb[2] = 255;
        }
}
