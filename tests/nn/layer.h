/* A small graph under test: built by a function, filled by formula, run forward and backward. */
#ifndef TESTS_NN_LAYER_H
#define TESTS_NN_LAYER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/graph.h"
#include "params/params_build.h"
#include "reference.h"
#include "test.h"

struct layer {
    struct graph g;
    int n;
    float *x, *dy;
    size_t x_count, y_count;
};

/* Set by a test for the layers that it makes; NULL: the fastest kernels, algorithms by shape. */
static const struct kern *layer_kern;
static const char *layer_convolution;

/* Adds operations to a graph that has only its input. */
typedef void layer_build(struct graph *g, const void *spec);

/* Parameters, x and dy are scale*u("CASE:NAME") (reference.h); the caller changes them as it likes
 * before the first pass. */
static inline struct layer layer_make(const char *name, layer_build *build, const void *spec,
                                      const int shape[4], struct workers *w)
{
    struct layer t = {.n = shape[0]};
    struct err e = {0};
    char key[128];
    graph_init(&t.g, shape[1], shape[2], shape[3], w);
    t.g.kern = layer_kern ? layer_kern : t.g.kern;
    t.g.convolution = layer_convolution;
    t.g.input_gradient = true; /* unless the builder says otherwise */
    build(&t.g, spec);
    if (graph_plan(&t.g, t.n, true, &e))
        fail_msg("%s", e.text);
    struct params *p = &t.g.params;
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        const char *module_end = strchr(row->name, '.');
        float *values = malloc(row->count * sizeof *values);
        /* a single layer is called "x": its parameters go by their tensor's name */
        snprintf(key, sizeof key, "%s:%s", name, row->name[0] == 'x' ? module_end + 1 : row->name);
        bool scale = row->kind == PARAM_VECTOR && strstr(row->name, "weight");
        ref_uniform(key, values, row->count, scale ? 1 : 2, scale ? 1 : 0);
        if (row->buffer)
            for (size_t j = 0; j < row->count; j++)
                values[j] = strstr(row->name, "var") ? 1 : 0;
        params_from_torch(p, row, values);
        free(values);
    }
    t.x_count = graph_act_floats(&t.g, 0);
    t.y_count = graph_act_floats(&t.g, t.g.n_acts - 1);
    t.x = malloc(t.x_count * sizeof *t.x);
    t.dy = malloc(t.y_count * sizeof *t.dy);
    snprintf(key, sizeof key, "%s:x", name);
    ref_uniform(key, t.x, t.x_count, 2, 0);
    snprintf(key, sizeof key, "%s:dy", name);
    ref_uniform(key, t.dy, t.y_count, 2, 0);
    return t;
}

static inline void layer_free(struct layer *t)
{
    graph_fini(&t->g);
    free(t->x);
    free(t->dy);
}

static inline const float *layer_forward(struct layer *t, bool training)
{
    graph_forward(&t->g, t->x, t->n, training, 11, 3);
    return graph_value(&t->g, t->g.n_acts - 1);
}

static inline void layer_backward(struct layer *t)
{
    memcpy(graph_gradient(&t->g, t->g.n_acts - 1), t->dy, t->y_count * sizeof *t->dy);
    graph_backward(&t->g);
}

#endif
