/* Memory that a training or an inference plans before its first step. Private to the job's files.
 */
#ifndef JOB_MEMORY_PLAN_H
#define JOB_MEMORY_PLAN_H

#include "base/conf.h"
#include "base/limits.h"
#include "job/work.h"
#include "nn/net.h"
#include "nn/optim.h"

enum { MEMORY_PLAN_LOADER_DEPTH = 2 }; /* batches that a loader holds */

/* Bytes. What the program itself needs, some 20 MB, comes on top. */
struct memory_plan {
    size_t activations; /* the network's arena: values, gradients of values, scratch */
    size_t weights;     /* parameters, their gradients, running statistics */
    size_t optimiser;   /* with the gradients that it collects */
    size_t batches;     /* of the loaders, and trunk features */
    size_t averaged;    /* averaged weights, 0: none */
};

/* Of a training or an inference that is to come: nothing is allocated. Without trunk features. */
int memory_plan_training(struct memory_plan *f, const struct conf *c, const struct net_plan *plan,
                         struct workers *workers, struct err *e);
int memory_plan_inference(struct memory_plan *f, const struct net_plan *plan,
                          struct workers *workers, struct err *e);
/* Of the trunk features of so many samples. */
int memory_plan_features(const struct net_plan *plan, int64_t samples, size_t *bytes,
                         struct err *e);

/* Say in the log what `who` ("run night") plans, on how many threads and under which limit;
 * ERR_NOMEM when it does not fit under the limit, with what helps: `lower` ("lower train.batch
 * (16)"; NULL: nothing). Before anything large is allocated. */
int memory_plan_check(const struct memory_plan *f, const char *who, const char *lower,
                      const struct work *w, struct err *e);
/* For a training, after that: take the address space that its products need, and see that the plan
 * fits beside it. ERR_NOMEM. */
int memory_plan_products(const struct memory_plan *f, const char *who, const char *lower,
                         const struct work *w, struct err *e);
/* The same as memory_plan_check against a limit that a test chose. */
int memory_plan_fits(const struct memory_plan *f, const char *who, const char *lower,
                     const struct limits_memory *limit, struct err *e);

/* `optim` NULL: inference. */
struct memory_plan memory_plan_of(struct net *net, const struct optim *optim, size_t batches);
double memory_plan_mb(const struct memory_plan *f); /* all of it, 1e6 bytes */
/* "1042 MB: activations 617, weights and gradients 171, optimiser 170, batches 84" */
void memory_plan_text(const struct memory_plan *f, char *out, size_t size);

#endif
