/* Iterative stratification: again and again take the feature (a label; of order 2 also a pair of
 * labels) with the fewest units left and deal these, each to the fold that still wants most of it.
 * Of equal shares that is the fold which got fewest.
 *
 * Beyond the papers, three choices they leave open: a fold is full at its share of samples, so
 * sizes differ by at most one; units with many features are dealt first, while the others can still
 * level out what they do; and a tie goes to the fold that got fewest of the unit's features
 * together, then to the smallest, then to chance. */
#include "split_iterative.h"

#include <stdlib.h>

#include "base/mem.h"

enum { UNDEALT = -1, NO_FEATURE = -1 };

struct dealing {
    struct split_units *u;
    int *order;                /* [n] units in the order they are looked at */
    int *dealt;                /* [features, folds] of the feature in the fold */
    int size[SPLIT_FOLDS_MAX]; /* samples in the fold */
    int *left, *given;         /* [features] undealt units with it; times it was dealt */
    int given_samples;
    int *start, *with; /* units with a feature, in `order`: with[start[f]..start[f+1]) */
    struct rng rng;
};

/* What a fold got beyond its share of what was dealt so far, as far as a unit cares; compared from
 * the first field to the last. */
struct filling {
    double feature, all_features, samples;
};

static int compare_fillings(const struct filling *a, const struct filling *b)
{
    if (a->feature != b->feature)
        return a->feature < b->feature ? -1 : 1;
    if (a->all_features != b->all_features)
        return a->all_features < b->all_features ? -1 : 1;
    return (a->samples > b->samples) - (a->samples < b->samples);
}

static int rarest_feature(const struct dealing *d)
{
    int rarest = NO_FEATURE;
    for (int f = 0; f < d->u->features; f++)
        if (d->left[f] > 0 && (rarest == NO_FEATURE || d->left[f] < d->left[rarest]))
            rarest = f;
    return rarest;
}

static struct filling filling_of(const struct dealing *d, int unit, int feature, int fold)
{
    const struct split_units *u = d->u;
    const int *dealt = d->dealt + fold;
    double share = u->share[fold];
    struct filling s = {.samples = d->size[fold] - share * d->given_samples};
    if (feature != NO_FEATURE)
        s.feature = dealt[feature * u->folds] - share * (d->given[feature] + 1);
    int sum = 0, given = 0;
    for (int at = u->start[unit]; at < u->start[unit + 1]; at++) {
        sum += dealt[u->feature[at] * u->folds];
        given += d->given[u->feature[at]] + 1;
    }
    s.all_features = sum - share * given;
    return s;
}

static bool any_room(const struct dealing *d)
{
    for (int f = 0; f < d->u->folds; f++)
        if (d->size[f] < d->u->capacity[f])
            return true;
    return false;
}

static int choose_fold(struct dealing *d, int unit, int feature)
{
    int best[SPLIT_FOLDS_MAX], ties = 0;
    struct filling least = {0};
    bool room = any_room(d); /* always, but for the last of large units */
    for (int f = 0; f < d->u->folds; f++) {
        if (room && d->size[f] >= d->u->capacity[f])
            continue;
        struct filling s = filling_of(d, unit, feature, f);
        int order = ties ? compare_fillings(&s, &least) : -1;
        if (order < 0) {
            least = s;
            ties = 0;
        }
        if (order <= 0)
            best[ties++] = f;
    }
    return best[ties > 1 ? (int)rng_below(&d->rng, (uint32_t)ties) : 0];
}

static void deal_unit(struct dealing *d, int unit, int feature)
{
    const struct split_units *u = d->u;
    int fold = choose_fold(d, unit, feature);
    u->fold[unit] = fold;
    d->size[fold] += u->size[unit];
    d->given_samples += u->size[unit];
    for (int at = u->start[unit]; at < u->start[unit + 1]; at++) {
        d->dealt[u->feature[at] * u->folds + fold] += u->times[at];
        d->left[u->feature[at]]--;
        d->given[u->feature[at]] += u->times[at];
    }
}

static void deal_units(struct dealing *d, const int *units, int n, int feature)
{
    for (int i = 0; i < n; i++)
        if (d->u->fold[units[i]] == UNDEALT)
            deal_unit(d, units[i], feature);
}

static int features_of(const struct dealing *d, int unit)
{
    return d->u->start[unit + 1] - d->u->start[unit];
}

/* Shuffled, then (stable) by falling number of features. */
static int order_units(struct dealing *d, struct err *e)
{
    int n = d->u->n, most = 0;
    int *shuffled = mem_array((size_t)n, sizeof *shuffled, "split order", e);
    if (!shuffled)
        return -1;
    for (int i = 0; i < n; i++) {
        shuffled[i] = i;
        most = features_of(d, i) > most ? features_of(d, i) : most;
    }
    rng_shuffle(&d->rng, shuffled, n);
    for (int m = most, at = 0; m >= 0; m--)
        for (int i = 0; i < n; i++)
            if (features_of(d, shuffled[i]) == m)
                d->order[at++] = shuffled[i];
    free(shuffled);
    return 0;
}

static void list_units(struct dealing *d)
{
    const struct split_units *u = d->u;
    for (int i = 0; i < u->n; i++) {
        u->fold[i] = UNDEALT;
        for (int at = u->start[i]; at < u->start[i + 1]; at++)
            d->left[u->feature[at]]++;
    }
    for (int f = 0; f < u->features; f++)
        d->start[f + 2] = d->start[f + 1] + d->left[f];
    for (int i = 0; i < u->n; i++)
        for (int at = u->start[d->order[i]]; at < u->start[d->order[i] + 1]; at++)
            d->with[d->start[u->feature[at] + 1]++] = d->order[i];
}

static int deal(struct dealing *d, struct err *e)
{
    const struct split_units *u = d->u;
    size_t features = (size_t)u->features, n = (size_t)u->n;
    if (!(d->order = mem_array(n, sizeof *d->order, "split order", e)) ||
        !(d->dealt = mem_array(features, (size_t)u->folds * sizeof *d->dealt, "split", e)) ||
        !(d->left = mem_array(features, sizeof *d->left, "split", e)) ||
        !(d->given = mem_array(features, sizeof *d->given, "split", e)) ||
        !(d->start = mem_array(features + 2, sizeof *d->start, "split", e)) ||
        !(d->with = mem_array((size_t)u->start[u->n], sizeof *d->with, "split", e)) ||
        order_units(d, e))
        return -1;
    list_units(d);
    for (int f; (f = rarest_feature(d)) != NO_FEATURE;)
        deal_units(d, d->with + d->start[f], d->start[f + 1] - d->start[f], f);
    deal_units(d, d->order, u->n, NO_FEATURE);
    return 0;
}

int split_iterative(struct split_units *u, uint64_t seed, struct err *e)
{
    struct dealing *d = xcalloc(1, sizeof *d);
    d->u = u;
    d->rng = rng_stream(seed, RNG_SPLIT, 1, 0);
    int failed = deal(d, e);
    free(d->order);
    free(d->dealt);
    free(d->left);
    free(d->given);
    free(d->start);
    free(d->with);
    free(d);
    return failed;
}
