/* What the passes of the Winograd convolution share: which planes a side of a product has, and
 * which of its tiles a block of work handles. Private to conv_winograd*.c. */
#ifndef NN_CONV_WINOGRAD_H
#define NN_CONV_WINOGRAD_H

#include "conv.h"
#include "kern/winograd.h"

enum {
    WINOGRAD_GROUP = 8,       /* tiles transformed as one block of work */
    WINOGRAD_FILTER_ROWS = 16 /* filter channels transformed as one block of work */
};

/* One side of a pass: an activation or its gradient. */
struct winograd_side {
    struct winograd_tiles tiles; /* of all channels; first and count are the block's */
    struct fused_source from;    /* when it is read */
};

static inline size_t plane_floats(struct winograd_planes p)
{
    return WINOGRAD_POINTS * p.plane;
}

/* Planes for `rows` tiles, as the left (or, in panels, right) side of a product. */
static inline struct winograd_side winograd_side(const struct act *a, int rows, bool panels)
{
    struct winograd_side s = {.tiles = {.h = a->h, .w = a->w, .c = a->c, .channels = a->c}};
    s.tiles.planes = panels ? winograd_panels(rows, a->c) : winograd_rows(rows, a->c);
    return s;
}

static inline struct winograd_tiles winograd_some(const struct winograd_side *s, int first,
                                                  int count)
{
    struct winograd_tiles t = s->tiles;
    t.first = (size_t)first;
    t.count = count;
    return t;
}

static inline int winograd_tiles_of(const struct graph *g, const struct op *op, int n)
{
    const struct act *in = &g->acts[op->in];
    return n * winograd_tiles_of_image(in->h, in->w);
}

/* conv_winograd_pass.c: forward, and the data gradient, which is the same with turned filters. */
void conv_winograd_pass_plan(struct graph *g, const struct op *op, bool turned);
void conv_winograd_pass_forward(struct graph *g, const struct op *op);
void conv_winograd_pass_data_gradient(struct graph *g, const struct op *op);
int conv_winograd_pass_blocks(const struct graph *g, const struct op *op, bool turned, int n);

/* conv_winograd_weights.c */
void conv_winograd_weights_plan(struct graph *g, const struct op *op);
void conv_winograd_weights_gradient(struct graph *g, const struct op *op);

#endif
