/* What tune methods are worth on data they have not seen: repeated 5-fold cross-validation.
 *
 * Cuts are chosen on four folds and applied to the fifth; the counts of all folds are pooled and F1
 * is computed once per class, because a rare class is absent from most folds. Whatever a method
 * chooses (`best` chooses among the others) it chooses inside the four folds. The same folds serve
 * all methods. One block of work is one fold of one repeat; blocks own their counts, so any number
 * of workers gives the same figures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "metric/threshold.h"
#include "tune_choose.h"

struct pooled {
    int tp[LABELS_MAX], wrong[LABELS_MAX]; /* wrong: false positives and false negatives */
};

struct estimation {
    const struct sorted_scores *ranked;
    unsigned wanted;
    int repeats, draws;
    uint64_t seed;
    int *fold, *weight;             /* [repeats,n]; [workers,n] */
    struct tune_part_space **space; /* [workers] */
    struct pooled *pooled;          /* [repeats*folds, methods] */
    const atomic_bool *cancel;      /* or NULL */
};

static void add_held(const struct estimation *x, const int *fold, int held, const double *cuts,
                     struct pooled *sum)
{
    const struct scores *s = x->ranked->scores;
    for (int i = 0; i < s->n; i++) {
        if (fold[i] != held)
            continue;
        struct labels predicted = f1_predict_row(s->p + (size_t)i * (size_t)s->k, cuts, s->k, -1);
        for (int c = 0; c < s->k; c++) {
            bool yes = labels_has(&predicted, c), positive = labels_has(&s->truth[i], c);
            sum->tp[c] += yes && positive;
            sum->wrong[c] += yes != positive;
        }
    }
}

static void one_fold(void *context, int block, int worker)
{
    struct estimation *x = context;
    struct tune_part_space *space = x->space[worker];
    int n = x->ranked->n, held = block % TUNE_PART_FOLDS;
    const int *fold = x->fold + (size_t)(block / TUNE_PART_FOLDS) * (size_t)n;
    int *weight = x->weight + (size_t)worker * (size_t)n;
    struct tune_part part;
    if (x->cancel && atomic_load(x->cancel))
        return;
    for (int i = 0; i < n; i++)
        weight[i] = fold[i] != held;
    tune_part_init(&part, x->ranked, weight, x->seed, x->draws);
    tune_choose(&part, space, x->wanted, NULL);
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        if (x->wanted & 1U << m)
            add_held(x, fold, held, space->cuts[m],
                     &x->pooled[(size_t)block * THRESHOLD_METHODS + (size_t)m]);
}

/* Folds of every repeat. */
static void deal_repeats(struct estimation *x)
{
    struct tune_part all;
    int n = x->ranked->n;
    for (int i = 0; i < n; i++)
        x->weight[i] = 1;
    tune_part_init(&all, x->ranked, x->weight, x->seed, x->draws);
    tune_part_prepare(&all, x->space[0]);
    for (int i = 0; i < x->repeats; i++) {
        struct rng rng = rng_stream(x->seed, RNG_TUNE, (uint32_t)i, TUNE_PART_FOLD);
        tune_part_deal(&all, x->space[0], &rng, TUNE_PART_FOLDS, x->fold + (size_t)i * (size_t)n);
    }
}

static double macro_f1(const struct estimation *x, int repeat, int method)
{
    double macro = 0;
    for (int c = 0; c < x->ranked->k; c++) {
        int tp = 0, wrong = 0;
        for (int f = 0; f < TUNE_PART_FOLDS; f++) {
            const struct pooled *p =
                &x->pooled[(size_t)(repeat * TUNE_PART_FOLDS + f) * THRESHOLD_METHODS +
                           (size_t)method];
            tp += p->tp[c];
            wrong += p->wrong[c];
        }
        macro += f1_of_counts(tp, wrong, 0) / x->ranked->k;
    }
    return macro;
}

/* Mean and deviation over repeats, by Welford. */
static struct threshold_estimate summarise(const struct estimation *x, int method)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < x->repeats; i++) {
        double value = macro_f1(x, i, method), delta = value - sum / (i ? i : 1);
        sum += value;
        squares += i ? delta * (value - sum / (i + 1)) : 0;
    }
    return (struct threshold_estimate){sum / x->repeats,
                                       x->repeats > 1 ? sqrt(squares / (x->repeats - 1)) : 0};
}

static int open_spaces(struct estimation *x, int workers, struct err *e)
{
    size_t n = (size_t)x->ranked->n, blocks = (size_t)x->repeats * TUNE_PART_FOLDS;
    x->space = xcalloc((size_t)workers, sizeof *x->space);
    for (int i = 0; i < workers; i++)
        if (!(x->space[i] = tune_part_space_new(x->ranked->n, x->ranked->k, e)))
            return -1;
    x->fold = mem_array((size_t)x->repeats * n, sizeof *x->fold, "folds", e);
    x->weight = x->fold ? mem_array((size_t)workers * n, sizeof *x->weight, "folds", e) : NULL;
    x->pooled =
        x->weight ? mem_array(blocks * THRESHOLD_METHODS, sizeof *x->pooled, "folds", e) : NULL;
    return x->pooled ? 0 : -1;
}

static void close_spaces(struct estimation *x, int workers)
{
    for (int i = 0; x->space && i < workers; i++)
        tune_part_space_free(x->space[i]);
    free(x->space);
    free(x->fold);
    free(x->weight);
    free(x->pooled);
}

int threshold_held_out_all(const struct scores *s, unsigned wanted, int repeats, uint64_t seed,
                           struct workers *workers, const atomic_bool *cancel,
                           struct threshold_estimate out[THRESHOLD_METHODS], struct err *e)
{
    if (repeats < 1)
        return err_set(e, ERR_USAGE, "held-out estimate: %d repeats; at least 1", repeats);
    struct sorted_scores *r = sorted_scores_new(s, e);
    if (!r)
        return -1;
    struct estimation x = {.ranked = r,
                           .wanted = wanted,
                           .repeats = repeats,
                           .draws = tune_choose_draws(s->n),
                           .seed = seed,
                           .cancel = cancel};
    int team = workers_count(workers), failed = open_spaces(&x, team, e);
    if (!failed) {
        deal_repeats(&x);
        workers_run(workers, repeats * TUNE_PART_FOLDS, one_fold, &x);
        for (int m = 0; m < THRESHOLD_METHODS; m++)
            if (wanted & 1U << m)
                out[m] = summarise(&x, m);
        if (cancel && atomic_load(cancel))
            failed = err_set(e, ERR_CANCELLED, "stopped on request");
    }
    close_spaces(&x, team);
    sorted_scores_free(r);
    return failed;
}

int threshold_held_out(const char *method, const struct scores *s, int repeats, uint64_t seed,
                       double *mean, double *std, struct err *e)
{
    struct threshold_estimate all[THRESHOLD_METHODS];
    int m = threshold_choose_find(method, e);
    if (m < 0 || threshold_held_out_all(s, 1U << m, repeats, seed, NULL, NULL, all, e))
        return -1;
    *mean = all[m].mean;
    *std = all[m].std;
    return 0;
}

int threshold_held_out_repeats(int n)
{
    enum { REPEATS = 10, REPEATS_LARGE = 2, LARGE = 4096 };
    return n > LARGE ? REPEATS_LARGE : REPEATS;
}
