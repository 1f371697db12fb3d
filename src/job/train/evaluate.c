/* Evaluation of a part: forward passes in row order, probabilities averaged over views, the loss
 * over the identity view. Sums run in row order, so the figures do not depend on the number of
 * workers. */
#include "evaluate.h"
#include "core/memory_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "metric/mean.h"

struct loader_plan evaluate_plan(const struct dataset *d, const int *rows, int n, int batch,
                                 const float *mean, const float *std)
{
    struct loader_plan p = {.cache = d->cache,
                            .labels = d->index->labels,
                            .rows = rows,
                            .n = n,
                            .k = d->index->k,
                            .batch = batch,
                            .threads = 1,
                            .depth = MEMORY_PLAN_LOADER_DEPTH};
    memcpy(p.mean, mean, sizeof p.mean);
    memcpy(p.std, std, sizeof p.std);
    return p;
}

struct pass {
    struct job *job;
    struct net *net;
    const struct loader_plan *plan;
    const struct loss *recipe;
    struct feature_cache *known; /* or NULL */
    struct scores *scores;
    float *logits;        /* [batch,k] */
    float *probabilities; /* [batch,k] */
    struct mean sum;      /* over views */
    double loss_sum;
    int64_t done;
};

static void add_batch(struct pass *p, const struct batch *b, int first)
{
    int k = p->plan->k;
    loss_sigmoid(p->logits, p->probabilities, b->n * k);
    mean_add(&p->sum, (size_t)first * (size_t)k, p->probabilities, (size_t)b->n * (size_t)k);
    for (int i = 0; i < b->n; i++)
        p->scores->truth[first + i] = p->plan->labels[b->row[i]];
}

static int infer(struct pass *p, const struct batch *b, struct err *e)
{
    if (job_cancelled(p->job))
        return err_set(e, ERR_CANCELLED, "stopped on request");
    return (p->known ? net_infer_head : net_infer)(p->net, b->x, b->n, p->logits, e);
}

/* `l`: NULL when the features are known. */
static int all_batches(struct pass *p, struct loader *l, int view, struct err *e)
{
    const struct batch *b;
    int first = 0;
    while ((b = l ? loader_next(l, e) : feature_cache_next(p->known))) {
        if (infer(p, b, e))
            return -1;
        if (view == 0)
            p->loss_sum += b->n * loss_focal(p->recipe, p->logits, b->y, b->n, p->plan->k, NULL);
        add_batch(p, b, first);
        first += b->n;
        p->done += b->n;
        job_progress(p->job, p->done);
    }
    return e->code == ERR_NONE ? 0 : -1;
}

static int one_view(struct pass *p, int view, struct err *e)
{
    struct loader_plan plan = *p->plan;
    err_clear(e);
    if (p->known) {
        feature_cache_start(p->known, 0, 0);
        return all_batches(p, NULL, view, e);
    }
    plan.fixed_view = view;
    struct loader *l = loader_new(&plan, e);
    int failed = !l || loader_start(l, 0, 0, e) || all_batches(p, l, view, e);
    loader_free(l);
    return failed ? -1 : 0;
}

struct scores *evaluate_rows(struct job *j, struct net *net, const struct loader_plan *plan,
                             int views, const struct loss *recipe, struct feature_cache *known,
                             double *loss, struct err *e)
{
    struct pass p = {.job = j, .net = net, .plan = plan, .recipe = recipe, .known = known};
    size_t entries = (size_t)plan->batch * (size_t)plan->k;
    int failed = -1;
    p.done = j->now.done;
    p.scores = scores_new(plan->n, plan->k, e);
    p.logits = mem_array(2 * entries, sizeof *p.logits, "logits", e);
    if (!p.scores || !p.logits || mean_open(&p.sum, (size_t)plan->n * (size_t)plan->k, e))
        goto done;
    p.probabilities = p.logits + entries;
    failed = 0;
    for (int view = 0; view < views && !failed; view++)
        failed = one_view(&p, view, e);
    if (loss)
        *loss = p.loss_sum / plan->n;
    if (!failed)
        mean_take(&p.sum, views, p.scores->p);
done:
    mean_close(&p.sum);
    free(p.logits);
    if (!failed)
        return p.scores;
    scores_free(p.scores);
    return NULL;
}
