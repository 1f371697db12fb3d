/* The convolutions of a network one by one, for timing.
 *
 * The layers are read off the network's own graph, which is described but never planned; a bench is
 * a graph that holds one convolution, planned for training. So a pass runs what the network would
 * run at this shape and batch, by the algorithm that conv.c chose for it. Owned by the job's
 * thread. */
#include "nn/conv_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "ops/conv.h"
#include "resnet.h"

struct conv_bench {
    struct conv_bench_layer layer;
    int batch;
    struct graph graph;
    float *x;  /* [batch,h,w,c] */
    float *dy; /* [batch,out_h,out_w,out_c] */
};

static bool is_convolution(const struct graph *g, const struct op *op)
{
    return op->weight >= 0 && g->params.table[op->weight].kind == PARAM_CONV;
}

static struct conv_bench_layer describe(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    struct conv_bench_layer l = {.count = 1,
                                 .h = in->h,
                                 .w = in->w,
                                 .c = in->c,
                                 .out_h = out->h,
                                 .out_w = out->w,
                                 .out_c = out->c,
                                 .kernel = op->kernel,
                                 .stride = op->stride,
                                 .pad = op->pad,
                                 .first = op->in == 0,
                                 .convolution = g->convolution,
                                 .kern = g->kern};
    const char *name = g->params.table[op->weight].name;
    snprintf(l.stage, sizeof l.stage, "%.*s", (int)strcspn(name, "."), name);
    return l;
}

static bool same_shape(const struct conv_bench_layer *a, const struct conv_bench_layer *b)
{
    return a->h == b->h && a->w == b->w && a->c == b->c && a->out_c == b->out_c &&
           a->kernel == b->kernel && a->stride == b->stride && a->pad == b->pad;
}

static int add_layer(struct conv_bench_layer *layers, int n, int max, struct conv_bench_layer l)
{
    for (int i = 0; i < n; i++)
        if (same_shape(&layers[i], &l)) {
            layers[i].count++;
            return n;
        }
    if (n < max)
        layers[n++] = l;
    return n;
}

int conv_bench_layers(const struct net_plan *plan, struct conv_bench_layer *layers, int max,
                      struct err *e)
{
    const char *known;
    const struct resnet_spec *spec = resnet_find(plan->model, &known);
    struct graph g;
    int n = 0;
    if (!spec)
        return err_set(e, ERR_CONFIG, "network: there is no model '%s'; choose one of %s",
                       plan->model, known);
    graph_init(&g, plan->size, plan->size, plan->channels, NULL);
    g.convolution = plan->convolution;
    if (plan->kern)
        g.kern = plan->kern;
    resnet_build(&g, spec, plan);
    for (int i = 0; i < g.n_ops; i++)
        if (is_convolution(&g, &g.ops[i]))
            n = add_layer(layers, n, max, describe(&g, &g.ops[i]));
    graph_fini(&g);
    return n;
}

static float *random_floats(size_t count, uint32_t stream, const char *what, struct err *e)
{
    float *v = mem_aligned(count * sizeof *v, what, e);
    struct rng r = rng_stream(1, RNG_TEST, stream, 0);
    for (size_t i = 0; v && i < count; i++)
        v[i] = (float)rng_unit(&r) - .5F;
    return v;
}

struct conv_bench *conv_bench_new(const struct conv_bench_layer *layer, int batch,
                                  struct workers *workers, struct err *e)
{
    struct conv_bench *b = xcalloc(1, sizeof *b);
    struct graph *g = &b->graph;
    b->layer = *layer;
    b->batch = batch;
    graph_init(g, layer->h, layer->w, layer->c, workers);
    g->convolution = layer->convolution;
    g->kern = layer->kern;
    int out = conv_add(g, layer->stage, 0, layer->out_c, layer->kernel, layer->stride, layer->pad);
    g->input_gradient = !layer->first;
    if (graph_plan(g, batch, true, e))
        goto fail;
    graph_init_params(g, 1);
    b->x = random_floats(graph_act_floats(g, 0), 0, "input of a layer", e);
    b->dy = b->x ? random_floats(graph_act_floats(g, out), 1, "gradient of a layer", e) : NULL;
    if (!b->dy)
        goto fail;
    graph_forward(g, b->x, batch, true, 1, 0);
    return b;
fail:
    conv_bench_free(b);
    return NULL;
}

void conv_bench_free(struct conv_bench *b)
{
    if (!b)
        return;
    graph_fini(&b->graph);
    mem_free_aligned(b->x);
    mem_free_aligned(b->dy);
    free(b);
}

static double run_forward(struct conv_bench *b)
{
    double start = clock_seconds();
    graph_forward(&b->graph, b->x, b->batch, true, 1, 0);
    return clock_seconds() - start;
}

/* A gradient may be worked on in place, so each run gets a fresh one. */
static double run_gradient(struct conv_bench *b, bool data)
{
    struct graph *g = &b->graph;
    const struct op *op = &g->ops[0];
    memcpy(graph_gradient(g, op->out), b->dy, graph_act_floats(g, op->out) * sizeof *b->dy);
    double start = clock_seconds();
    (data ? op->algorithm->data_gradient : op->algorithm->weight_gradient)(g, op);
    return clock_seconds() - start;
}

double conv_bench_run(struct conv_bench *b, enum conv_bench_pass pass)
{
    if (pass == CONV_BENCH_FORWARD)
        return run_forward(b);
    if (pass == CONV_BENCH_DATA && b->layer.first)
        return 0;
    return run_gradient(b, pass == CONV_BENCH_DATA);
}

const char *conv_bench_pass_name(enum conv_bench_pass pass)
{
    static const char *const names[CONV_BENCH_PASSES] = {"forward", "data gradient",
                                                         "weight gradient"};
    return names[pass];
}

/* One algorithm serves all passes of a layer. */
const char *conv_bench_algorithm(const struct conv_bench *b)
{
    return b->graph.ops[0].algorithm->name;
}

double conv_bench_direct_gflop(const struct conv_bench *b)
{
    const struct conv_bench_layer *l = &b->layer;
    return 2e-9 * b->batch * l->out_h * l->out_w * l->out_c * l->kernel * l->kernel * l->c;
}

/* Winograd's algorithms multiply at each point of a tile, also where a tile hangs over the edge. */
double conv_bench_real_gflop(const struct conv_bench *b)
{
    const struct op *op = &b->graph.ops[0];
    return 2e-9 * b->batch * b->layer.out_c * op->algorithm->products(&b->graph, op);
}
