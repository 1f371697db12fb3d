/* The ResNets, as lists of operations. */
#ifndef NN_RESNET_H
#define NN_RESNET_H

#include "nn/net.h"
#include "ops/graph.h"

struct resnet_spec {
    const char *name;
    int blocks[4]; /* basic blocks in each stage */
};

/* NULL when there is no such model; `known` (may be NULL) gets all names, "resnet18, resnet34". */
const struct resnet_spec *resnet_find(const char *name, const char **known);

/* Of a tensor with this name. */
enum net_depth resnet_depth(const char *name);

/* Add the whole network to a graph whose input is [n,S,S,C]. */
void resnet_build(struct graph *g, const struct resnet_spec *spec, const struct net_plan *plan);

#endif
