/* A parameter table of six rows, made by hand, with values that are hard to keep. */
#ifndef TESTS_NN_SMALL_NET_H
#define TESTS_NN_SMALL_NET_H

#include <math.h>
#include <string.h>

#include "nn/checkpoint.h"

enum { SMALL_VALUES = 24 + 2 + 2 + 6, SMALL_BUFFERS = 4 };

struct small_net {
    struct params p;
    struct param rows[6];
    float values[SMALL_VALUES], gradients[SMALL_VALUES], buffers[SMALL_BUFFERS];
};

static inline void small_net_init(struct small_net *s, float start)
{
    static const struct param rows[6] = {
        {"conv1.weight", PARAM_CONV, 4, {2, 3, 2, 2}, 0, 24, false, true, false},
        {"bn1.weight", PARAM_VECTOR, 1, {2}, 24, 2, false, false, false},
        {"bn1.bias", PARAM_VECTOR, 1, {2}, 26, 2, false, false, false},
        {"bn1.running_mean", PARAM_VECTOR, 1, {2}, 0, 2, true, false, false},
        {"bn1.running_var", PARAM_VECTOR, 1, {2}, 2, 2, true, false, false},
        {"fc.weight", PARAM_LINEAR, 2, {3, 2}, 28, 6, false, true, false},
    };
    memset(s, 0, sizeof *s);
    memcpy(s->rows, rows, sizeof rows);
    for (int i = 0; i < SMALL_VALUES; i++) {
        s->values[i] = start + (float)i / 7;
        s->gradients[i] = sinf((float)i + start);
    }
    for (int i = 0; i < SMALL_BUFFERS; i++)
        s->buffers[i] = start / (float)(i + 1);
    if (start != 0) {
        s->values[0] = -0.0f;
        s->values[1] = 1e-45f; /* the smallest subnormal */
        s->values[2] = -3.4028235e38f;
    }
    s->p = (struct params){.n = 6,
                           .table = s->rows,
                           .count = SMALL_VALUES,
                           .buffer_count = SMALL_BUFFERS,
                           .values = s->values,
                           .gradients = s->gradients,
                           .buffers = s->buffers};
}

#endif
