/* What a tune method is worth on data it has not seen: repeated 5-fold cross-validation.
 *
 * Cuts are chosen on four folds and applied to the fifth; the counts of all folds are pooled and F1
 * is computed once per class, because a rare class is absent from most folds. Folds are drawn at
 * random within groups of samples that share their rarest class, so that its few positives are
 * spread. A pure function of (scores, method, repeats, seed); any thread. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "metric/threshold.h"

enum { FOLDS = 5 };

struct pooled {
    int tp[LABELS_MAX], fp[LABELS_MAX], fn[LABELS_MAX];
};

static void count_classes(const struct scores *s, int count[LABELS_MAX])
{
    memset(count, 0, LABELS_MAX * sizeof *count);
    for (int i = 0; i < s->n; i++)
        for (int c = labels_next(&s->truth[i], 0); c >= 0; c = labels_next(&s->truth[i], c + 1))
            count[c]++;
}

/* The rarest class of a sample (ties: lowest), k when it has no label. */
static int rarest(const struct scores *s, int row, const int *count)
{
    int best = s->k;
    const struct labels *set = &s->truth[row];
    for (int c = labels_next(set, 0); c >= 0 && c < s->k; c = labels_next(set, c + 1))
        if (best == s->k || count[c] < count[best])
            best = c;
    return best;
}

/* Deal the shuffled samples to the folds in turn, one group of samples after the other. */
static void draw_folds(const struct scores *s, struct rng *r, int *order, int *fold)
{
    int count[LABELS_MAX], dealt = 0;
    count_classes(s, count);
    for (int i = 0; i < s->n; i++)
        order[i] = i;
    rng_shuffle(r, order, s->n);
    for (int group = 0; group <= s->k; group++)
        for (int i = 0; i < s->n; i++)
            if (rarest(s, order[i], count) == group)
                fold[order[i]] = dealt++ % FOLDS;
}

/* The samples outside `held`, into `part` (room for all). */
static void take_rest(const struct scores *s, const int *fold, int held, struct scores *part)
{
    size_t k = (size_t)s->k;
    part->n = 0;
    for (int i = 0; i < s->n; i++) {
        if (fold[i] == held)
            continue;
        memcpy(part->p + (size_t)part->n * k, s->p + (size_t)i * k, k * sizeof *s->p);
        part->truth[part->n++] = s->truth[i];
    }
}

static void add_held(const struct scores *s, const int *fold, int held, const double *cuts,
                     struct pooled *sum)
{
    for (int i = 0; i < s->n; i++) {
        if (fold[i] != held)
            continue;
        struct labels predicted = f1_predict_row(s->p + (size_t)i * (size_t)s->k, cuts, s->k, -1);
        for (int c = 0; c < s->k; c++) {
            bool yes = labels_has(&predicted, c), positive = labels_has(&s->truth[i], c);
            sum->tp[c] += yes && positive;
            sum->fp[c] += yes && !positive;
            sum->fn[c] += !yes && positive;
        }
    }
}

static int one_repeat(const char *method, const struct scores *s, const int *fold,
                      struct scores *part, double *macro_f1, struct err *e)
{
    struct pooled sum;
    memset(&sum, 0, sizeof sum);
    for (int held = 0; held < FOLDS; held++) {
        double cuts[LABELS_MAX];
        take_rest(s, fold, held, part);
        if (threshold_choose(method, part, cuts, e))
            return -1;
        add_held(s, fold, held, cuts, &sum);
    }
    *macro_f1 = 0;
    for (int c = 0; c < s->k; c++)
        *macro_f1 += f1_of_counts(sum.tp[c], sum.fp[c], sum.fn[c]) / s->k;
    return 0;
}

int threshold_held_out(const char *method, const struct scores *s, int repeats, uint64_t seed,
                       double *mean, double *std, struct err *e)
{
    if (repeats < 1)
        return err_set(e, ERR_USAGE, "held-out estimate: %d repeats; at least 1", repeats);
    int result = -1;
    double sum = 0, squares = 0;
    struct scores *part = scores_new(s->n, s->k, e);
    int *order = part ? mem_array((size_t)s->n, 2 * sizeof *order, "folds", e) : NULL;
    if (!order)
        goto fail;
    for (int i = 0; i < repeats; i++) {
        struct rng r = rng_stream(seed, RNG_TUNE, (uint32_t)i, 0);
        double value;
        draw_folds(s, &r, order, order + s->n);
        if (one_repeat(method, s, order + s->n, part, &value, e))
            goto fail;
        double delta = value - sum / (i ? i : 1); /* Welford: the mean so far is sum / i */
        sum += value;
        squares += i ? delta * (value - sum / (i + 1)) : 0;
    }
    *mean = sum / repeats;
    *std = repeats > 1 ? sqrt(squares / (repeats - 1)) : 0;
    result = 0;
fail:
    free(order);
    scores_free(part);
    return result;
}
