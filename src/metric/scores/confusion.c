/* Pairs of a missed and a wrongly added class within samples. */
#include "metric/confusion.h"

#include <string.h>

#include "metric/f1.h"

/* In a, not in b. */
static struct labels without(const struct labels *a, const struct labels *b)
{
    return (struct labels){{a->bits[0] & ~b->bits[0], a->bits[1] & ~b->bits[1]}};
}

static void count_sample(const struct labels *missed, const struct labels *added,
                         struct confusion *out)
{
    bool any = labels_next(added, 0) >= 0;
    for (int b = labels_next(added, 0); b >= 0; b = labels_next(added, b + 1))
        out->added[b]++;
    for (int a = labels_next(missed, 0); a >= 0; a = labels_next(missed, a + 1)) {
        out->missed[a]++;
        out->alone[a] += !any;
        for (int b = labels_next(added, 0); b >= 0; b = labels_next(added, b + 1))
            out->instead[a][b]++;
    }
}

void confusion_count(const struct scores *s, const double *cuts, int empty_row,
                     struct confusion *out)
{
    memset(out, 0, sizeof *out);
    out->k = s->k;
    for (int i = 0; i < s->n; i++) {
        struct labels predicted =
            f1_predict_row(s->p + (size_t)i * (size_t)s->k, cuts, s->k, empty_row);
        struct labels missed = without(&s->truth[i], &predicted);
        struct labels added = without(&predicted, &s->truth[i]);
        count_sample(&missed, &added, out);
    }
}

static void insert(struct confusion_pair *pairs, int *n, int max, struct confusion_pair p)
{
    int at = *n;
    while (at > 0 && pairs[at - 1].count < p.count)
        at--;
    if (at == max)
        return;
    int moved = (*n < max ? *n : max - 1) - at;
    memmove(pairs + at + 1, pairs + at, (size_t)moved * sizeof *pairs);
    pairs[at] = p;
    *n += *n < max;
}

int confusion_top(const struct confusion *c, struct confusion_pair *pairs, int max)
{
    int n = 0;
    for (int a = 0; a < c->k; a++)
        for (int b = 0; b < c->k; b++)
            if (c->instead[a][b])
                insert(pairs, &n, max, (struct confusion_pair){a, b, c->instead[a][b]});
    return n;
}
