/* Local search: start from a random deal, then exchange two units of different folds whenever the
 * squared deviations of label and pair counts from their shares do not grow together. Sizes of
 * folds count as one more deviation, so that only units of one size are exchanged freely. */
#include "split_swap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "split_iterative.h"

enum { TRIES_PER_UNIT = 80, TRIES_MIN = 20000 };

#define ROUNDING 1e-9

struct search {
    struct split_units *u;
    double *deviation; /* [folds, features] count - share * total */
    double size_deviation[SPLIT_FOLDS_MAX];
};

static double *row_of(const struct search *s, int fold)
{
    return s->deviation + (size_t)fold * (size_t)s->u->features;
}

static void start(struct search *s)
{
    const struct split_units *u = s->u;
    for (int f = 0; f < u->folds; f++) {
        s->size_deviation[f] = -u->share[f] * u->samples;
        for (int i = 0; i < u->features; i++)
            row_of(s, f)[i] = -u->share[f] * u->total[i];
    }
    for (int i = 0; i < u->n; i++) {
        s->size_deviation[u->fold[i]] += u->size[i];
        for (int at = u->start[i]; at < u->start[i + 1]; at++)
            row_of(s, u->fold[i])[u->feature[at]] += u->times[at];
    }
}

/* What the sum of squares grows by when `d` of a count go from the one deviation to the other. */
static double growth(double from, double to, double d)
{
    return 2 * d * (to - from + d);
}

/* Over the features of both units, ascending: what is in both moves by the difference only. */
static double exchange_growth(const struct search *s, int a, int b)
{
    const struct split_units *u = s->u;
    const double *from = row_of(s, u->fold[a]), *to = row_of(s, u->fold[b]);
    int i = u->start[a], j = u->start[b], end_i = u->start[a + 1], end_j = u->start[b + 1];
    double sum = growth(s->size_deviation[u->fold[a]], s->size_deviation[u->fold[b]],
                        u->size[a] - u->size[b]);
    while (i < end_i || j < end_j) {
        int f, d = 0;
        if (j == end_j || (i < end_i && u->feature[i] <= u->feature[j]))
            f = u->feature[i];
        else
            f = u->feature[j];
        if (i < end_i && u->feature[i] == f)
            d += u->times[i++];
        if (j < end_j && u->feature[j] == f)
            d -= u->times[j++];
        sum += d ? growth(from[f], to[f], d) : 0;
    }
    return sum;
}

static void move(struct search *s, int unit, int to)
{
    struct split_units *u = s->u;
    int from = u->fold[unit];
    for (int at = u->start[unit]; at < u->start[unit + 1]; at++) {
        row_of(s, from)[u->feature[at]] -= u->times[at];
        row_of(s, to)[u->feature[at]] += u->times[at];
    }
    s->size_deviation[from] -= u->size[unit];
    s->size_deviation[to] += u->size[unit];
    u->fold[unit] = to;
}

static void try_exchange(struct search *s, struct rng *rng)
{
    struct split_units *u = s->u;
    int a = (int)rng_below(rng, (uint32_t)u->n), b = (int)rng_below(rng, (uint32_t)u->n);
    int fold_a = u->fold[a], fold_b = u->fold[b];
    if (fold_a == fold_b || exchange_growth(s, a, b) > ROUNDING)
        return;
    move(s, a, fold_b);
    move(s, b, fold_a);
}

int split_swap(struct split_units *u, uint64_t seed, struct err *e)
{
    struct search s = {.u = u};
    struct rng rng = rng_stream(seed, RNG_SPLIT, 2, 0);
    size_t cells = (size_t)u->features * (size_t)u->folds;
    s.deviation = mem_array(cells, sizeof *s.deviation, "split", e);
    int failed = !s.deviation || split_iterative(u, seed, e);
    if (!failed) {
        int64_t tries = (int64_t)u->n * TRIES_PER_UNIT;
        start(&s);
        for (int64_t i = tries > TRIES_MIN ? tries : TRIES_MIN; i > 0; i--)
            try_exchange(&s, &rng);
    }
    free(s.deviation);
    return failed ? -1 : 0;
}
