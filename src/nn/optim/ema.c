/* Averaged weights, in blocks of fixed length that the workers claim. One owner. */
#include "nn/ema.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 1 << 15 };

struct pass {
    struct params *p;
    float rest; /* 1 - decay */
};

static size_t end_of(const struct params *p, int block)
{
    size_t end = ((size_t)block + 1) * BLOCK;
    return end < p->count ? end : p->count;
}

static void step_block(void *context, int block, int worker)
{
    (void)worker;
    const struct pass *s = context;
    float *average = s->p->average;
    const float *values = s->p->values;
    for (size_t i = (size_t)block * BLOCK, end = end_of(s->p, block); i < end; i++)
        average[i] += s->rest * (values[i] - average[i]);
}

static void swap_block(void *context, int block, int worker)
{
    (void)worker;
    const struct pass *s = context;
    float *average = s->p->average, *values = s->p->values;
    for (size_t i = (size_t)block * BLOCK, end = end_of(s->p, block); i < end; i++) {
        float kept = values[i];
        values[i] = average[i];
        average[i] = kept;
    }
}

static int blocks_of(const struct params *p)
{
    return (int)((p->count + BLOCK - 1) / BLOCK);
}

int ema_begin(struct params *p, struct err *e)
{
    if (!p->average && !(p->average = mem_aligned(p->count * sizeof(float), "averaged weights", e)))
        return -1;
    memcpy(p->average, p->values, p->count * sizeof(float));
    return 0;
}

void ema_step(struct params *p, double decay, int64_t step, struct workers *w)
{
    double now = fmin(decay, (double)(1 + step) / (double)(10 + step));
    struct pass s = {p, (float)(1 - now)};
    workers_run(w, blocks_of(p), step_block, &s);
}

void ema_swap(struct params *p, struct workers *w)
{
    struct pass s = {.p = p};
    workers_run(w, blocks_of(p), swap_block, &s);
}
