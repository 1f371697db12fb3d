/* Grad-CAM by its formula. Between the last block's output and the logits stand the mean over all
 * positions, dropout, which does nothing in inference, and one linear layer with weights W: so
 * d y_c / d A_k is W_ck / (h w) at every position, whatever the image, and the maps of all classes
 * are one product with W. No backward pass, hence no room for gradients. */
#include "nn/gradcam.h"

#include <assert.h>
#include <string.h>

#include "kern/gemm_rows.h"
#include "net_graph.h"

/* What the mean over positions reads. */
static int last_block(const struct graph *g)
{
    const struct op *mean = &g->ops[g->head - 1];
    assert(!strcmp(mean->kind->name, "average pool"));
    return mean->in;
}

static const struct op *linear_layer(const struct graph *g)
{
    const struct op *linear = &g->ops[g->n_ops - 1];
    assert(!strcmp(linear->kind->name, "linear"));
    for (int i = g->head; i < g->n_ops - 1; i++)
        assert(!strcmp(g->ops[i].kind->name, "dropout"));
    return linear;
}

void gradcam_size(const struct net *net, int *h, int *w)
{
    const struct graph *g = net_graph(net);
    const struct act *block = &g->acts[last_block(g)];
    *h = block->h;
    *w = block->w;
}

static void fill(const struct graph *g, float *maps)
{
    int from = last_block(g);
    const struct act *block = &g->acts[from];
    const struct op *linear = linear_layer(g);
    int positions = block->h * block->w, classes = g->acts[linear->out].c;
    float *packed = g->shared_scratch; /* the linear layer has asked for as much */
    gemm_rows_pack(graph_weights(g, linear->weight), block->c, classes, 0, block->c, packed);
    gemm_rows(g->kern, &(struct gemm_rows){.m = positions,
                                           .n = classes,
                                           .depth = block->c,
                                           .a = graph_value(g, from),
                                           .lda = block->c,
                                           .packed = packed,
                                           .k = block->c,
                                           .c = maps,
                                           .ldc = classes});
    size_t count = (size_t)positions * (size_t)classes;
    for (size_t i = 0; i < count; i++)
        maps[i] = maps[i] > 0 ? maps[i] / (float)positions : 0;
}

int gradcam_maps(struct net *net, const float *x, float *maps, float *logits,
                 const atomic_bool *cancel, struct err *e)
{
    struct graph *g = net_graph(net);
    graph_begin(g, x, 1, false, 0, 0);
    for (int i = 0; i < g->n_ops; i++) {
        if (cancel && atomic_load(cancel))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        if (i == g->head - 1) /* afterwards others may take the block's room */
            fill(g, maps);
        graph_run(g, i, i + 1);
    }
    return net_take_logits(net, logits, e);
}
