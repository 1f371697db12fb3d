/* For each pixel of the picture: where it begins and ends in the image, the mean of each plane
 * there, what the stains' colours give together. Columns and rows are laid out once; then a row of
 * the picture is made at a time, stain after stain, in loops that the compiler can widen. */
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

/* A row of the picture at work. */
struct line {
    int width;
    struct span *x;             /* [width] columns of the image for each pixel */
    int begin, end;             /* columns of the image that are seen */
    uint32_t *sums;             /* [of the image] of a plane, down the rows that are seen */
    double *share;              /* [width] of a column in its pixel */
    double *level;              /* [width] 0..1 */
    double *red, *green, *blue; /* [width] so far */
};

static struct line line_new(int width, int length, double scale, double middle)
{
    size_t n = (size_t)width;
    double *parts = xcalloc(5 * n, sizeof *parts);
    struct line l = {.width = width,
                     .x = xcalloc(n, sizeof *l.x),
                     .begin = length,
                     .sums = xcalloc((size_t)length, sizeof *l.sums),
                     .share = parts,
                     .level = parts + n,
                     .red = parts + 2 * n,
                     .green = parts + 3 * n,
                     .blue = parts + 4 * n};
    lay_out(l.x, width, length, scale, middle);
    for (int i = 0; i < width; i++)
        if (l.x[i].end > 0) {
            l.begin = l.x[i].begin < l.begin ? l.x[i].begin : l.begin;
            l.end = l.x[i].end > l.end ? l.x[i].end : l.end;
            l.share[i] = 1.0 / (l.x[i].end - l.x[i].begin);
        }
    return l;
}

static void line_free(struct line *l)
{
    free(l->x);
    free(l->sums);
    free(l->share);
}

static void sum_rows(struct line *l, const uint8_t *pixels, int width, struct span y)
{
    memset(l->sums + l->begin, 0, (size_t)(l->end - l->begin) * sizeof *l->sums);
    for (int row = y.begin; row < y.end; row++) {
        const uint8_t *from = pixels + (size_t)row * (size_t)width;
        for (int i = l->begin; i < l->end; i++)
            l->sums[i] += from[i];
    }
}

/* Means of the spans; what lies outside is dark. */
static void measure(struct line *l, int rows, double gain)
{
    double share = rows ? 1.0 / rows : 0;
    for (int i = 0; i < l->width; i++) {
        struct span x = l->x[i];
        uint64_t sum = 0;
        for (int column = x.begin; column < x.end; column++)
            sum += l->sums[column];
        l->level[i] = (double)sum * (l->share[i] * share);
    }
    for (int i = 0; i < l->width; i++)
        l->level[i] = within(l->level[i] / 255 * gain, 1);
}

static void add(double *sum, const double *level, int n, double part)
{
    for (int i = 0; i < n; i++)
        sum[i] += (1 - sum[i]) * part * level[i];
}

static void add_stain(struct line *l, struct color one)
{
    double colors = fmax(one.r + one.g + one.b, 1);
    for (int i = 0; i < l->width; i++)
        l->level[i] /= colors;
    add(l->red, l->level, l->width, one.r);
    add(l->green, l->level, l->width, one.g);
    add(l->blue, l->level, l->width, one.b);
}

static void shade_all(struct line *l, struct color one)
{
    for (int i = 0; i < l->width; i++) {
        struct color c = shade(one, l->level[i]);
        l->red[i] = c.r;
        l->green[i] = c.g;
        l->blue[i] = c.b;
    }
}

static void mix_row(struct line *l, const struct mix *m, int width, struct span y, double gain)
{
    memset(l->red, 0, 3 * (size_t)l->width * sizeof *l->red);
    for (int c = 0; c < m->n; c++) {
        sum_rows(l, m->pixels[c], width, y);
        measure(l, y.end - y.begin, gain);
        if (m->n == 1)
            shade_all(l, m->colors[c]);
        else
            add_stain(l, m->colors[c]);
    }
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
    struct span *y = xcalloc((size_t)height, sizeof *y);
    struct line l = line_new(width, p->width, scale, v->x);
    struct mix m = mix_of(p, v->channels);
    lay_out(y, height, p->height, scale, v->y);
    for (int row = 0; row < height; row++) {
        uint8_t *out = rgb + 3 * (size_t)row * (size_t)width;
        mix_row(&l, &m, p->width, y[row], v->gain);
        for (int i = 0; i < width; i++) {
            out[3 * i] = byte(l.red[i]);
            out[3 * i + 1] = byte(l.green[i]);
            out[3 * i + 2] = byte(l.blue[i]);
        }
    }
    line_free(&l);
    free(y);
}
