/* The transforms of tiles and filters for one CPU tier (kern/winograd.h is the contract;
 * winograd_points.h does the arithmetic of one strip: a tile in one vector of channels).
 *
 * A window that lies inside the image and is read as it is goes straight into the transform. Any
 * other is staged first: computed from its source, zeros around the image. */
#ifndef KERN_WINOGRAD_BODY_H
#define KERN_WINOGRAD_BODY_H

#include <string.h>

#include "kern/winograd.h"
#include "lanes.h"
#include "winograd_points.h"

/* A square of pixels that may reach beyond the image: where its corner lies in the array, and which
 * of its lines and columns are inside. */
struct square {
    ptrdiff_t corner, line, pixel; /* floats */
    int top, bottom, left, right;
    bool whole;
};

static inline struct square square_of(const struct winograd_tiles *t, size_t tile, int side)
{
    int across = (t->w + TILE - 1) / TILE, border = (side - TILE) / 2;
    size_t each = (size_t)winograd_tiles_of_image(t->h, t->w);
    int y = (int)(tile % each) / across * TILE - border;
    int x = (int)(tile % each) % across * TILE - border;
    struct square s = {.line = (ptrdiff_t)t->w * t->c, .pixel = t->c};
    s.corner = (ptrdiff_t)(tile / each) * t->h * s.line + y * s.line + x * s.pixel;
    s.top = y < 0 ? -y : 0;
    s.left = x < 0 ? -x : 0;
    s.bottom = t->h - y < side ? t->h - y : side;
    s.right = t->w - x < side ? t->w - x : side;
    s.whole = s.top == 0 && s.left == 0 && s.bottom == side && s.right == side;
    return s;
}

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

/* The pixels of the square, 0 outside the image, into stage[side][WINDOW]; `side`, `scaled` and
 * `dy` are constants where this is inlined. */
static LANES_INLINE void stage_pixels(const struct square *q, const struct source_strip *s,
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
            lanes_store(stage + (i * WINDOW + j) * LANES, v);
        }
    }
}

static LANES_INLINE void stage_square(const struct square *q, const struct fused_source *from,
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
static LANES_INLINE void fetch_next(const struct square *q, const float *x, int side)
{
    LANES_UNROLL
    for (int i = 0; i < side; i++) {
        LANES_UNROLL
        for (int j = side; j < side + TILE; j++)
            __builtin_prefetch(x + (q->corner + i * q->line + j * q->pixel));
    }
}

/* Where one strip of the square can be read: in place, or in `stage`. */
static LANES_INLINE struct strip strip_of(const struct square *q, const struct fused_source *from,
                                          int c, int side, float *stage)
{
    if (q->whole)
        fetch_next(q, from->x + c, side);
    if (q->whole && !from->scale)
        return (struct strip){from->x + (q->corner + c), q->line, q->pixel};
    stage_square(q, from, c, side, stage);
    return (struct strip){stage, WINDOW * LANES, LANES};
}

/* Of channel `c`, counted from the first that the planes hold. */
static LANES_INLINE size_t strip_at(const struct winograd_planes *p, size_t row, int c)
{
    int panel = c >> p->log2_wide;
    return row * p->row_step + (size_t)panel * p->panel + (size_t)(c - (panel << p->log2_wide));
}

static inline void winograd_input(const struct winograd_tiles *t, const struct fused_source *from,
                                  float *v)
{
    float stage[WINDOW * WINDOW * LANES] __attribute__((aligned(64)));
    for (int i = 0; i < t->count; i++) {
        struct square q = square_of(t, t->first + (size_t)i, WINDOW);
        for (int c = 0; c < t->channels; c += LANES) {
            struct strip s = strip_of(&q, from, t->channel + c, WINDOW, stage);
            input_strip(&s, v + strip_at(&t->planes, (size_t)i, c), t->planes.plane);
        }
    }
}

static inline void winograd_spread(const struct winograd_tiles *t, const struct fused_source *from,
                                   float *z)
{
    float stage[TILE * WINDOW * LANES] __attribute__((aligned(64)));
    for (int i = 0; i < t->count; i++) {
        struct square q = square_of(t, t->first + (size_t)i, TILE);
        for (int c = 0; c < t->channels; c += LANES) {
            struct strip s = strip_of(&q, from, t->channel + c, TILE, stage);
            spread_strip(&s, z + strip_at(&t->planes, (size_t)i, c), t->planes.plane);
        }
    }
}

/* What happens to the pixels of one strip of outputs. */
struct finish_strip {
    float *y;
    const float *skip, *cut, *factor;
    lanes scale, shift, sum, dot;
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

/* Stores the tile's pixels; `plain`, `cut` and `sums` are constants where this is inlined. */
static LANES_INLINE void finish_pixels(const struct square *q, struct finish_strip *s, bool plain,
                                       bool cut, bool sums, const float *tile)
{
    for (int i = 0; i < q->bottom; i++)
        for (int j = 0; j < q->right; j++) {
            ptrdiff_t at = q->corner + i * q->line + j * q->pixel;
            lanes y = lanes_load(tile + (i * TILE + j) * LANES);
            if (!plain)
                y = cut ? finish_cut(s, at, y) : finish_value(s, at, y);
            lanes_store(s->y + at, y);
            if (sums) {
                s->sum += y;
                s->dot = lanes_fma(y, s->factor ? lanes_load(s->factor + at) : y, s->dot);
            }
        }
}

static LANES_INLINE void add_wide(double *total, lanes v)
{
    lanes_wide sum;
    memcpy(&sum, total, sizeof sum);
    sum += lanes_widen(v);
    memcpy(total, &sum, sizeof sum);
}

/* Single precision within a tile, double over tiles. */
static LANES_INLINE void finish_tile(const struct square *q, const struct fused_finish *f, int c,
                                     int all, const float *tile)
{
    struct finish_strip s = finish_of(f, c);
    bool plain = !f->scale && !f->skip && !f->relu && !f->cut;
    if (f->cut)
        finish_pixels(q, &s, false, true, true, tile);
    else if (plain && f->sums)
        finish_pixels(q, &s, true, false, true, tile);
    else if (plain)
        finish_pixels(q, &s, true, false, false, tile);
    else
        finish_pixels(q, &s, false, false, true, tile);
    if (f->sums) {
        add_wide(f->sums + c, s.sum);
        add_wide(f->sums + all + c, s.dot);
    }
}

static inline void winograd_output(const struct winograd_tiles *t, const float *m,
                                   const struct fused_finish *f)
{
    lanes tile[TILE][TILE];
    for (int row = 0; f->sums && row < 2; row++)
        memset(f->sums + row * t->c + t->channel, 0, (size_t)t->channels * sizeof *f->sums);
    for (int i = 0; i < t->count; i++) {
        struct square q = square_of(t, t->first + (size_t)i, TILE);
        for (int c = 0; c < t->channels; c += LANES) {
            struct strip s = {m + strip_at(&t->planes, (size_t)i, c),
                              (ptrdiff_t)(WINDOW * t->planes.plane), (ptrdiff_t)t->planes.plane};
            output_strip(&s, tile);
            finish_tile(&q, f, t->channel + c, t->c, (const float *)tile);
        }
    }
}

static inline void winograd_filter(const float *w, ptrdiff_t tap, int k,
                                   const struct winograd_planes *p, float *u)
{
    for (int c = 0; c < k; c += LANES) {
        struct strip s = {w + c, TAPS * tap, tap};
        filter_strip(&s, u + strip_at(p, 0, c), p->plane);
    }
}

static inline void winograd_gather(const float *du, const struct winograd_planes *p, int k,
                                   ptrdiff_t tap, float *dw)
{
    for (int c = 0; c < k; c += LANES) {
        struct strip s = {du + strip_at(p, 0, c), (ptrdiff_t)(WINDOW * p->plane),
                          (ptrdiff_t)p->plane};
        gather_strip(&s, tap, dw + c);
    }
}

#endif
