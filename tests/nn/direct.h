/* All passes of a convolution, the first operation of a small graph, by plain sums in double. */
#ifndef TESTS_NN_DIRECT_H
#define TESTS_NN_DIRECT_H

#include "layer.h"

struct direct {
    double *y, *dx, *dw; /* as the graph lays them out */
};

/* What one output position adds through one tap. */
static inline void direct_tap(const struct layer *t, int at, int row, int tap, struct direct *d)
{
    int c = t->g.acts[0].c, k = t->g.acts[1].c;
    const float *x = t->x + (size_t)at * (size_t)c, *dy = t->dy + (size_t)row * (size_t)k;
    size_t first = (size_t)tap * (size_t)c * (size_t)k;
    const float *w = t->g.params.values + first;
    double *y = d->y + (size_t)row * (size_t)k, *dx = d->dx + (size_t)at * (size_t)c;
    double *dw = d->dw + first;
    for (int i = 0; i < c; i++, w += k, dw += k)
        for (int j = 0; j < k; j++) {
            y[j] += (double)x[i] * w[j];
            dx[i] += (double)dy[j] * w[j];
            dw[j] += (double)x[i] * dy[j];
        }
}

static inline struct direct direct_passes(const struct layer *t)
{
    const struct op *op = &t->g.ops[0];
    int h = t->g.acts[0].h, w = t->g.acts[0].w, oh = t->g.acts[1].h, ow = t->g.acts[1].w;
    struct direct d = {calloc(t->y_count, sizeof(double)), calloc(t->x_count, sizeof(double)),
                       calloc(t->g.params.count, sizeof(double))};
    for (int row = 0; row < t->n * oh * ow; row++)
        for (int tap = 0; tap < op->kernel * op->kernel; tap++) {
            int y = row / ow % oh * op->stride + tap / op->kernel - op->pad;
            int x = row % ow * op->stride + tap % op->kernel - op->pad;
            if (y >= 0 && y < h && x >= 0 && x < w)
                direct_tap(t, (row / (oh * ow) * h + y) * w + x, row, tap, &d);
        }
    return d;
}

static inline void direct_free(struct direct *d)
{
    free(d->y);
    free(d->dx);
    free(d->dw);
}

#endif
