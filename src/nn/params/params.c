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

/* A tensor as torch sees it is [outer, inner, taps]; here it is [taps, inner, outer]. Neighbours of
 * the one are far apart in the other, and in strides that fall into the same sets of a cache: a
 * tile goes through a buffer, which the first cache holds, so that both sides see whole lines. */
enum { TILE_OUTER = 64, TILE_ROWS = 72 };

struct tile {
    size_t outer, inner, taps; /* of the tensor */
    size_t first, end;         /* what torch's side holds of outer */
    size_t o, i;               /* where the tile begins */
    size_t width, depth;       /* how much of outer and inner it is */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* From here to torch: lines are gathered, columns are written. */
static void tile_out(const struct tile *t, const float *from, float *to)
{
    float buffer[TILE_ROWS * TILE_OUTER];
    size_t rows = t->depth * t->taps;
    for (size_t tap = 0; tap < t->taps; tap++)
        for (size_t i = 0; i < t->depth; i++)
            memcpy(buffer + (i * t->taps + tap) * t->width,
                   from + (tap * t->inner + t->i + i) * t->outer + t->o, t->width * sizeof *from);
    for (size_t o = 0; o < t->width; o++) {
        float *row = to + ((t->o - t->first + o) * t->inner + t->i) * t->taps;
        for (size_t k = 0; k < rows; k++)
            row[k] = buffer[k * t->width + o];
    }
}

static void tile_in(const struct tile *t, const float *from, float *to)
{
    float buffer[TILE_ROWS * TILE_OUTER];
    size_t rows = t->depth * t->taps;
    for (size_t o = 0; o < t->width; o++) {
        const float *row = from + ((t->o - t->first + o) * t->inner + t->i) * t->taps;
        for (size_t k = 0; k < rows; k++)
            buffer[k * t->width + o] = row[k];
    }
    for (size_t tap = 0; tap < t->taps; tap++)
        for (size_t i = 0; i < t->depth; i++)
            memcpy(to + (tap * t->inner + t->i + i) * t->outer + t->o,
                   buffer + (i * t->taps + tap) * t->width, t->width * sizeof *to);
}

/* Of torch's outer dimension `n` from `first` on. */
static void turn(const struct param *row, size_t first, size_t n, const float *from, float *to,
                 void (*copy)(const struct tile *, const float *, float *))
{
    struct tile t = {.outer = (size_t)row->shape[0],
                     .inner = (size_t)row->shape[1],
                     .taps = 1,
                     .first = first,
                     .end = first + n};
    if (row->kind == PARAM_CONV)
        t.taps = (size_t)row->shape[2] * (size_t)row->shape[3];
    size_t depth = TILE_ROWS / t.taps;
    assert(depth > 0);
    for (t.o = first; t.o < t.end; t.o += TILE_OUTER)
        for (t.i = 0; t.i < t.inner; t.i += depth) {
            t.width = least(TILE_OUTER, t.end - t.o);
            t.depth = least(depth, t.inner - t.i);
            copy(&t, from, to);
        }
}

void params_part_to_torch(const struct params *p, const struct param *row, size_t first, size_t n,
                          float *out)
{
    const float *from = (row->buffer ? p->buffers : p->values) + row->offset;
    if (row->kind == PARAM_VECTOR)
        memcpy(out, from + first, n * sizeof *out);
    else
        turn(row, first, n, from, out, tile_out);
}

void params_to_torch(const struct params *p, const struct param *row, float *out)
{
    params_part_to_torch(p, row, 0, (size_t)row->shape[0], out);
}

void params_from_torch(struct params *p, const struct param *row, const float *in)
{
    float *to = (row->buffer ? p->buffers : p->values) + row->offset;
    if (row->kind == PARAM_VECTOR)
        memcpy(to, in, row->count * sizeof *to);
    else
        turn(row, 0, (size_t)row->shape[0], in, to, tile_in);
}
