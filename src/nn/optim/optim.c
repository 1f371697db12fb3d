/* The optimiser's step: elementwise over the flat parameter array, in blocks that the workers
 * claim.
 *
 * Blocks follow from the table alone: its rows, cut at a fixed length. A block owns its range of
 * values and state, so the bits do not depend on who computes it; those of frozen rows are left
 * out. Scalars (bias correction, decay) are computed once per step in double. One owner. */
#include "nn/optim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 1 << 15, STATES_MAX = 2, NORM_BLOCKS = 256, LANES = 8 };

struct block {
    int row;
    size_t begin, count;
    bool rested;
    double scale; /* of the rate */
};

struct optim {
    struct optim_plan plan;
    size_t count;
    int64_t steps, rest; /* rested blocks made none of the first `rest` steps */
    int states;
    float *state[STATES_MAX]; /* [count] each */
    float *sum;               /* [count] of collected gradients; or NULL */
    int collected;
    struct block *blocks;
    int block_count;
};

static const char *const state_names[][STATES_MAX] = {
    [OPTIM_ADAMW] = {"m", "v"},
    [OPTIM_SGD] = {"momentum"},
};

static size_t blocks_of(size_t count)
{
    return (count + BLOCK - 1) / BLOCK;
}

static size_t count_blocks(const struct params *p)
{
    size_t count = 0;
    for (int row = 0; row < p->n; row++)
        count += p->table[row].buffer ? 0 : blocks_of(p->table[row].count);
    return count;
}

static void cut_blocks(struct optim *o, const struct params *p)
{
    for (int row = 0; row < p->n; row++) {
        const struct param *t = &p->table[row];
        for (size_t at = 0; !t->buffer && at < t->count; at += BLOCK) {
            size_t length = t->count - at > BLOCK ? BLOCK : t->count - at;
            o->blocks[o->block_count++] = (struct block){row, t->offset + at, length, false, 1};
        }
    }
}

static int states_of(const struct optim_plan *plan)
{
    return plan->kind == OPTIM_ADAMW ? 2 : 1;
}

struct optim *optim_new(const struct optim_plan *plan, const struct params *p, struct err *e)
{
    struct optim *o = xcalloc(1, sizeof *o);
    o->plan = *plan;
    o->count = p->count;
    o->states = states_of(plan);
    for (int i = 0; i < o->states; i++) {
        o->state[i] = mem_aligned(p->count * sizeof(float), "optimiser state", e);
        if (!o->state[i])
            goto fail;
    }
    if (plan->accumulate && !(o->sum = mem_aligned(p->count * sizeof(float), "gradient sums", e)))
        goto fail;
    o->blocks = mem_array(count_blocks(p), sizeof *o->blocks, "optimiser blocks", e);
    if (!o->blocks)
        goto fail;
    cut_blocks(o, p);
    return o;
fail:
    optim_free(o);
    return NULL;
}

void optim_free(struct optim *o)
{
    if (!o)
        return;
    for (int i = 0; i < o->states; i++)
        mem_free_aligned(o->state[i]);
    mem_free_aligned(o->sum);
    free(o->blocks);
    free(o);
}

struct adamw {
    float beta1, rest1, beta2, rest2; /* rest = 1 - beta */
    float clip;                       /* on the gradients */
    float keep;                       /* 1 - lr * weight decay */
    float rate, root, epsilon;        /* p -= rate * m / (sqrt(v) / root + epsilon) */
};

static void adamw(float *restrict p, const float *restrict g, float *restrict m, float *restrict v,
                  size_t n, struct adamw a)
{
    for (size_t i = 0; i < n; i++) {
        float gradient = a.clip * g[i];
        m[i] = a.beta1 * m[i] + a.rest1 * gradient;
        v[i] = a.beta2 * v[i] + a.rest2 * gradient * gradient;
        p[i] = a.keep * p[i] - a.rate * (m[i] / (sqrtf(v[i]) / a.root + a.epsilon));
    }
}

struct sgd {
    float momentum, clip, decay, lr;
};

static void sgd(float *restrict p, const float *restrict g, float *restrict v, size_t n,
                struct sgd a)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = a.momentum * v[i] + (a.clip * g[i] + a.decay * p[i]);
        p[i] -= a.lr * v[i];
    }
}

/* AdamW's bias correction after so many steps. */
struct correction {
    double first, second;
};

struct step {
    struct optim *o;
    struct params *p;
    double lr, momentum, clip;
    struct correction whole, rested; /* of blocks that made every step; of those that rested */
};

static void step_block(void *context, int block, int worker)
{
    (void)worker;
    const struct step *s = context;
    const struct optim_plan *plan = &s->o->plan;
    const struct block *b = &s->o->blocks[block];
    const struct param *row = &s->p->table[b->row];
    if (row->frozen)
        return;
    float *values = s->p->values + b->begin, *first = s->o->state[0] + b->begin;
    const float *gradients = s->p->gradients + b->begin;
    double decay = row->decay ? plan->weight_decay : 0, lr = s->lr * b->scale;
    if (plan->kind == OPTIM_SGD) {
        sgd(values, gradients, first, b->count,
            (struct sgd){(float)s->momentum, (float)s->clip, (float)decay, (float)lr});
        return;
    }
    struct correction c = b->rested ? s->rested : s->whole;
    adamw(values, gradients, first, s->o->state[1] + b->begin, b->count,
          (struct adamw){.beta1 = (float)s->momentum,
                         .rest1 = (float)(1 - s->momentum),
                         .beta2 = (float)plan->beta2,
                         .rest2 = (float)(1 - plan->beta2),
                         .clip = (float)s->clip,
                         .keep = (float)(1 - lr * decay),
                         .rate = (float)(lr / c.first),
                         .root = (float)sqrt(c.second),
                         .epsilon = (float)plan->epsilon});
}

static struct correction correction(double beta1, double beta2, int64_t step)
{
    return (struct correction){1 - pow(beta1, (double)step), 1 - pow(beta2, (double)step)};
}

void optim_step(struct optim *o, struct params *p, const struct optim_pace *pace, struct workers *w)
{
    const struct optim_plan *plan = &o->plan;
    double own = plan->kind == OPTIM_ADAMW ? plan->beta1 : plan->momentum;
    struct step s = {.o = o,
                     .p = p,
                     .lr = pace->lr,
                     .momentum = pace->momentum > 0 ? pace->momentum : own,
                     .clip = pace->clip > 0 ? fmin(pace->clip / (pace->norm + 1e-6), 1) : 1};
    o->steps++;
    if (plan->kind == OPTIM_ADAMW) {
        s.whole = correction(s.momentum, plan->beta2, o->steps);
        s.rested = correction(s.momentum, plan->beta2, o->steps - o->rest);
    }
    workers_run(w, o->block_count, step_block, &s);
}

void optim_scale(struct optim *o, const double *scales)
{
    for (int i = 0; i < o->block_count; i++)
        o->blocks[i].scale = scales[o->blocks[i].row];
}

struct collecting {
    struct optim *o;
    const struct params *p;
};

static void collect_block(void *context, int block, int worker)
{
    (void)worker;
    const struct collecting *s = context;
    const struct block *b = &s->o->blocks[block];
    float *sum = s->o->sum + b->begin;
    const float *gradients = s->p->gradients + b->begin;
    if (s->p->table[b->row].frozen)
        return;
    if (s->o->collected == 0)
        memcpy(sum, gradients, b->count * sizeof *sum);
    else
        for (size_t i = 0; i < b->count; i++)
            sum[i] += gradients[i];
}

static void mean_block(void *context, int block, int worker)
{
    (void)worker;
    const struct collecting *s = context;
    const struct block *b = &s->o->blocks[block];
    const float *sum = s->o->sum + b->begin;
    float *gradients = s->p->gradients + b->begin, parts = (float)s->o->collected;
    if (s->p->table[b->row].frozen)
        return;
    for (size_t i = 0; i < b->count; i++)
        gradients[i] = sum[i] / parts;
}

void optim_collect(struct optim *o, const struct params *p, struct workers *w)
{
    struct collecting s = {o, p};
    workers_run(w, o->block_count, collect_block, &s);
    o->collected++;
}

void optim_collected(struct optim *o, struct params *p, struct workers *w)
{
    struct collecting s = {o, p};
    workers_run(w, o->block_count, mean_block, &s);
    o->collected = 0;
}

void optim_forget_collected(struct optim *o)
{
    o->collected = 0;
}

void optim_rest(struct optim *o, const struct params *p, int64_t steps)
{
    o->rest = steps;
    for (int i = 0; i < o->block_count; i++)
        o->blocks[i].rested = p->table[o->blocks[i].row].frozen;
}

int optim_state_count(const struct optim *o)
{
    return o->states;
}

size_t optim_memory(const struct optim *o)
{
    return optim_memory_of(&o->plan, o->count);
}

size_t optim_memory_of(const struct optim_plan *plan, size_t count)
{
    return (size_t)(states_of(plan) + plan->accumulate) * count * sizeof(float);
}

const char *optim_state_name(const struct optim *o, int i)
{
    return state_names[o->plan.kind][i];
}

float *optim_state(struct optim *o, int i)
{
    return o->state[i];
}

int64_t optim_steps(const struct optim *o)
{
    return o->steps;
}

void optim_set_steps(struct optim *o, int64_t steps)
{
    o->steps = steps;
}

struct norm {
    const float *gradients;
    size_t count, length;      /* of a block */
    bool trained[NORM_BLOCKS]; /* the block holds gradients that are not frozen, hence 0 */
    double sums[NORM_BLOCKS];
};

static void find_trained(struct norm *s, const struct params *p)
{
    for (const struct param *row = p->table; row < p->table + p->n; row++)
        if (!row->buffer && !row->frozen && row->count)
            for (size_t i = row->offset / s->length;
                 i <= (row->offset + row->count - 1) / s->length; i++)
                s->trained[i] = true;
}

static void norm_block(void *context, int block, int worker)
{
    (void)worker;
    struct norm *s = context;
    size_t begin = (size_t)block * s->length;
    if (!s->trained[block])
        return;
    size_t end = begin + s->length < s->count ? begin + s->length : s->count;
    double lane[LANES] = {0}, sum = 0; /* independent sums: a single chain waits for each add */
    size_t i = begin;
    for (; i + LANES <= end; i += LANES)
        for (int j = 0; j < LANES; j++)
            lane[j] += (double)s->gradients[i + (size_t)j] * s->gradients[i + (size_t)j];
    for (; i < end; i++)
        sum += (double)s->gradients[i] * s->gradients[i];
    for (int j = 0; j < LANES; j++)
        sum += lane[j];
    s->sums[block] = sum;
}

double optim_gradient_norm(const struct params *p, struct workers *w)
{
    struct norm s = {.gradients = p->gradients, .count = p->count};
    if (!p->count)
        return 0;
    s.length = (p->count + NORM_BLOCKS - 1) / NORM_BLOCKS;
    find_trained(&s, p);
    workers_run(w, NORM_BLOCKS, norm_block, &s);
    double sum = 0;
    for (int i = 0; i < NORM_BLOCKS; i++)
        sum += s.sums[i];
    return sqrt(sum);
}
