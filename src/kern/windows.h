/* What the transforms of the strided convolutions share: where tiles and their windows of pixels
 * lie, and a transform of lines applied to both dimensions of a square. */
#ifndef KERN_WINDOWS_H
#define KERN_WINDOWS_H

#include <string.h>

#include "kern/strided.h"
#include "lanes.h"

enum { STRIDED_TILE = 4 /* outputs of a tile per side */, LINE_MAX_POINTS = 9 };

/* Where a tile lies: its image, and its first output. */
struct spot {
    ptrdiff_t image;
    int y, x;
};

static inline struct spot spot_of(const struct strided_tiles *t, int i)
{
    size_t each = (size_t)strided_tiles_of_image(t->h, t->w), tile = t->first + (size_t)i;
    int across = ((t->w + 1) / 2 + STRIDED_TILE - 1) / STRIDED_TILE;
    int at = (int)(tile % each);
    return (struct spot){(ptrdiff_t)(tile / each), at / across * STRIDED_TILE,
                         at % across * STRIDED_TILE};
}

/* A square of pixels that may reach beyond its image [h,w,c]: where its corner lies in the array,
 * and which of its lines and columns are inside. */
struct window {
    ptrdiff_t corner, line, pixel; /* floats */
    int top, bottom, left, right;
    bool whole;
};

static inline struct window window_of(int h, int w, int c, struct spot at, int side)
{
    struct window v = {.line = (ptrdiff_t)w * c, .pixel = c};
    v.corner = (at.image * h + at.y) * v.line + at.x * v.pixel;
    v.top = at.y < 0 ? -at.y : 0;
    v.left = at.x < 0 ? -at.x : 0;
    v.bottom = h - at.y < side ? h - at.y : side;
    v.right = w - at.x < side ? w - at.x : side;
    v.whole = v.top == 0 && v.left == 0 && v.bottom == side && v.right == side;
    return v;
}

/* The outputs of a tile. */
static inline struct window outputs_of(const struct strided_tiles *t, int i, int side)
{
    return window_of((t->h + 1) / 2, (t->w + 1) / 2, t->c, spot_of(t, i), side);
}

static LANES_INLINE bool window_has(const struct window *v, bool whole, int i, int j)
{
    return whole || (i >= v->top && i < v->bottom && j >= v->left && j < v->right);
}

/* Adds the pixels of a window to the sums of one vector of channels. */
static inline void window_sums(const struct window *v, const float *y, double *sum, double *square)
{
    lanes_wide total, squares;
    memcpy(&total, sum, sizeof total);
    memcpy(&squares, square, sizeof squares);
    for (int i = v->top; i < v->bottom; i++)
        for (int j = v->left; j < v->right; j++) {
            lanes_wide p = lanes_widen(lanes_load(y + (v->corner + i * v->line + j * v->pixel)));
            total += p;
            squares += p * p;
        }
    memcpy(sum, &total, sizeof total);
    memcpy(square, &squares, sizeof squares);
}

/* Where a vector of channels of one row lies in its plane. */
static LANES_INLINE size_t in_plane(const struct winograd_planes *p, size_t row, int channel)
{
    return row * p->row_step + (size_t)(channel / WINOGRAD_CHANNELS) * p->panel +
           (size_t)(channel % WINOGRAD_CHANNELS);
}

/* A transform of one line of a square, `from` long, into another, `to` long; o lies `step` apart.
 * A square goes through in two halves, its columns first: half[to][from]. One side is a window of
 * pixels, the other has a point in each plane. */
typedef void line_fn(const lanes *d, lanes *o, int step);

static LANES_INLINE void columns_of_window(const struct window *v, bool whole, const float *x,
                                           line_fn *line, int from, lanes *half)
{
    lanes d[LINE_MAX_POINTS];
    LANES_UNROLL
    for (int j = 0; j < from; j++) {
        LANES_UNROLL
        for (int i = 0; i < from; i++)
            d[i] = window_has(v, whole, i, j)
                       ? lanes_load(x + (v->corner + i * v->line + j * v->pixel))
                       : lanes_all(0);
        line(d, half + j, from);
    }
}

static LANES_INLINE void columns_of_planes(const float *m, size_t plane, line_fn *line, int from,
                                           lanes *half)
{
    lanes d[LINE_MAX_POINTS];
    LANES_UNROLL
    for (int j = 0; j < from; j++) {
        LANES_UNROLL
        for (int i = 0; i < from; i++)
            d[i] = lanes_load(m + (size_t)(i * from + j) * plane);
        line(d, half + j, from);
    }
}

static LANES_INLINE void rows_to_planes(const lanes *half, line_fn *line, int from, int to,
                                        float *v, size_t plane)
{
    lanes d[LINE_MAX_POINTS];
    LANES_UNROLL
    for (int i = 0; i < to; i++) {
        line(half + i * from, d, 1);
        LANES_UNROLL
        for (int j = 0; j < to; j++)
            lanes_store(v + (size_t)(i * to + j) * plane, d[j]);
    }
}

static LANES_INLINE void rows_to_window(const lanes *half, line_fn *line, int from, int to,
                                        const struct window *v, bool whole, bool add, float *y)
{
    lanes d[LINE_MAX_POINTS];
    LANES_UNROLL
    for (int i = 0; i < to; i++) {
        line(half + i * from, d, 1);
        LANES_UNROLL
        for (int j = 0; j < to; j++)
            if (window_has(v, whole, i, j)) {
                float *to_pixel = y + (v->corner + i * v->line + j * v->pixel);
                lanes_store(to_pixel, add ? lanes_load(to_pixel) + d[j] : d[j]);
            }
    }
}

#endif
