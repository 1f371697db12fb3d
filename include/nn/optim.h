/* Optimisers on flat arrays: AdamW (Loshchilov, Hutter 2019, arXiv:1711.05101; decoupled decay) and
 * SGD with momentum (PyTorch's convention: weight decay in the gradient, v = m v + g, p -= lr v).
 * Elementwise, so bits do not depend on the number of workers. One owner. */
#ifndef NN_OPTIM_H
#define NN_OPTIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/workers.h"
#include "nn/params.h"

enum optim_kind { OPTIM_ADAMW, OPTIM_SGD };

struct optim_plan {
    enum optim_kind kind;
    double momentum;              /* sgd */
    double beta1, beta2, epsilon; /* adamw: .9, .999, 1e-8 */
    double weight_decay;          /* on rows with `decay` */
    bool accumulate;              /* optim_collect will be used: one array more */
};

/* What of a step changes over a run. */
struct optim_pace {
    double lr;
    double momentum; /* of sgd, or adamw's beta1; 0: the plan's */
    /* Gradients times clip/(norm + 1e-6) where that is below 1, as PyTorch's clip_grad_norm_. */
    double clip; /* 0: as they are */
    double norm; /* of all gradients: optim_gradient_norm; not read without `clip` */
};

struct optim;

struct optim *optim_new(const struct optim_plan *plan, const struct params *p, struct err *e);
void optim_free(struct optim *o);

/* One step with p->gradients; frozen rows and their state stay as they are. */
void optim_step(struct optim *o, struct params *p, const struct optim_pace *pace,
                struct workers *w);

/* Gradients of a batch that comes in parts: collect p->gradients after each part; then
 * p->gradients becomes the mean of those collected since the last time. Frozen rows are left out.
 */
void optim_collect(struct optim *o, const struct params *p, struct workers *w);
void optim_collected(struct optim *o, struct params *p, struct workers *w);
void optim_forget_collected(struct optim *o); /* those since the last time */

/* Rates of the table's rows from now on, as parts of a step's lr; 1 each in the beginning. */
void optim_scale(struct optim *o, const double *scales /* [p->n] */);

/* The rows that are frozen in `p` now made none of the first `steps` steps: AdamW's bias correction
 * counts theirs from there, as PyTorch counts each tensor's own. */
void optim_rest(struct optim *o, const struct params *p, int64_t steps);

/* State for a checkpoint: `count` arrays of p->count floats each ("momentum"; or "m", "v"). */
int optim_state_count(const struct optim *o);
size_t optim_memory(const struct optim *o); /* bytes of state and collected gradients */
size_t optim_memory_of(const struct optim_plan *plan, size_t count); /* of `count` parameters */
const char *optim_state_name(const struct optim *o, int i);
float *optim_state(struct optim *o, int i);
int64_t optim_steps(const struct optim *o);
void optim_set_steps(struct optim *o, int64_t steps);

/* L2 norm of the gradients; block sums in block order (double). */
double optim_gradient_norm(const struct params *p, struct workers *w);

#endif
