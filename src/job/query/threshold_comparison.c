/* One kind of question; what it is about lies behind it in the same block. */
#include "job/threshold_comparison.h"

#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/mem.h"

enum { SEED = 1 };

static const struct async_worker_kind kinds[1];

struct threshold_comparison_desk {
    struct async_worker *worker;
};

/* [n] truth, then [n,k] probabilities stand behind. */
struct question {
    uint64_t number;
    double before[LABELS_MAX], after[LABELS_MAX];
    struct scores scores;
    struct labels truth[];
};

struct threshold_comparison_desk *threshold_comparison_open(struct wake *wake, struct err *e)
{
    struct threshold_comparison_desk *d = xcalloc(1, sizeof *d);
    d->worker = async_worker_new("hpa-compare", kinds, 1, d, wake, e);
    if (d->worker)
        return d;
    free(d);
    return NULL;
}

void threshold_comparison_close(struct threshold_comparison_desk *d)
{
    if (!d)
        return;
    async_worker_free(d->worker);
    free(d);
}

int threshold_comparison_ask(struct threshold_comparison_desk *d, const struct scores *s,
                             const double *before, const double *after, uint64_t question,
                             struct err *e)
{
    size_t truth = (size_t)s->n * sizeof *s->truth, cuts = (size_t)s->k * sizeof *before;
    size_t p = (size_t)s->n * (size_t)s->k * sizeof *s->p;
    struct question *q = mem_array(sizeof *q + truth + p, 1, "scores to compare", e);
    if (!q)
        return -1;
    q->number = question;
    q->scores = (struct scores){s->n, s->k, (float *)(q->truth + s->n), q->truth};
    memcpy(q->before, before, cuts);
    memcpy(q->after, after, cuts);
    memcpy(q->truth, s->truth, truth);
    memcpy(q->scores.p, s->p, p);
    async_worker_ask(d->worker, 0, q);
    return 0;
}

struct threshold_comparison *threshold_comparison_take(struct threshold_comparison_desk *d)
{
    return async_worker_take(d->worker, 0);
}

static void *answer(void *context, void *asked)
{
    const struct threshold_comparison_desk *d = context;
    const struct question *q = asked;
    struct threshold_comparison *out = xcalloc(1, sizeof *out);
    struct bootstrap_diff *result = xcalloc(1, sizeof *result);
    out->question = q->number;
    if (!bootstrap_diff_sets(&q->scores, q->before, &q->scores, q->after, BOOTSTRAP_DIFF_DRAWS,
                             SEED, async_worker_superseded_flag(d->worker, 0), result, &out->error))
        out->macro = result->macro;
    free(result);
    return out;
}

static const struct async_worker_kind kinds[1] = {{answer, free, false}};
