/* Iterative stratification, order 1: again and again take the label with the fewest samples left
 * and deal these samples, each to the fold that still wants most of that label. All folds want the
 * same share, so that is the one which got fewest.
 *
 * Beyond the paper, three choices it leaves open: a fold is full at its share of samples, so sizes
 * differ by at most one; samples with many labels are dealt first, while the others can still level
 * out what they do; and a tie goes to the fold that got fewest of the sample's labels together,
 * then to the smallest, then to chance. */
#include "split_iterative.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/split.h"

enum { UNDEALT = -1, NO_LABEL = -1 };

struct dealing {
    const struct labels *labels; /* [n] */
    int n, k, folds;
    int *fold;                              /* [n], UNDEALT or 0..folds-1 */
    int *order;                             /* [n] samples in the order they are looked at */
    int dealt[LABELS_MAX][SPLIT_FOLDS_MAX]; /* samples with the label in the fold */
    int size[SPLIT_FOLDS_MAX];              /* samples in the fold */
    int left[LABELS_MAX];                   /* undealt samples with the label */
    struct rng rng;
};

/* What a fold got so far, as far as a sample cares; compared from the first field to the last. */
struct share {
    int label, all_labels, samples;
};

static int compare_shares(const struct share *a, const struct share *b)
{
    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    if (a->all_labels != b->all_labels)
        return a->all_labels < b->all_labels ? -1 : 1;
    return (a->samples > b->samples) - (a->samples < b->samples);
}

static int rarest_label(const struct dealing *d)
{
    int rarest = NO_LABEL;
    for (int c = 0; c < d->k; c++)
        if (d->left[c] > 0 && (rarest == NO_LABEL || d->left[c] < d->left[rarest]))
            rarest = c;
    return rarest;
}

static struct share share_of(const struct dealing *d, int sample, int label, int fold)
{
    struct share s = {.label = label == NO_LABEL ? 0 : d->dealt[label][fold],
                      .samples = d->size[fold]};
    const struct labels *set = &d->labels[sample];
    for (int c = labels_next(set, 0); c >= 0; c = labels_next(set, c + 1))
        s.all_labels += d->dealt[c][fold];
    return s;
}

static bool full(const struct dealing *d, int fold)
{
    return d->size[fold] == d->n / d->folds + (fold < d->n % d->folds);
}

static int choose_fold(struct dealing *d, int sample, int label)
{
    int best[SPLIT_FOLDS_MAX], ties = 0;
    struct share least = {INT_MAX, 0, 0};
    for (int f = 0; f < d->folds; f++) {
        if (full(d, f))
            continue;
        struct share s = share_of(d, sample, label, f);
        int order = compare_shares(&s, &least);
        if (order < 0) {
            least = s;
            ties = 0;
        }
        if (order <= 0)
            best[ties++] = f;
    }
    return best[ties > 1 ? (int)rng_below(&d->rng, (uint32_t)ties) : 0];
}

static void deal_sample(struct dealing *d, int sample, int label)
{
    int fold = choose_fold(d, sample, label);
    d->fold[sample] = fold;
    d->size[fold]++;
    const struct labels *set = &d->labels[sample];
    for (int c = labels_next(set, 0); c >= 0; c = labels_next(set, c + 1)) {
        d->dealt[c][fold]++;
        d->left[c]--;
    }
}

/* All undealt samples with `label`, or simply all with NO_LABEL. */
static void deal_label(struct dealing *d, int label)
{
    for (int i = 0; i < d->n; i++) {
        int sample = d->order[i];
        if (d->fold[sample] == UNDEALT &&
            (label == NO_LABEL || labels_has(&d->labels[sample], label)))
            deal_sample(d, sample, label);
    }
}

/* Shuffled, then (stable) by falling number of labels. */
static int order_samples(struct dealing *d, struct err *e)
{
    int *shuffled = mem_array((size_t)d->n, sizeof *shuffled, "split order", e);
    if (!shuffled)
        return -1;
    for (int i = 0; i < d->n; i++)
        shuffled[i] = i;
    rng_shuffle(&d->rng, shuffled, d->n);
    int start[LABELS_MAX + 2] = {0}; /* start[m]: where samples with m labels begin */
    for (int i = 0; i < d->n; i++)
        start[labels_count(&d->labels[i])]++;
    for (int m = LABELS_MAX, at = 0; m >= 0; m--) {
        int count = start[m];
        start[m] = at;
        at += count;
    }
    for (int i = 0; i < d->n; i++)
        d->order[start[labels_count(&d->labels[shuffled[i]])]++] = shuffled[i];
    free(shuffled);
    return 0;
}

static void count_labels(struct dealing *d)
{
    for (int i = 0; i < d->n; i++) {
        d->fold[i] = UNDEALT;
        const struct labels *set = &d->labels[i];
        for (int c = labels_next(set, 0); c >= 0; c = labels_next(set, c + 1))
            d->left[c]++;
    }
}

int split_iterative(const struct labels *labels, int n, int k, int folds, uint64_t seed, int *fold,
                    struct err *e)
{
    struct dealing *d = xcalloc(1, sizeof *d);
    d->labels = labels;
    d->n = n;
    d->k = k;
    d->folds = folds;
    d->fold = fold;
    d->rng = rng_stream(seed, RNG_SPLIT, 1, 0);
    d->order = mem_array((size_t)n, sizeof *d->order, "split order", e);
    int failed = !d->order || order_samples(d, e);
    if (!failed) {
        count_labels(d);
        for (int label; (label = rarest_label(d)) != NO_LABEL;)
            deal_label(d, label);
        deal_label(d, NO_LABEL);
    }
    free(d->order);
    free(d);
    return failed ? -1 : 0;
}
