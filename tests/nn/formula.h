/* A network whose weights and statistics are made by formula from a seed, as fill() of
 * tests/reference/nn_net_vectors.py makes the weights; running statistics lie away from 0 and 1. */
#ifndef TESTS_NN_FORMULA_H
#define TESTS_NN_FORMULA_H

#include <math.h>

#include "nn/net.h"
#include "reference.h"

static inline void formula_fill_row(struct params *p, const struct param *row, int seed)
{
    char key[96];
    double scale = 0.5, shift = strstr(row->name, "weight") || strstr(row->name, "var") ? 1 : 0;
    if (row->rank == 4)
        scale = sqrt(12 * 2.0 / (row->shape[0] * row->shape[2] * row->shape[3]));
    else if (!strncmp(row->name, "fc.", 3))
        scale = 2 / sqrt(params_find(p, "fc.weight")->shape[1]);
    if (row->rank == 4 || !strncmp(row->name, "fc.", 3))
        shift = 0;
    float *values = malloc(row->count * sizeof *values);
    snprintf(key, sizeof key, "%d:%s", seed, row->name);
    ref_uniform(key, values, row->count, scale, shift);
    params_from_torch(p, row, values);
    free(values);
}

static inline void formula_fill(struct params *p, int seed)
{
    for (int i = 0; i < p->n; i++)
        formula_fill_row(p, &p->table[i], seed);
}

/* The images of a seed, [n,size,size,channels]; free() them. */
static inline float *formula_image(int seed, int n, int size, int channels)
{
    size_t count = (size_t)n * (size_t)size * (size_t)size * (size_t)channels;
    float *x = malloc(count * sizeof *x);
    char key[32];
    snprintf(key, sizeof key, "%d:input", seed);
    ref_uniform(key, x, count, 3.4, 0);
    return x;
}

#endif
