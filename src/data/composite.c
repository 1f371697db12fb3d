/* For each pixel of the picture: where it begins and ends in the image, the mean of each plane
 * there, what the stains' colours
 * give together. Columns and rows are laid out once. */
#include "data/composite.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static double within(double value, double most)
{
    return value < most ? value : most;
}

struct span {
    int begin, end; /* pixels of the image; empty: outside */
};

/* The first of `length` pixels of the image, seen in `size` of the picture around `middle`. */
static double first_seen(int size, int length, double scale, double middle)
{
    double seen = size / scale;
    double first = middle * length - seen / 2;
    if (first > length - seen)
        first = length - seen;
    if (first < 0 || seen >= length)
        first = seen >= length ? (length - seen) / 2 : 0;
    return first;
}

static bool is_outside(double from, double to, int length)
{
    return to <= 1e-9 || from >= length - 1e-9;
}

static void lay_out(struct span *spans, int size, int length, double scale, double middle)
{
    double first = first_seen(size, length, scale, middle);
    for (int i = 0; i < size; i++) {
        double from = first + i / scale, to = first + (i + 1) / scale;
        int begin = (int)(from + 1e-9), end = (int)(to + 1e-9);
        end = end > begin ? end : begin + 1;
        begin = begin < 0 ? 0 : begin;
        end = end > length ? length : end;
        spans[i] = is_outside(from, to, length) ? (struct span){0, 0} : (struct span){begin, end};
    }
}

void composite_middles(int length, double scale, double middle, int size, double *at)
{
    double first = first_seen(size, length, scale, middle);
    for (int i = 0; i < size; i++) {
        double from = first + i / scale, to = first + (i + 1) / scale;
        at[i] = is_outside(from, to, length) ? -1 : within(fmax((from + to) / 2 / length, 0), 1);
    }
}

static double mean(const uint8_t *pixels, int width, struct span x, struct span y)
{
    uint64_t sum = 0;
    for (int row = y.begin; row < y.end; row++)
        for (int column = x.begin; column < x.end; column++)
            sum += pixels[(size_t)row * (size_t)width + (size_t)column];
    return (double)sum / ((x.end - x.begin) * (y.end - y.begin));
}

struct color {
    double r, g, b;
};

static struct color color_of(const char *stain)
{
    static const struct {
        const char *name;
        struct color color;
    } stains[] = {
        {"red", {1, 0, 0}}, {"green", {0, 1, 0}}, {"blue", {0, 0, 1}}, {"yellow", {1, 1, 0}}};
    for (size_t i = 0; i < sizeof stains / sizeof *stains; i++)
        if (strcmp(stains[i].name, stain) == 0)
            return stains[i].color;
    return (struct color){1, 1, 1};
}

static const double FULL = 0.6, WHITE = 0.8; /* where the colour is full; of the rest, how white */

/* `level` 0..1 */
static struct color shade(struct color c, double level)
{
    double hue = within(level / FULL, 1);
    double white = level > FULL ? WHITE * (level - FULL) / (1 - FULL) : 0;
    return (struct color){within(c.r * hue + white, 1), within(c.g * hue + white, 1),
                          within(c.b * hue + white, 1)};
}

static uint8_t byte(double level)
{
    return (uint8_t)(within(level, 1) * 255 + 0.5);
}

struct mix {
    int n;
    const uint8_t *pixels[INDEX_CHANNELS_MAX];
    struct color colors[INDEX_CHANNELS_MAX];
};

static struct mix mix_of(const struct composite_planes *p, unsigned channels)
{
    struct mix m = {0};
    for (int c = 0; c < p->channels; c++)
        if (channels >> c & 1) {
            m.pixels[m.n] = p->pixels[c];
            m.colors[m.n++] = color_of(p->names[c]);
        }
    return m;
}

static struct color mixed(const struct mix *m, int width, struct span x, struct span y, double gain)
{
    struct color sum = {0, 0, 0};
    for (int c = 0; c < m->n; c++) {
        double level = within(mean(m->pixels[c], width, x, y) / 255 * gain, 1);
        struct color one = m->colors[c];
        if (m->n == 1)
            return shade(one, level);
        level /= fmax(one.r + one.g + one.b, 1);
        sum.r += (1 - sum.r) * one.r * level;
        sum.g += (1 - sum.g) * one.g * level;
        sum.b += (1 - sum.b) * one.b * level;
    }
    return sum;
}

double composite_scale(const struct composite_planes *p, const struct composite_view *v, int width,
                       int height)
{
    return v->zoom * within((double)width / p->width, (double)height / p->height);
}

void composite_draw(const struct composite_planes *p, const struct composite_view *v, int width,
                    int height, uint8_t *rgb)
{
    double scale = composite_scale(p, v, width, height);
    struct span *x = xcalloc((size_t)width, sizeof *x), *y = xcalloc((size_t)height, sizeof *y);
    struct mix m = mix_of(p, v->channels);
    lay_out(x, width, p->width, scale, v->x);
    lay_out(y, height, p->height, scale, v->y);
    memset(rgb, 0, (size_t)width * (size_t)height * 3);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            if (x[column].end == 0 || y[row].end == 0)
                continue;
            struct color c = mixed(&m, p->width, x[column], y[row], v->gain);
            uint8_t *out = rgb + 3 * ((size_t)row * (size_t)width + (size_t)column);
            out[0] = byte(c.r);
            out[1] = byte(c.g);
            out[2] = byte(c.b);
        }
    free(x);
    free(y);
}
