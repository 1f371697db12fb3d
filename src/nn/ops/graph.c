/* The graph: holds operations in forward order, plans their memory, runs them.
 *
 * Backward runs the same list from its end. Every activation has one value and at most one
 * gradient; an activation that feeds two operations has its gradient written by the one that comes
 * last in forward order and added to by the other. Lifetimes follow from the steps at which the
 * operations touch values and gradients, so that memory_planner.c can let them share room. One
 * owner; the operations hand blocks of work to the workers and wait. */
#include "graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batchnorm.h"
#include "fusion.h"
#include "kern/gemm.h"
#include "params/params_build.h"

static int add_act(struct graph *g, int h, int w, int c)
{
    g->acts = xrealloc(g->acts, (size_t)(g->n_acts + 1) * sizeof *g->acts);
    g->acts[g->n_acts] = (struct act){.h = h,
                                      .w = w,
                                      .c = c,
                                      .made_by = g->n_ops - 1,
                                      .value = -1,
                                      .gradient = -1,
                                      .sums = -1,
                                      .norm = -1,
                                      .gradient_norm = -1,
                                      .cut_by = -1,
                                      .cut_sums = -1,
                                      .value_again = -1};
    return g->n_acts++;
}

void graph_init(struct graph *g, int h, int w, int c, struct workers *workers)
{
    *g = (struct graph){.workers = workers, .kern = kern_best()};
    gemm_setup();
    add_act(g, h, w, c);
}

void graph_fini(struct graph *g)
{
    if (!g->guest) {
        params_fini(&g->params);
        mem_free_aligned(g->arena);
    }
    memory_planner_fini(&g->slots);
    free(g->acts);
    free(g->ops);
    free(g->remakes);
    *g = (struct graph){0};
}

struct op *graph_add(struct graph *g, const struct op_kind *kind, int in, int h, int w, int c)
{
    g->ops = xrealloc(g->ops, (size_t)(g->n_ops + 1) * sizeof *g->ops);
    struct op *op = &g->ops[g->n_ops++];
    *op = (struct op){.kind = kind,
                      .in = in,
                      .skip = -1,
                      .out = add_act(g, h, w, c),
                      .fold = -1,
                      .weight = -1,
                      .bias = -1,
                      .mean = -1,
                      .var = -1,
                      .saved = -1};
    return op;
}

size_t graph_act_floats(const struct graph *g, int act)
{
    const struct act *a = &g->acts[act];
    return (size_t)g->batch * (size_t)a->h * (size_t)a->w * (size_t)a->c;
}

void graph_make_value(struct graph *g, int act, int step)
{
    g->acts[act].value = memory_planner_add(&g->slots, graph_act_floats(g, act), step);
}

/* The value is needed in backward at `step`, by the operation that is planned there. */
static void plan_again(struct graph *g, int act, int step)
{
    struct op *op = &g->ops[g->acts[act].made_by];
    op->kind->plan_again(g, op, step);
    g->acts[act].value_again = memory_planner_add(&g->slots, graph_act_floats(g, act), step);
    g->remakes = xrealloc(g->remakes, (size_t)(g->n_remakes + 1) * sizeof *g->remakes);
    g->remakes[g->n_remakes++] = (struct remake){g->acts[act].made_by, g->planned};
}

void graph_touch_value(struct graph *g, int act, int step)
{
    int norm = g->acts[act].norm;
    if (act == 0) /* the input is the caller's */
        return;
    if (norm < 0) {
        bool again = g->backward && g->acts[act].again;
        if (again && g->acts[act].value_again < 0)
            plan_again(g, act, step);
        memory_planner_touch(&g->slots, again ? g->acts[act].value_again : g->acts[act].value,
                             step);
        return;
    }
    graph_touch_value(g, g->ops[norm].in, step);
    memory_planner_touch(&g->slots, g->ops[norm].saved, step);
}

void graph_take_value(struct graph *g, int in, int out, int step)
{
    assert(in > 0);
    g->acts[out].value = g->acts[in].value;
    graph_touch_value(g, out, step);
}

void graph_make_sums(struct graph *g, int act, int blocks, int step)
{
    size_t doubles = (size_t)blocks * 2 * (size_t)g->acts[act].c;
    g->acts[act].sums =
        memory_planner_add(&g->slots, doubles * (sizeof(double) / sizeof(float)), step);
}

void graph_touch_sums(struct graph *g, int act, int step)
{
    if (g->acts[act].sums >= 0)
        memory_planner_touch(&g->slots, g->acts[act].sums, step);
}

void graph_touch_gradient(struct graph *g, int act, int step)
{
    int norm = g->acts[act].gradient_norm;
    if (norm < 0) {
        memory_planner_touch(&g->slots, g->acts[act].gradient, step);
        return;
    }
    graph_touch_gradient(g, g->ops[norm].out, step);
    graph_touch_value(g, act, step);
    memory_planner_touch(&g->slots, g->ops[norm].saved, step);
}

/* The batch norm that made the input of `op` and wants its gradient finished by it, or NULL. */
static const struct op *cut_for(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in];
    return in->cut_by >= 0 && &g->ops[in->cut_by] == op ? &g->ops[in->made_by] : NULL;
}

void graph_plan_finish(struct graph *g, const struct op *op, int blocks, int step)
{
    const struct op *norm = cut_for(g, op);
    if (!norm)
        return;
    struct act *in = &g->acts[op->in];
    size_t doubles = (size_t)blocks * 2 * (size_t)in->c;
    in->cut_sums = memory_planner_add(&g->slots, doubles * (sizeof(double) / sizeof(float)), step);
    graph_touch_value(g, op->in, step);
    graph_touch_value(g, norm->in, step);
}

void graph_make_input_gradient(struct graph *g, struct op *op, int step)
{
    op->wants_input_gradient = op->in > 0 || g->input_gradient;
    if (!op->wants_input_gradient)
        return;
    struct act *in = &g->acts[op->in];
    op->accumulate = in->gradient >= 0;
    if (op->accumulate)
        memory_planner_touch(&g->slots, in->gradient, step);
    else
        in->gradient = memory_planner_add(&g->slots, graph_act_floats(g, op->in), step);
}

void graph_share_gradient(struct graph *g, const struct op *op, int act, int step)
{
    assert(g->acts[act].gradient < 0); /* in place only for the first who writes */
    g->acts[act].gradient = g->acts[op->out].gradient;
    graph_touch_gradient(g, op->out, step);
}

void graph_need_scratch(struct graph *g, size_t shared_floats, size_t worker_floats)
{
    if (shared_floats > g->shared_floats)
        g->shared_floats = shared_floats;
    if (worker_floats > g->worker_floats)
        g->worker_floats = worker_floats;
}

static void plan_steps(struct graph *g)
{
    int step = 0, last = g->n_acts - 1;
    fusion_plan(g);
    for (int i = 0; i < g->n_ops; i++)
        g->ops[i].kind->plan(g, &g->ops[i], step++);
    graph_touch_value(g, last, step); /* the caller reads the output, then fills its gradient */
    if (!g->train)
        return;
    g->acts[last].gradient = memory_planner_add(&g->slots, graph_act_floats(g, last), step++);
    g->backward = true;
    for (g->planned = g->n_ops - 1; g->planned >= 0; g->planned--)
        g->ops[g->planned].kind->plan_backward(g, &g->ops[g->planned], step++);
    g->backward = false;
    if (g->input_gradient)
        graph_touch_gradient(g, 0, step);
}

static size_t round_up(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static void lay_out(struct graph *g, int batch, bool train)
{
    g->batch = batch;
    g->train = train;
    plan_steps(g);
    g->shared_floats = round_up(g->shared_floats);
    g->worker_floats = round_up(g->worker_floats);
    g->slot_floats = memory_planner_place(&g->slots);
    size_t team = (size_t)workers_count(g->workers);
    g->arena_floats = g->slot_floats + g->shared_floats + team * g->worker_floats;
}

static void use_arena(struct graph *g, float *arena)
{
    g->arena = arena;
    g->shared_scratch = arena + g->slot_floats;
    g->worker_scratch = g->shared_scratch + g->shared_floats;
}

static int allocate(struct graph *g, struct err *e)
{
    if (g->plan_only)
        return 0;
    if (g->train && gemm_reserve(workers_count(g->workers), e))
        return -1;
    float *arena = mem_aligned(g->arena_floats * sizeof(float), "network", e);
    if (!arena)
        return -1;
    use_arena(g, arena);
    return params_allocate(&g->params, g->train, e);
}

int graph_plan(struct graph *g, int batch, bool train, struct err *e)
{
    lay_out(g, batch, train);
    return allocate(g, e);
}

int graph_plan_pair(struct graph *g, struct graph *guest, int batch, bool train, struct err *e)
{
    lay_out(g, batch, train);
    lay_out(guest, batch, train);
    if (guest->arena_floats > g->arena_floats)
        g->arena_floats = guest->arena_floats;
    if (allocate(g, e))
        return -1;
    if (g->plan_only)
        return 0;
    params_fini(&guest->params);
    guest->params = g->params;
    guest->guest = true;
    use_arena(guest, g->arena);
    return 0;
}

void graph_init_params(struct graph *g, uint64_t seed)
{
    for (int i = 0; i < g->n_ops; i++)
        if (g->ops[i].kind->init)
            g->ops[i].kind->init(g, &g->ops[i], seed);
}

static void freeze_row(struct params *p, int row, bool frozen)
{
    struct param *t = row < 0 ? NULL : &p->table[row];
    if (!t)
        return;
    t->frozen = frozen;
    if (frozen && !t->buffer && p->gradients)
        memset(p->gradients + t->offset, 0, t->count * sizeof *p->gradients);
}

void graph_freeze(struct graph *g, int from, int to)
{
    g->first_trained = 0;
    for (int i = g->n_ops - 1; i >= 0; i--) {
        struct op *op = &g->ops[i];
        const int rows[] = {op->weight, op->bias, op->mean, op->var};
        op->frozen = i >= from && i < to;
        for (int r = 0; r < 4; r++)
            freeze_row(&g->params, rows[r], op->frozen);
        if (op->weight >= 0 && !op->frozen)
            g->first_trained = i;
    }
}

void graph_forward(struct graph *g, const float *x, int n, bool training, uint64_t seed,
                   int64_t step)
{
    graph_begin(g, x, n, training, seed, step);
    graph_run(g, 0, g->n_ops);
}

void graph_begin(struct graph *g, const float *x, int n, bool training, uint64_t seed, int64_t step)
{
    assert(n >= 1 && n <= g->batch && (g->train || !training));
    g->x = x;
    g->n = n;
    g->training = training;
    g->seed = seed;
    g->step = step;
    g->backward = false;
}

void graph_run(struct graph *g, int from, int to)
{
    for (int i = from; i < to; i++)
        g->ops[i].kind->forward(g, &g->ops[i]);
}

void graph_backward(struct graph *g)
{
    assert(g->training);
    g->backward = true;
    const struct remake *next = g->remakes, *end = next + g->n_remakes;
    for (int i = g->n_ops - 1; i >= g->first_trained; i--) {
        for (; next < end && next->before == i; next++)
            g->ops[next->op].kind->again(g, &g->ops[next->op]);
        g->ops[i].kind->backward(g, &g->ops[i]);
    }
}

size_t graph_rows(const struct graph *g, int act)
{
    return (size_t)g->n * (size_t)g->acts[act].h * (size_t)g->acts[act].w;
}

float *graph_slot(const struct graph *g, int slot)
{
    return g->arena + g->slots.at[slot].offset;
}

double *graph_sums(const struct graph *g, int act)
{
    void *memory = graph_slot(g, g->acts[act].sums);
    return memory;
}

const float *graph_value(const struct graph *g, int act)
{
    return act == 0 ? g->x : graph_output(g, act);
}

float *graph_output(const struct graph *g, int act)
{
    const struct act *a = &g->acts[act];
    int slot = g->backward && a->again ? a->value_again : a->value;
    return slot < 0 ? NULL : graph_slot(g, slot);
}

float *graph_gradient(const struct graph *g, int act)
{
    return g->acts[act].gradient < 0 ? NULL : graph_slot(g, g->acts[act].gradient);
}

struct fused_source graph_source(const struct graph *g, int act)
{
    int norm = g->acts[act].norm;
    if (norm >= 0)
        return batchnorm_value(g, &g->ops[norm]);
    return (struct fused_source){.x = graph_value(g, act)};
}

struct fused_source graph_gradient_source(const struct graph *g, int act)
{
    int norm = g->acts[act].gradient_norm;
    if (norm >= 0)
        return batchnorm_gradient(g, &g->ops[norm]);
    return (struct fused_source){.x = graph_gradient(g, act)};
}

struct fused_finish graph_gradient_finish(struct graph *g, const struct op *op, int blocks)
{
    struct act *in = &g->acts[op->in];
    struct fused_finish f = {.y = graph_gradient(g, op->in)};
    const struct op *norm = cut_for(g, op);
    f.skip = op->accumulate ? f.y : NULL;
    if (norm) {
        void *sums = graph_slot(g, in->cut_sums);
        batchnorm_cut(g, norm, &f);
        f.sums = sums;
        in->cut_blocks = blocks;
    }
    return f;
}

float *graph_worker_scratch(const struct graph *g, int worker)
{
    return g->worker_scratch + (size_t)worker * g->worker_floats;
}

const float *graph_weights(const struct graph *g, int row)
{
    return graph_weights_to_fill(g, row);
}

float *graph_weights_to_fill(const struct graph *g, int row)
{
    const struct param *p = &g->params.table[row];
    return (p->buffer ? g->params.buffers : g->params.values) + p->offset;
}

float *graph_weight_gradient(const struct graph *g, int row)
{
    return g->params.gradients + g->params.table[row].offset;
}
