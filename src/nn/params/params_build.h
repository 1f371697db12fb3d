/* Building a parameter table: the network's layers add their rows, then memory is made once. */
#ifndef NN_PARAMS_BUILD_H
#define NN_PARAMS_BUILD_H

#include "nn/params.h"

/* A row as torch knows it: name, kind and shape (torch order). Returns its number. */
struct param_spec {
    const char *module, *tensor; /* joined by a dot: "layer1.0.bn1", "weight" */
    enum param_kind kind;
    int rank;
    int shape[PARAM_RANK_MAX];
    bool buffer;
};
int params_add(struct params *p, const struct param_spec *spec);

/* Zeroed arrays for all rows; gradients only when training. */
int params_allocate(struct params *p, bool train, struct err *e);
void params_fini(struct params *p);

#endif
