/* Memory that a training or an inference plans before its first step. Private to the job's files.
 */
#ifndef JOB_FOOTPRINT_H
#define JOB_FOOTPRINT_H

#include "nn/net.h"
#include "nn/optim.h"

/* Bytes. What the program itself needs, some 20 MB, comes on top. */
struct footprint {
    size_t activations; /* the network's arena: values, gradients of values, scratch */
    size_t weights;     /* parameters, their gradients, running statistics */
    size_t optimiser;   /* with the gradients that it collects */
    size_t batches;     /* of the loaders */
    size_t averaged;    /* averaged weights, 0: none */
};

/* `optim` NULL: inference. */
struct footprint footprint_of(struct net *net, const struct optim *optim, size_t batches);
double footprint_mb(const struct footprint *f); /* all of it, 1e6 bytes */
/* "1042 MB: activations 617, weights and gradients 171, optimiser 170, batches 84" */
void footprint_text(const struct footprint *f, char *out, size_t size);

#endif
