/* Parameters: flat arrays with a named table over them.
 *
 * Trainable values and their gradients are one array each; buffers (running statistics) a third.
 * The table gives every tensor its torchvision name and torch shape, and says how it lies in memory
 * here. Built once by the network; of the table only `frozen` changes afterwards. One owner: the
 * runner's thread.
 */
#ifndef NN_PARAMS_H
#define NN_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { PARAM_NAME_MAX = 64, PARAM_RANK_MAX = 4 };

enum param_kind {
    PARAM_CONV,   /* torch [K,C,R,S], here [R,S,C,K] */
    PARAM_LINEAR, /* torch [K,C], here [C,K] */
    PARAM_VECTOR  /* biases, batch norm weights and buffers: the same in both */
};

struct param {
    char name[PARAM_NAME_MAX]; /* "layer1.0.conv1.weight" */
    enum param_kind kind;
    int rank;
    int shape[PARAM_RANK_MAX]; /* torch order */
    size_t offset, count;      /* in values/gradients, or in buffers */
    bool buffer;               /* lies in buffers: not trained */
    bool decay;                /* weight decay applies (weights of conv and linear only) */
    bool frozen;               /* training leaves it as it is; its gradient stays 0 */
};

struct params {
    int n; /* rows of the table */
    struct param *table;
    size_t count, buffer_count;
    float *values;    /* [count] */
    float *gradients; /* [count]; NULL in an inference-only network */
    float *buffers;   /* [buffer_count] */
    float *average;   /* [count]; NULL unless ema_begin (nn/ema.h) made it */
};

/* Row of a name, NULL when there is none. */
const struct param *params_find(const struct params *p, const char *name);

/* Copy one tensor out to, or in from, torch's layout. */
void params_to_torch(const struct params *p, const struct param *row, float *out);
/* Only `first` to first + n - 1 along torch's first dimension. */
void params_part_to_torch(const struct params *p, const struct param *row, size_t first, size_t n,
                          float *out);
void params_from_torch(struct params *p, const struct param *row, const float *in);

#endif
