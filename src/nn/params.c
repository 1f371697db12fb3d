/* The parameter table: torch's names and shapes over three flat arrays.
 *
 * The graph's layers add rows while the network is built; afterwards the table is const and the
 * arrays belong to the job's thread. Rows lie densely one after the other, so that the optimiser
 * can treat all of them as one vector. Convolution weights lie as the product wants them, taps and
 * input channels first ([R,S,C,K]); only the two copies at the foot know both layouts. */
#include "nn/params.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "params_build.h"

int params_add(struct params *p, const struct param_spec *spec)
{
    p->table = xrealloc(p->table, (size_t)(p->n + 1) * sizeof *p->table);
    struct param *row = &p->table[p->n];
    *row = (struct param){
        .kind = spec->kind,
        .rank = spec->rank,
        .buffer = spec->buffer,
        .decay = spec->kind != PARAM_VECTOR,
        .offset = spec->buffer ? p->buffer_count : p->count,
        .count = 1,
    };
    int written = snprintf(row->name, sizeof row->name, "%s.%s", spec->module, spec->tensor);
    assert(written > 0 && (size_t)written < sizeof row->name);
    (void)written;
    for (int i = 0; i < spec->rank; i++) {
        row->shape[i] = spec->shape[i];
        row->count *= (size_t)spec->shape[i];
    }
    *(spec->buffer ? &p->buffer_count : &p->count) += row->count;
    return p->n++;
}

int params_allocate(struct params *p, bool train, struct err *e)
{
    if (!(p->values = mem_aligned(p->count * sizeof(float), "parameters", e)) ||
        !(p->buffers = mem_aligned(p->buffer_count * sizeof(float), "running statistics", e)))
        return -1;
    if (train && !(p->gradients = mem_aligned(p->count * sizeof(float), "gradients", e)))
        return -1;
    return 0;
}

void params_fini(struct params *p)
{
    mem_free_aligned(p->values);
    mem_free_aligned(p->gradients);
    mem_free_aligned(p->buffers);
    mem_free_aligned(p->average);
    free(p->table);
    *p = (struct params){0};
}

const struct param *params_find(const struct params *p, const char *name)
{
    for (int i = 0; i < p->n; i++)
        if (!strcmp(p->table[i].name, name))
            return &p->table[i];
    return NULL;
}

/* A tensor as torch sees it is [outer, inner, taps]; here it is [taps, inner, outer]. */
static void layout(const struct param *row, size_t *outer, size_t *inner, size_t *taps)
{
    bool matrix = row->kind != PARAM_VECTOR;
    *outer = matrix ? (size_t)row->shape[0] : row->count;
    *inner = matrix ? (size_t)row->shape[1] : 1;
    *taps = row->kind == PARAM_CONV ? (size_t)row->shape[2] * (size_t)row->shape[3] : 1;
}

void params_to_torch(const struct params *p, const struct param *row, float *out)
{
    const float *from = (row->buffer ? p->buffers : p->values) + row->offset;
    size_t outer, inner, taps;
    layout(row, &outer, &inner, &taps);
    for (size_t t = 0; t < taps; t++)
        for (size_t i = 0; i < inner; i++)
            for (size_t o = 0; o < outer; o++)
                out[(o * inner + i) * taps + t] = *from++;
}

void params_from_torch(struct params *p, const struct param *row, const float *in)
{
    float *to = (row->buffer ? p->buffers : p->values) + row->offset;
    size_t outer, inner, taps;
    layout(row, &outer, &inner, &taps);
    for (size_t t = 0; t < taps; t++)
        for (size_t i = 0; i < inner; i++)
            for (size_t o = 0; o < outer; o++)
                *to++ = in[(o * inner + i) * taps + t];
}
