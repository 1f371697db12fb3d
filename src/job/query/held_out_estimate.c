/* One question, answered in steps: the methods' cuts first, then the spread of the best cuts, then
 * the held-out figures one by one. Between two steps a newer question is looked for. */
#include "job/held_out_estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/mem.h"
#include "metric/bootstrap_thresholds.h"
#include "metric/threshold.h"

enum { DRAWS = 200, SEED = 1 };

static const struct async_worker_kind kinds[1];

struct held_out_estimate_desk {
    struct async_worker *worker;
};

/* The scores stand behind in the same block: [n,k] probabilities, [n] truth. */
struct question {
    uint64_t number;
    struct scores scores;
    struct labels truth[];
};

struct held_out_estimate_desk *held_out_estimate_open(struct wake *wake, struct err *e)
{
    struct held_out_estimate_desk *d = xcalloc(1, sizeof *d);
    d->worker = async_worker_new("hpa-held-out", kinds, 1, d, wake, e);
    if (d->worker)
        return d;
    free(d);
    return NULL;
}

void held_out_estimate_close(struct held_out_estimate_desk *d)
{
    if (!d)
        return;
    async_worker_free(d->worker);
    free(d);
}

void held_out_estimate_ask(struct held_out_estimate_desk *d, const struct scores *s,
                           uint64_t number)
{
    size_t truth = (size_t)s->n * sizeof *s->truth;
    size_t p = (size_t)s->n * (size_t)s->k * sizeof *s->p;
    struct question *q = xmalloc(sizeof *q + truth + p);
    q->number = number;
    q->scores = (struct scores){s->n, s->k, (float *)(q->truth + s->n), q->truth};
    memcpy(q->truth, s->truth, truth);
    memcpy(q->scores.p, s->p, p);
    async_worker_ask(d->worker, 0, q);
}

struct held_out_estimate *held_out_estimate_take(struct held_out_estimate_desk *d)
{
    return async_worker_take(d->worker, 0);
}

/* What is known so far, for those who wait. */
static void tell(struct held_out_estimate_desk *d, const struct held_out_estimate *t)
{
    struct held_out_estimate *part = xmalloc(sizeof *part);
    *part = *t;
    async_worker_put(d->worker, 0, part);
}

static int choose_cuts(struct held_out_estimate *t, const struct scores *s, struct err *e)
{
    static const unsigned all = (1u << THRESHOLD_METHODS) - 1;
    double(*cuts)[LABELS_MAX] = xcalloc(THRESHOLD_METHODS, sizeof *cuts);
    struct threshold_table *table = threshold_table_new(s, e);
    int failed = table ? threshold_choose_all(s, all, cuts, NULL, e) : -1;
    for (int i = 0; i < THRESHOLD_METHODS && !failed; i++) {
        struct held_out_estimate_method *m = &t->methods[t->methods_n++];
        snprintf(m->name, sizeof m->name, "%s", threshold_choose_name((enum threshold_method)i));
        memcpy(m->cuts, cuts[i], sizeof m->cuts);
        m->in_sample = threshold_macro_f1(table, m->cuts);
        m->held_out = m->held_out_std = NAN;
    }
    threshold_table_free(table);
    free(cuts);
    return failed;
}

static int spread(struct held_out_estimate *t, const struct scores *s, struct err *e)
{
    struct bootstrap_thresholds *all = xcalloc((size_t)s->k, sizeof *all);
    int failed = bootstrap_thresholds_measure(s, NULL, DRAWS, SEED, all, e);
    for (int c = 0; c < s->k && !failed; c++) {
        memcpy(t->fold[c], all[c].fold_cut, sizeof t->fold[c]);
        t->low[c] = all[c].cut_low;
        t->high[c] = all[c].cut_high;
    }
    t->spread = !failed;
    free(all);
    return failed;
}

/* `best` chooses anew in every fold and takes as long as all others: it comes last. */
static int hold_out(struct held_out_estimate_desk *d, struct held_out_estimate *t,
                    const struct scores *s, struct err *e)
{
    static const unsigned best = 1u << THRESHOLD_BEST;
    static const unsigned wanted[] = {best - 1, best};
    const atomic_bool *stale = async_worker_superseded_flag(d->worker, 0);
    struct threshold_estimate held[THRESHOLD_METHODS];
    int repeats = threshold_held_out_repeats(s->n);
    for (int round = 0; round < 2; round++) {
        if (threshold_held_out_all(s, wanted[round], repeats, SEED, NULL, stale, held, e))
            return -1;
        for (int i = 0; i < t->methods_n; i++)
            if (wanted[round] >> i & 1) {
                t->methods[i].held_out = held[i].mean;
                t->methods[i].held_out_std = held[i].std;
            }
        tell(d, t);
    }
    return 0;
}

static int go_on(struct held_out_estimate_desk *d, struct held_out_estimate *t)
{
    tell(d, t);
    return async_worker_superseded(d->worker, 0)
               ? err_set(&t->error, ERR_CANCELLED, "newer scores came")
               : 0;
}

static void *answer(void *context, void *ask)
{
    struct held_out_estimate_desk *d = context;
    struct question *q = ask;
    struct held_out_estimate *t = xcalloc(1, sizeof *t);
    t->question = q->number;
    t->k = q->scores.k;
    bool failed = choose_cuts(t, &q->scores, &t->error) || go_on(d, t) ||
                  spread(t, &q->scores, &t->error) || go_on(d, t);
    if (!failed)
        hold_out(d, t, &q->scores, &t->error);
    t->whole = true;
    return t;
}

static const struct async_worker_kind kinds[1] = {{answer, free, false}};
