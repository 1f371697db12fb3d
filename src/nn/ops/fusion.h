/* Which batch norms cost no passes over memory of their own; decided from the graph's structure,
 * before its memory is planned. */
#ifndef NN_FUSION_H
#define NN_FUSION_H

#include "graph.h"

void fusion_plan(struct graph *g);

#endif
