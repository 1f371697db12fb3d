/* What the transforms of tiles share: where tiles and their windows of pixels lie, where a strip (a
 * square of pixels in one vector of channels) can be read, and a transform of lines applied to both
 * dimensions of a strip. */
#ifndef KERN_WINDOWS_H
#define KERN_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>

#include "kern/winograd.h"
#include "lanes.h"

enum { TILE = 4 /* outputs of a tile per side */, LINE_MAX_POINTS = 9 };

/* A pixel of an image of the batch. */
struct spot {
    ptrdiff_t image;
    int y, x;
};

/* The first output of a tile, where an image gives h x w outputs. */
static inline struct spot spot_of(int h, int w, size_t tile)
{
    int across = (w + TILE - 1) / TILE;
    size_t each = (size_t)across * (size_t)((h + TILE - 1) / TILE);
    int at = (int)(tile % each);
    return (struct spot){(ptrdiff_t)(tile / each), at / across * TILE, at % across * TILE};
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

/* Where row `row` of a plane has channel `c`, counted from the first that the planes hold. */
static LANES_INLINE size_t in_plane(const struct winograd_planes *p, size_t row, int c)
{
    int panel = c >> p->log2_wide;
    return row * p->row_step + (size_t)panel * p->panel + (size_t)(c - (panel << p->log2_wide));
}

/* A strip: (i, j) lies at i*line + j*pixel floats. */
struct strip {
    const float *at;
    ptrdiff_t line, pixel;
};

static LANES_INLINE lanes strip_load(const struct strip *s, int i, int j)
{
    return lanes_load(s->at + (i * s->line + j * s->pixel));
}

/* A strip that has a point in each plane, `side` points in a line. */
static LANES_INLINE struct strip strip_of_planes(const float *m, size_t plane, int side)
{
    return (struct strip){m, (ptrdiff_t)plane * side, (ptrdiff_t)plane};
}

/* A transform of one line, `from` long, into another, `to` long; o lies `step` apart. A strip goes
 * through it in two halves, its columns first: half[to][from]. */
typedef void line_fn(const lanes *d, lanes *o, int step);

static LANES_INLINE void columns_of(const struct strip *s, line_fn *line, int from, lanes *half)
{
    lanes d[LINE_MAX_POINTS];
    LANES_UNROLL
    for (int j = 0; j < from; j++) {
        LANES_UNROLL
        for (int i = 0; i < from; i++)
            d[i] = strip_load(s, i, j);
        line(d, half + j, from);
    }
}

/* (i, j) of the result goes to o + (i*to + j) * step. */
static LANES_INLINE void rows_of(const lanes *half, line_fn *line, int from, int to, float *o,
                                 size_t step)
{
    lanes d[LINE_MAX_POINTS];
    LANES_UNROLL
    for (int i = 0; i < to; i++) {
        line(half + i * from, d, 1);
        LANES_UNROLL
        for (int j = 0; j < to; j++)
            lanes_store(o + (size_t)(i * to + j) * step, d[j]);
    }
}

#endif
