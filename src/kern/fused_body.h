/* Reading pixels from a fused source and finishing outputs (kern/fused.h), for one CPU tier.
 *
 * A window that lies inside the image and is read as it is goes straight into its transform. Any
 * other is staged first: computed from its source, zeros around the image. Sums are double. */
#ifndef KERN_FUSED_BODY_H
#define KERN_FUSED_BODY_H

#include <string.h>

#include "kern/fused.h"
#include "lanes.h"
#include "windows.h"

/* The coefficients of one vector of channels. */
struct source_strip {
    const float *x, *dy;
    lanes scale, shift, dy_scale;
};

static LANES_INLINE lanes source_value(const struct source_strip *s, ptrdiff_t at, bool scaled,
                                       bool dy)
{
    lanes v = lanes_load(s->x + at);
    if (scaled)
        v = v * s->scale + s->shift;
    if (dy)
        return lanes_load(s->dy + at) * s->dy_scale + v;
    return scaled ? lanes_cut(v, v) : v;
}

static LANES_INLINE struct source_strip source_of(const struct fused_source *f, int c)
{
    struct source_strip s = {.x = f->x + c};
    if (f->scale) {
        s.scale = lanes_load(f->scale + c);
        s.shift = lanes_load(f->shift + c);
    }
    if (f->dy) {
        s.dy = f->dy + c;
        s.dy_scale = lanes_load(f->dy_scale + c);
    }
    return s;
}

/* The pixels of the window, 0 outside the image, into stage[side][side]; `side`, `scaled` and `dy`
 * are constants where this is inlined. */
static LANES_INLINE void stage_pixels(const struct window *q, const struct source_strip *s,
                                      int side, bool scaled, bool dy, float *stage)
{
    LANES_UNROLL
    for (int i = 0; i < side; i++) {
        bool inside = i >= q->top && i < q->bottom;
        LANES_UNROLL
        for (int j = 0; j < side; j++) {
            lanes v = lanes_all(0);
            if (inside && j >= q->left && j < q->right)
                v = source_value(s, q->corner + i * q->line + j * q->pixel, scaled, dy);
            lanes_store(stage + (i * side + j) * LANES, v);
        }
    }
}

static LANES_INLINE void stage_window(const struct window *q, const struct fused_source *from,
                                      int c, int side, float *stage)
{
    struct source_strip s = source_of(from, c);
    if (from->dy)
        stage_pixels(q, &s, side, true, true, stage);
    else if (from->scale)
        stage_pixels(q, &s, side, true, false, stage);
    else
        stage_pixels(q, &s, side, false, false, stage);
}

/* Asks for what the next tile of the row will read that this one did not. */
static LANES_INLINE void fetch_next(const struct window *q, const float *x, int side, int ahead)
{
    LANES_UNROLL
    for (int i = 0; i < side; i++) {
        LANES_UNROLL
        for (int j = side; j < side + ahead; j++)
            __builtin_prefetch(x + (q->corner + i * q->line + j * q->pixel));
    }
}

/* Where one strip of the window can be read: in place, or in `stage`, [side][side] vectors. The
 * window of the next tile lies `ahead` pixels further. */
static LANES_INLINE struct strip strip_of(const struct window *q, const struct fused_source *from,
                                          int c, int side, int ahead, float *stage)
{
    if (q->whole)
        fetch_next(q, from->x + c, side, ahead);
    if (q->whole && !from->scale)
        return (struct strip){from->x + (q->corner + c), q->line, q->pixel};
    stage_window(q, from, c, side, stage);
    return (struct strip){stage, side * LANES, LANES};
}

/* What happens to the pixels of one strip of outputs. */
struct finish_strip {
    float *y;
    const float *skip, *cut, *factor;
    lanes scale, shift;
    lanes_wide sum, dot;
    bool scaled, relu;
};

static LANES_INLINE struct finish_strip finish_of(const struct fused_finish *f, int c)
{
    struct finish_strip s = {.y = f->y + c,
                             .skip = f->skip ? f->skip + c : NULL,
                             .cut = f->cut ? f->cut + c : NULL,
                             .factor = f->factor ? f->factor + c : NULL,
                             .scaled = f->scale != NULL,
                             .relu = f->relu};
    if (f->scale) {
        s.scale = lanes_load(f->scale + c);
        s.shift = lanes_load(f->shift + c);
    }
    return s;
}

static LANES_INLINE lanes finish_value(const struct finish_strip *s, ptrdiff_t at, lanes y)
{
    if (s->scaled && !s->cut)
        y = y * s->scale + s->shift;
    if (s->skip)
        y += lanes_load(s->skip + at);
    return s->relu ? lanes_cut(y, y) : y;
}

static LANES_INLINE lanes finish_cut(const struct finish_strip *s, ptrdiff_t at, lanes y)
{
    if (s->skip)
        y += lanes_load(s->skip + at);
    lanes v = lanes_load(s->cut + at);
    return lanes_cut(y, s->scaled ? v * s->scale + s->shift : v);
}

/* Stores the tile's pixels; `side`, `plain`, `cut` and `sums` are constants where this is inlined.
 */
static LANES_INLINE void finish_pixels(const struct window *q, struct finish_strip *s, int side,
                                       bool plain, bool cut, bool sums, const float *tile)
{
    for (int i = 0; i < q->bottom; i++)
        for (int j = 0; j < q->right; j++) {
            ptrdiff_t at = q->corner + i * q->line + j * q->pixel;
            lanes y = lanes_load(tile + (i * side + j) * LANES);
            if (!plain)
                y = cut ? finish_cut(s, at, y) : finish_value(s, at, y);
            lanes_store(s->y + at, y);
            if (sums) {
                lanes factor = s->factor ? lanes_load(s->factor + at) : y;
                lanes_wide wide = lanes_widen(y);
                s->sum += wide;
                s->dot += wide * lanes_widen(factor);
            }
        }
}

static LANES_INLINE void add_to(double *total, const lanes_wide *v)
{
    lanes_wide sum;
    memcpy(&sum, total, sizeof sum);
    sum += *v;
    memcpy(total, &sum, sizeof sum);
}

/* A tile [side][side] of outputs of channels c.. of `all`. */
static LANES_INLINE void finish_tile(const struct window *q, const struct fused_finish *f, int c,
                                     int all, int side, const float *tile)
{
    struct finish_strip s = finish_of(f, c);
    bool plain = !f->scale && !f->skip && !f->relu && !f->cut;
    if (f->cut)
        finish_pixels(q, &s, side, false, true, true, tile);
    else if (plain && f->sums)
        finish_pixels(q, &s, side, true, false, true, tile);
    else if (plain)
        finish_pixels(q, &s, side, true, false, false, tile);
    else if (f->sums)
        finish_pixels(q, &s, side, false, false, true, tile);
    else
        finish_pixels(q, &s, side, false, false, false, tile);
    if (f->sums) {
        add_to(f->sums + c, &s.sum);
        add_to(f->sums + all + c, &s.dot);
    }
}

/* No sums yet, in channels from..from+count-1 of `all`. */
static inline void finish_begin(const struct fused_finish *f, int all, int from, int count)
{
    for (int row = 0; f->sums && row < 2; row++)
        memset(f->sums + row * all + from, 0, (size_t)count * sizeof *f->sums);
}

#endif
