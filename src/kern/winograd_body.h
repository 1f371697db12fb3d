/* The transforms of tiles and filters for one CPU tier (kern/winograd.h is the contract;
 * winograd_points.h does the arithmetic of one strip). */
#ifndef KERN_WINOGRAD_BODY_H
#define KERN_WINOGRAD_BODY_H

#include "fused_body.h"
#include "kern/winograd.h"
#include "winograd_points.h"

/* The window of `side` pixels around a tile. */
static inline struct window winograd_window(const struct winograd_tiles *t, int i, int side)
{
    struct spot at = spot_of(t->h, t->w, t->first + (size_t)i);
    at.y -= (side - TILE) / 2;
    at.x -= (side - TILE) / 2;
    return window_of(t->h, t->w, t->c, at, side);
}

static inline void winograd_input(const struct winograd_tiles *t, const struct fused_source *from,
                                  float *v)
{
    float stage[WINDOW * WINDOW * LANES] __attribute__((aligned(64)));
    for (int i = 0; i < t->count; i++) {
        struct window q = winograd_window(t, i, WINDOW);
        for (int c = 0; c < t->channels; c += LANES) {
            struct strip s = strip_of(&q, from, t->channel + c, WINDOW, TILE, stage);
            input_strip(&s, v + in_plane(&t->planes, (size_t)i, c), t->planes.plane);
        }
    }
}

static inline void winograd_spread(const struct winograd_tiles *t, const struct fused_source *from,
                                   float *z)
{
    float stage[TILE * TILE * LANES] __attribute__((aligned(64)));
    for (int i = 0; i < t->count; i++) {
        struct window q = winograd_window(t, i, TILE);
        for (int c = 0; c < t->channels; c += LANES) {
            struct strip s = strip_of(&q, from, t->channel + c, TILE, TILE, stage);
            spread_strip(&s, z + in_plane(&t->planes, (size_t)i, c), t->planes.plane);
        }
    }
}

static inline void winograd_output(const struct winograd_tiles *t, const float *m,
                                   const struct fused_finish *f)
{
    lanes tile[TILE][TILE];
    finish_begin(f, t->c, t->channel, t->channels);
    for (int i = 0; i < t->count; i++) {
        struct window q = winograd_window(t, i, TILE);
        for (int c = 0; c < t->channels; c += LANES) {
            struct strip s =
                strip_of_planes(m + in_plane(&t->planes, (size_t)i, c), t->planes.plane, WINDOW);
            output_strip(&s, tile);
            finish_tile(&q, f, t->channel + c, t->c, TILE, (const float *)tile);
        }
    }
}

static inline void winograd_filter(const float *w, ptrdiff_t tap, int k,
                                   const struct winograd_planes *p, float *u)
{
    for (int c = 0; c < k; c += LANES) {
        struct strip s = strip_of_planes(w + c, (size_t)tap, TAPS);
        filter_strip(&s, u + in_plane(p, 0, c), p->plane);
    }
}

static inline void winograd_gather(const float *du, const struct winograd_planes *p, int k,
                                   ptrdiff_t tap, float *dw)
{
    for (int c = 0; c < k; c += LANES) {
        struct strip s = strip_of_planes(du + in_plane(p, 0, c), p->plane, WINDOW);
        gather_strip(&s, tap, dw + c);
    }
}

#endif
