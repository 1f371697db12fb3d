/* A network's inside, for what looks into it. Private to nn/. */
#ifndef NN_NET_GRAPH_H
#define NN_NET_GRAPH_H

#include "nn/net.h"
#include "ops/graph.h"

struct graph *net_graph(const struct net *net); /* of the size in use */
/* Of the pass that has just run. ERR_NUMERIC when one is not finite. */
int net_take_logits(const struct net *net, float *logits /* [n,K] */, struct err *e);

#endif
