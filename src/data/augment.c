/* From cached bytes to what the network reads: one pass that turns, looks up the normalised value
 * and interleaves the channels. The inner loop of the loader threads.
 *
 * The output is walked in tiles, because a transposed view reads its planes down the columns; a
 * tile keeps the touched source lines in the first-level cache. */
#include "data/augment.h"

#include <stddef.h>

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
