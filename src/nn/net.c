/* The network as the job sees it: a graph built from a plan, trained or asked.
 *
 * Checks what the caller gave, runs the graph, and hands the logits to the caller's loss between
 * forward and backward. Owned by the job's thread; the compute goes to the workers from inside the
 * operations. After net_new nothing is allocated. */
#include "nn/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "graph.h"
#include "resnet.h"

enum { CHANNELS_MAX = 8, SIZE_MIN = 32, SIZE_LIMIT = 4096, BATCH_LIMIT = 1024 };

struct net {
    struct graph graph;
    int classes;
};

static int check_plan(const struct net_plan *p, struct err *e)
{
    if (p->channels < 1 || p->channels > CHANNELS_MAX)
        return err_set(e, ERR_CONFIG, "network: %d input channels; 1 to %d are possible",
                       p->channels, CHANNELS_MAX);
    if (p->size < SIZE_MIN || p->size > SIZE_LIMIT)
        return err_set(e, ERR_CONFIG, "network: size %d px; %d to %d are possible", p->size,
                       SIZE_MIN, SIZE_LIMIT);
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

struct net *net_new(const struct net_plan *plan, struct workers *workers, struct err *e)
{
    const char *known;
    const struct resnet_spec *spec = resnet_find(plan->model, &known);
    if (!spec) {
        err_set(e, ERR_CONFIG, "network: there is no model '%s'; choose one of %s", plan->model,
                known);
        return NULL;
    }
    if (check_plan(plan, e))
        return NULL;
    struct net *net = xcalloc(1, sizeof *net);
    net->classes = plan->classes;
    graph_init(&net->graph, plan->size, plan->size, plan->channels, workers);
    net->graph.convolution = plan->convolution;
    resnet_build(&net->graph, spec, plan);
    if (graph_plan(&net->graph, plan->batch, plan->train, e)) {
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
    graph_fini(&net->graph);
    free(net);
}

void net_init(struct net *net, uint64_t seed)
{
    graph_init_params(&net->graph, seed);
}

void net_freeze(struct net *net, enum net_frozen what)
{
    struct graph *g = &net->graph;
    graph_freeze(g, what == NET_FROZEN_TRUNK ? g->stem_end : 0,
                 what == NET_FROZEN_NONE ? 0 : g->head);
}

struct params *net_params(struct net *net)
{
    return &net->graph.params;
}

size_t net_memory(const struct net *net)
{
    const struct params *p = &net->graph.params;
    size_t copies = p->gradients ? 2 : 1;
    return (net->graph.arena_floats + copies * p->count + p->buffer_count) * sizeof(float);
}

static int check_count(const struct net *net, int n, struct err *e)
{
    if (n >= 1 && n <= net->graph.batch)
        return 0;
    return err_set(e, ERR_BUG, "network: %d samples in a call, planned for 1 to %d", n,
                   net->graph.batch);
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

int net_infer(struct net *net, const float *x, int n, float *logits, struct err *e)
{
    if (check_count(net, n, e))
        return -1;
    struct graph *g = &net->graph;
    size_t count = (size_t)n * (size_t)net->classes;
    graph_forward(g, x, n, false, 0, 0);
    memcpy(logits, graph_value(g, g->n_acts - 1), count * sizeof *logits);
    return check_finite(logits, count, e);
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
                   "network: training on 1 image of this size leaves batch norm a single value; "
                   "use a batch of 2 or a size above 32 px");
}

int net_train(struct net *net, const float *x, int n, uint64_t seed, int64_t step, net_loss *loss,
              void *context, double *loss_value, struct err *e)
{
    struct graph *g = &net->graph;
    if (!g->train)
        return err_set(e, ERR_BUG, "network: made for inference, asked to train");
    if (check_count(net, n, e) || check_statistics(g, n, e))
        return -1;
    int last = g->n_acts - 1;
    graph_forward(g, x, n, true, seed, step);
    const float *logits = graph_value(g, last);
    if (check_finite(logits, (size_t)n * (size_t)net->classes, e))
        return -1;
    double value = loss(context, logits, n, graph_gradient(g, last));
    if (loss_value)
        *loss_value = value;
    if (!isfinite(value))
        return err_set(e, ERR_NUMERIC, "network: the loss is not a finite number");
    graph_backward(g);
    return 0;
}

double net_gflop(const struct net *net)
{
    const struct graph *g = &net->graph;
    double flop = 0;
    for (int i = 0; i < g->n_ops; i++)
        if (g->ops[i].kind->flop)
            flop += g->ops[i].kind->flop(g, &g->ops[i]);
    return flop * 1e-9;
}
