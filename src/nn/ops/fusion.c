/* Batch norm, ReLU and residual sum inside their neighbours.
 *
 * Training: a normalised activation whose readers can all compute it while they read is not stored;
 * a gradient that only passes through a batch norm to a convolution is not stored either; and the
 * last operation that writes the gradient of a ReLU's output cuts it and leaves the sums that the
 * batch norm needs. Values that are cheap to make again are not kept for backward. Inference: the
 * convolution before a batch norm normalises, adds and cuts what it writes. What is decided here
 * depends on shapes and algorithms alone, and making a value again gives the same bits. */
#include "fusion.h"

#include "batchnorm.h"

/* The operation that reads `act` first (as its input), or -1; `readers` counts all, skips too. */
static int first_reader(const struct graph *g, int act, int *readers)
{
    int first = -1;
    *readers = 0;
    for (int i = 0; i < g->n_ops; i++) {
        bool reads = g->ops[i].in == act;
        *readers += reads + (g->ops[i].skip == act);
        first = reads && first < 0 ? i : first;
    }
    return first;
}

static bool all_readers_fuse(const struct graph *g, int act)
{
    for (int i = 0; i < g->n_ops; i++)
        if (g->ops[i].skip == act || (g->ops[i].in == act && !g->ops[i].fuses))
            return false;
    return true;
}

static void fuse_training(struct graph *g, int number)
{
    struct op *op = &g->ops[number];
    struct act *in = &g->acts[op->in], *out = &g->acts[op->out];
    int readers, reader = first_reader(g, op->out, &readers);
    if (op->relu && op->skip < 0 && readers > 0 && all_readers_fuse(g, op->out))
        out->norm = number;
    if (op->relu && reader >= 0 && g->ops[reader].fuses)
        out->cut_by = reader;
    first_reader(g, op->in, &readers);
    if (in->made_by >= 0 && g->ops[in->made_by].fuses && readers == 1)
        in->gradient_norm = number;
}

static size_t most_kept(const struct graph *g)
{
    return g->most_kept ? g->most_kept : g->params.count;
}

/* Sums of blocks are made again in backward, but for those at the end of a stage, from which the
 * others follow; so is what comes straight from the graph's input, the largest value of all, when
 * it takes more room than the parameters. */
static bool is_made_again(const struct graph *g, const struct op *op)
{
    const struct act *out = &g->acts[op->out];
    int readers;
    first_reader(g, op->out, &readers);
    if (readers == 0 || !op->kind->again || out->norm >= 0)
        return false;
    if (!batchnorm_is(op))
        return op->in == 0 && op->fuses && graph_act_floats(g, op->out) > most_kept(g);
    for (int i = 0; i < g->n_ops; i++)
        if (g->ops[i].in == op->out && g->acts[g->ops[i].out].h != out->h)
            return false;
    return true;
}

static void fuse_inference(struct graph *g, int number)
{
    struct op *op = &g->ops[number];
    int readers, maker = g->acts[op->in].made_by;
    first_reader(g, op->in, &readers);
    if (maker < 0 || maker != number - 1 || !g->ops[maker].fuses || readers != 1)
        return;
    g->ops[maker].fold = number;
    op->folded = true;
}

void fusion_plan(struct graph *g)
{
    for (int i = 0; i < g->n_ops; i++)
        g->ops[i].fuses = g->ops[i].kind->fuses && g->ops[i].kind->fuses(g, &g->ops[i]);
    for (int i = 0; i < g->n_ops; i++)
        if (batchnorm_is(&g->ops[i]))
            (g->train ? fuse_training : fuse_inference)(g, i);
    for (int i = 0; g->train && i < g->n_ops; i++)
        g->acts[g->ops[i].out].again = is_made_again(g, &g->ops[i]);
}
