/* From cached bytes to what the network reads: one pass that moves pixels, normalises them and
 * interleaves the channels. The inner loop of the loader threads.
 *
 * The output is walked in tiles, because a transposed or rotated view reads its planes down the
 * columns; a tile keeps the touched source lines in the first-level cache. A view alone looks its
 * values up in a table; any other map finds the four neighbours of a run of pixels first, which
 * the compiler makes vector code of, and mixes them after. */
#include "data/augment.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { TILE = 32 };

/* Where output pixel (y, x) comes from: start + y * down + x * right. */
struct walk {
    ptrdiff_t start, down, right;
};

static struct walk walk_of(int size, int view)
{
    ptrdiff_t side = size;
    ptrdiff_t down = view & 4 ? 1 : side, right = view & 4 ? side : 1;
    struct walk w = {0, down, right};
    if (view & 2) {
        w.start += (side - 1) * down;
        w.down = -down;
    }
    if (view & 1) {
        w.start += (side - 1) * right;
        w.right = -right;
    }
    return w;
}

bool augment_any(const struct augment *a)
{
    bool scales = a->scale_high > 0 && (a->scale_low < 1 || a->scale_high > 1);
    return a->flip || a->turn || a->rotate > 0 || scales || a->shift > 0 || a->brightness > 0 ||
           a->contrast > 0 || a->cutout > 0;
}

struct augment_draw augment_view(int view)
{
    struct augment_draw d = {.view = view, .scale = 1};
    for (int c = 0; c < INDEX_CHANNELS_MAX; c++)
        d.gain[c] = d.contrast[c] = 1;
    return d;
}

static int draw_view(const struct augment *a, struct rng *r)
{
    static const int turns[] = {0, 5, 3, 6}; /* by 0, 90, 180, 270 degrees, clockwise */
    int any = (int)rng_below(r, AUGMENT_VIEWS);
    return a->flip && a->turn ? any : a->flip ? any & 3 : a->turn ? turns[any & 3] : 0;
}

struct augment_draw augment_draw(const struct augment *a, struct rng *r)
{
    struct augment_draw d = {.view = draw_view(a, r), .hole = a->cutout};
    d.angle = rng_range(r, -a->rotate, a->rotate);
    d.scale = rng_range(r, a->scale_low, a->scale_high);
    if (a->scale_high <= 0)
        d.scale = 1;
    d.right = rng_range(r, -a->shift, a->shift);
    d.down = rng_range(r, -a->shift, a->shift);
    d.hole_x = rng_unit(r);
    d.hole_y = rng_unit(r);
    for (int c = 0; c < INDEX_CHANNELS_MAX; c++) {
        d.gain[c] = rng_range(r, 1 - a->brightness, 1 + a->brightness);
        d.contrast[c] = rng_range(r, 1 - a->contrast, 1 + a->contrast);
    }
    return d;
}

void augment_table(const float *mean, const float *std, int channels, float *table)
{
    for (int c = 0; c < channels; c++) {
        double scale = std[c] > 0 ? (double)std[c] : 1;
        for (int v = 0; v < 256; v++)
            table[c * 256 + v] = (float)((v / 255.0 - (double)mean[c]) / scale);
    }
}

/* The four stains, the usual case. */
static void copy_four(const uint8_t *from, size_t plane, ptrdiff_t right, int n, const float *table,
                      float *out)
{
    for (int x = 0; x < n; x++, from += right, out += 4) {
        out[0] = table[from[0]];
        out[1] = table[1 * 256 + from[plane]];
        out[2] = table[2 * 256 + from[2 * plane]];
        out[3] = table[3 * 256 + from[3 * plane]];
    }
}

static void copy_any(const uint8_t *from, size_t plane, ptrdiff_t right, int n, int channels,
                     const float *table, float *out)
{
    for (int x = 0; x < n; x++, from += right, out += channels)
        for (int c = 0; c < channels; c++)
            out[c] = table[c * 256 + from[(size_t)c * plane]];
}

static void copy_run(const uint8_t *planes, int channels, int size, const struct walk *w, int y,
                     int x, const float *table, float *out)
{
    size_t plane = (size_t)size * (size_t)size;
    const uint8_t *from = planes + w->start + y * w->down + x * w->right;
    float *to = out + ((size_t)y * (size_t)size + (size_t)x) * (size_t)channels;
    int n = size - x < TILE ? size - x : TILE;
    if (channels == 4)
        copy_four(from, plane, w->right, n, table, to);
    else
        copy_any(from, plane, w->right, n, channels, table, to);
}

void augment_copy(const uint8_t *planes, int channels, int size, int view, const float *table,
                  float *out)
{
    struct walk w = walk_of(size, view);
    for (int top = 0; top < size; top += TILE)
        for (int x = 0; x < size; x += TILE)
            for (int y = top; y < size && y < top + TILE; y++)
                copy_run(planes, channels, size, &w, y, x, table, out);
}

/* What a pixel 0..255 becomes: slope v + start, cut to low..high. */
struct line {
    float slope, start, low, high;
};

static struct line line_of(const struct augment_draw *d, const struct augment_norm *s, int c)
{
    double mean = s->mean[c], std = s->std[c] > 0 ? s->std[c] : 1;
    double gain = d->gain[c], contrast = d->contrast[c];
    return (struct line){.slope = (float)(gain * contrast / 255 / std),
                         .start = (float)((gain * (1 - contrast) - 1) * mean / std),
                         .low = (float)(-mean / std),
                         .high = (float)((1 - mean) / std)};
}

static float along(const struct line *l, float v)
{
    float value = l->slope * v + l->start;
    value = value < l->low ? l->low : value;
    return value > l->high ? l->high : value;
}

static bool is_lit(const struct augment_draw *d, int channels)
{
    for (int c = 0; c < channels; c++)
        if (d->gain[c] != 1 || d->contrast[c] != 1)
            return true;
    return false;
}

static void copy_view(const uint8_t *planes, int channels, int size, const struct augment_draw *d,
                      const struct augment_norm *s, float *out)
{
    float table[INDEX_CHANNELS_MAX * 256];
    if (!is_lit(d, channels)) {
        augment_copy(planes, channels, size, d->view, s->table, out);
        return;
    }
    for (int c = 0; c < channels; c++) {
        struct line l = line_of(d, s, c);
        for (int v = 0; v < 256; v++)
            table[c * 256 + v] = along(&l, (float)v);
    }
    augment_copy(planes, channels, size, d->view, table, out);
}

/* Output pixel (y, x) shows the view at column x0 + x cosine - y sine, row y0 + x sine + y cosine.
 */
struct map {
    struct walk walk;
    float side;
    double x0, y0, sine, cosine;
};

static struct map map_of(int size, const struct augment_draw *d)
{
    double angle = d->angle * 3.14159265358979323846 / 180, middle = (size - 1) / 2.0;
    double u = -middle - d->right * size, v = -middle - d->down * size;
    struct map m = {.walk = walk_of(size, d->view),
                    .side = (float)size,
                    .sine = sin(angle) / d->scale,
                    .cosine = cos(angle) / d->scale};
    m.x0 = middle + u * m.cosine - v * m.sine;
    m.y0 = middle + u * m.sine + v * m.cosine;
    return m;
}

/* The position within 0..side-1 that a mirror at either border shows. */
static inline float reflected(float position, float side)
{
    float p = fabsf(position + .5F), period = 2 * side;
    p -= period * (float)(int)(p / period);
    p = (p > side ? period - p : p) - .5F;
    p = p < 0 ? 0 : p;
    return p > side - 1 ? side - 1 : p;
}

/* For a run of output pixels: where the first of four neighbours lies, and how near the others. */
struct spots {
    int at[TILE];
    float right[TILE], down[TILE];
};

static void find_spots(const struct map *m, int y, int x, int n, struct spots *out)
{
    float first_x = (float)(m->x0 + x * m->cosine - y * m->sine);
    float first_y = (float)(m->y0 + x * m->sine + y * m->cosine);
    float sine = (float)m->sine, cosine = (float)m->cosine;
    int start = (int)m->walk.start, down = (int)m->walk.down, right = (int)m->walk.right;
    int last = (int)m->side - 2;
    for (int i = 0; i < n; i++) {
        float from_x = reflected(first_x + (float)i * cosine, m->side);
        float from_y = reflected(first_y + (float)i * sine, m->side);
        int column = (int)from_x, row = (int)from_y;
        column = column > last ? last : column;
        row = row > last ? last : row;
        out->right[i] = from_x - (float)column;
        out->down[i] = from_y - (float)row;
        out->at[i] = start + row * down + column * right;
    }
}

static inline void mix_spots(const uint8_t *planes, size_t plane, const struct walk *w,
                             const struct spots *s, int n, int channels, const struct line *lines,
                             float *out)
{
    for (int i = 0; i < n; i++, out += channels) {
        const uint8_t *from = planes + s->at[i];
        float x = s->right[i], y = s->down[i];
        for (int c = 0; c < channels; c++, from += plane) {
            const uint8_t *below = from + w->down;
            float a = from[0], b = below[0];
            a += x * ((float)from[w->right] - a);
            b += x * ((float)below[w->right] - b);
            out[c] = along(&lines[c], a + y * (b - a));
        }
    }
}

static void mix_run(const uint8_t *planes, int channels, int size, const struct map *m, int y,
                    int x, const struct line *lines, float *out)
{
    struct spots spots;
    size_t plane = (size_t)size * (size_t)size;
    float *to = out + ((size_t)y * (size_t)size + (size_t)x) * (size_t)channels;
    int n = size - x < TILE ? size - x : TILE;
    find_spots(m, y, x, n, &spots);
    if (channels == 4)
        mix_spots(planes, plane, &m->walk, &spots, n, 4, lines, to);
    else
        mix_spots(planes, plane, &m->walk, &spots, n, channels, lines, to);
}

static void mix_map(const uint8_t *planes, int channels, int size, const struct augment_draw *d,
                    const struct augment_norm *s, float *out)
{
    struct map m = map_of(size, d);
    struct line lines[INDEX_CHANNELS_MAX];
    for (int c = 0; c < channels; c++)
        lines[c] = line_of(d, s, c);
    for (int top = 0; top < size; top += TILE)
        for (int x = 0; x < size; x += TILE)
            for (int y = top; y < size && y < top + TILE; y++)
                mix_run(planes, channels, size, &m, y, x, lines, out);
}

/* The pixels whose middle lies in a range of one axis. */
static int edge(double position, int size)
{
    double pixel = ceil(position * size - .5);
    return pixel < 0 ? 0 : pixel > size ? size : (int)pixel;
}

static void cut_hole(const struct augment_draw *d, int channels, int size, float *out)
{
    double half = d->hole / 2;
    int left = edge(d->hole_x - half, size), right = edge(d->hole_x + half, size);
    int top = edge(d->hole_y - half, size), bottom = edge(d->hole_y + half, size);
    for (int y = top; y < bottom; y++)
        memset(out + ((size_t)y * (size_t)size + (size_t)left) * (size_t)channels, 0,
               (size_t)(right - left) * (size_t)channels * sizeof *out);
}

void augment_apply(const uint8_t *planes, int channels, int size, const struct augment_draw *d,
                   const struct augment_norm *s, float *out)
{
    if (d->angle == 0 && d->scale == 1 && d->right == 0 && d->down == 0)
        copy_view(planes, channels, size, d, s, out);
    else
        mix_map(planes, channels, size, d, s, out);
    if (d->hole > 0)
        cut_hole(d, channels, size, out);
}
