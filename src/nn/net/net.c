/* The network as the job sees it: a graph built from a plan, trained or asked.
 *
 * Checks what the caller gave, runs the graph, and hands the logits to the caller's loss between
 * forward and backward. Owned by the job's thread; the compute goes to the workers from inside the
 * operations. After net_new nothing is allocated. */
#include "nn/net.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net_graph.h"
#include "resnet.h"

enum { CHANNELS_MAX = 8, SIZE_MIN = 32, SIZE_LIMIT = 4096, BATCH_LIMIT = 1024 };

struct net {
    struct graph full, other; /* of the plan's sizes; `other` is empty when there is one alone */
    struct graph *graph;      /* in use */
    int classes;
};

static int check_size(int size, struct err *e)
{
    if (size >= SIZE_MIN && size <= SIZE_LIMIT)
        return 0;
    return err_set(e, ERR_CONFIG, "network: size %d px; %d to %d are possible", size, SIZE_MIN,
                   SIZE_LIMIT);
}

static int check_plan(const struct net_plan *p, struct err *e)
{
    if (p->channels < 1 || p->channels > CHANNELS_MAX)
        return err_set(e, ERR_CONFIG, "network: %d input channels; 1 to %d are possible",
                       p->channels, CHANNELS_MAX);
    if (check_size(p->size, e) || (p->other_size && check_size(p->other_size, e)))
        return -1;
    if (p->batch < 1 || p->batch > BATCH_LIMIT)
        return err_set(e, ERR_CONFIG, "network: batch %d; 1 to %d are possible", p->batch,
                       BATCH_LIMIT);
    if (p->classes < 1)
        return err_set(e, ERR_CONFIG, "network: %d classes; at least 1 is needed", p->classes);
    if (!(p->dropout >= 0 && p->dropout <= 1))
        return err_set(e, ERR_CONFIG, "network: dropout %g; 0 to 1 are possible",
                       (double)p->dropout);
    return 0;
}

static void build(struct graph *g, const struct resnet_spec *spec, const struct net_plan *plan,
                  int size, struct workers *workers)
{
    graph_init(g, size, size, plan->channels, workers);
    g->convolution = plan->convolution;
    g->like_batch = plan->like_batch;
    if (plan->kern)
        g->kern = plan->kern;
    resnet_build(g, spec, plan);
}

static int plan_graphs(struct net *net, const struct resnet_spec *spec, const struct net_plan *plan,
                       struct workers *workers, struct err *e)
{
    build(&net->full, spec, plan, plan->size, workers);
    net->full.plan_only = plan->plan_only;
    if (!plan->other_size || plan->other_size == plan->size)
        return graph_plan(&net->full, plan->batch, plan->train, e);
    build(&net->other, spec, plan, plan->other_size, workers);
    return graph_plan_pair(&net->full, &net->other, plan->batch, plan->train, e);
}

static const struct resnet_spec *find_spec(const struct net_plan *plan, struct err *e)
{
    const char *known;
    const struct resnet_spec *spec = resnet_find(plan->model, &known);
    if (!spec)
        err_set(e, ERR_CONFIG, "network: there is no model '%s'; choose one of %s", plan->model,
                known);
    return spec && !check_plan(plan, e) ? spec : NULL;
}

static void freeze(struct graph *g, enum net_frozen what)
{
    graph_freeze(g, what == NET_FROZEN_TRUNK ? g->stem_end : 0,
                 what == NET_FROZEN_NONE ? 0 : g->head);
}

/* Batch statistics of a single value have no variance; PyTorch refuses them too. */
static int check_statistics(const struct graph *g, int n, struct err *e)
{
    bool single = false;
    for (int i = 0; i < g->n_ops; i++) {
        const struct act *out = &g->acts[g->ops[i].out];
        single |= g->ops[i].mean >= 0 && !g->ops[i].frozen && (int64_t)n * out->h * out->w == 1;
    }
    if (!single)
        return 0;
    return err_set(e, ERR_CONFIG,
                   "network: training on 1 image of %d px leaves batch norm a single value, which "
                   "has no variance; use a batch of 2 or a size above 32 px",
                   g->acts[0].h);
}

int net_check_training(const struct net_plan *plan, enum net_frozen what, struct err *e)
{
    struct graph g;
    const struct resnet_spec *spec = find_spec(plan, e);
    if (!spec)
        return -1;
    build(&g, spec, plan, plan->size, NULL);
    freeze(&g, what);
    int failed = check_statistics(&g, plan->batch, e);
    graph_fini(&g);
    return failed;
}

struct net *net_new(const struct net_plan *plan, struct workers *workers, struct err *e)
{
    const struct resnet_spec *spec = find_spec(plan, e);
    if (!spec)
        return NULL;
    struct net *net = xcalloc(1, sizeof *net);
    net->classes = plan->classes;
    net->graph = &net->full;
    if (plan_graphs(net, spec, plan, workers, e)) {
        err_prefix(e, "%s, %d px, batch %d (a smaller batch or size needs less)", spec->name,
                   plan->size, plan->batch);
        net_free(net);
        return NULL;
    }
    return net;
}

void net_free(struct net *net)
{
    if (!net)
        return;
    graph_fini(&net->other);
    graph_fini(&net->full);
    free(net);
}

void net_use_size(struct net *net, int size)
{
    net->graph = size == net->full.acts[0].h ? &net->full : &net->other;
    assert(net->graph->acts && size == net->graph->acts[0].h);
}

void net_init(struct net *net, uint64_t seed)
{
    graph_init_params(&net->full, seed);
}

void net_freeze(struct net *net, enum net_frozen what)
{
    freeze(&net->full, what);
    freeze(&net->other, what);
}

enum net_depth net_depth(const struct param *row)
{
    return resnet_depth(row->name);
}

struct params *net_params(struct net *net)
{
    return &net->full.params;
}

struct graph *net_graph(const struct net *net)
{
    return net->graph;
}

size_t net_memory(const struct net *net)
{
    const struct params *p = &net->full.params;
    size_t copies = net->full.train ? 2 : 1;
    return (net->full.arena_floats + copies * p->count + p->buffer_count) * sizeof(float);
}

static int check_count(const struct net *net, int n, struct err *e)
{
    if (n >= 1 && n <= net->graph->batch)
        return 0;
    return err_set(e, ERR_BUG, "network: %d samples in a call, planned for 1 to %d", n,
                   net->graph->batch);
}

static int check_finite(const float *logits, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(logits[i]))
            return err_set(e, ERR_NUMERIC,
                           "network: a logit is %s; a lower learning rate may help, or the weights "
                           "or the input are broken",
                           isnan(logits[i]) ? "not a number" : "infinite");
    return 0;
}

int net_take_logits(const struct net *net, float *logits, struct err *e)
{
    const struct graph *g = net->graph;
    size_t count = (size_t)g->n * (size_t)net->classes;
    memcpy(logits, graph_value(g, g->n_acts - 1), count * sizeof *logits);
    return check_finite(logits, count, e);
}

int net_infer(struct net *net, const float *x, int n, float *logits, struct err *e)
{
    if (check_count(net, n, e))
        return -1;
    graph_forward(net->graph, x, n, false, 0, 0);
    return net_take_logits(net, logits, e);
}

static int check_training(const struct net *net, int n, struct err *e)
{
    if (!net->graph->train)
        return err_set(e, ERR_BUG, "network: made for inference, asked to train");
    return check_count(net, n, e) || check_statistics(net->graph, n, e) ? -1 : 0;
}

/* From the logits of a training forward to the gradients. */
static int learn(struct net *net, net_loss *loss, void *context, double *loss_value, struct err *e)
{
    struct graph *g = net->graph;
    int last = g->n_acts - 1;
    const float *logits = graph_value(g, last);
    if (check_finite(logits, (size_t)g->n * (size_t)net->classes, e))
        return -1;
    double value = loss(context, logits, g->n, graph_gradient(g, last));
    if (loss_value)
        *loss_value = value;
    if (!isfinite(value))
        return err_set(e, ERR_NUMERIC, "network: the loss is not a finite number");
    graph_backward(g);
    return 0;
}

int net_train(struct net *net, const float *x, int n, uint64_t seed, int64_t step, net_loss *loss,
              void *context, double *loss_value, struct err *e)
{
    if (check_training(net, n, e))
        return -1;
    graph_forward(net->graph, x, n, true, seed, step);
    return learn(net, loss, context, loss_value, e);
}

/* What the head reads. */
static int head_input(const struct graph *g)
{
    return g->ops[g->head].in;
}

int net_feature_count(const struct net *net)
{
    return net->graph->acts[head_input(net->graph)].c;
}

int net_features(struct net *net, const float *x, int n, float *features, struct err *e)
{
    struct graph *g = net->graph;
    size_t count = (size_t)n * (size_t)net_feature_count(net);
    if (check_count(net, n, e))
        return -1;
    graph_begin(g, x, n, false, 0, 0);
    graph_run(g, 0, g->head);
    memcpy(features, graph_value(g, head_input(g)), count * sizeof *features);
    return 0;
}

static void run_head(struct net *net, const float *features, int n, bool training, uint64_t seed,
                     int64_t step)
{
    struct graph *g = net->graph;
    size_t count = (size_t)n * (size_t)net_feature_count(net);
    graph_begin(g, NULL, n, training, seed, step);
    memcpy(graph_output(g, head_input(g)), features, count * sizeof *features);
    graph_run(g, g->head, g->n_ops);
}

int net_infer_head(struct net *net, const float *features, int n, float *logits, struct err *e)
{
    if (check_count(net, n, e))
        return -1;
    run_head(net, features, n, false, 0, 0);
    return net_take_logits(net, logits, e);
}

int net_train_head(struct net *net, const float *features, int n, uint64_t seed, int64_t step,
                   net_loss *loss, void *context, double *loss_value, struct err *e)
{
    if (check_training(net, n, e))
        return -1;
    if (net->graph->first_trained < net->graph->head)
        return err_set(e, ERR_BUG, "network: asked to train its head while more learns");
    run_head(net, features, n, true, seed, step);
    return learn(net, loss, context, loss_value, e);
}

double net_gflop(const struct net *net)
{
    const struct graph *g = net->graph;
    double flop = 0;
    for (int i = 0; i < g->n_ops; i++)
        if (g->ops[i].kind->flop)
            flop += g->ops[i].kind->flop(g, &g->ops[i]);
    return flop * 1e-9;
}
