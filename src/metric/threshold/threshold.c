/* Cuts: per class the scores sorted and their positives summed, so that every question about a cut
 * is one binary search.
 *
 * The exact optimum compares F1 as fractions of integers, so that equal plateaus are found equal.
 * The table is read-only once built; any thread may ask. */
#include "metric/threshold.h"

#include <stdlib.h>

#include "base/float32.h"
#include "base/mem.h"
#include "scores/plateau.h"
#include "scores/sort_keys.h"

struct threshold_table {
    int n, k;
    float *scores;  /* [k,n] ascending */
    int *positives; /* [k,n+1] positives among the first i scores */
};

static const float *scores_of(const struct threshold_table *t, int class)
{
    return t->scores + (size_t) class * (size_t)t->n;
}

static const int *positives_of(const struct threshold_table *t, int class)
{
    return t->positives + (size_t) class * ((size_t)t->n + 1);
}

static int support_of(const struct threshold_table *t, int class)
{
    return positives_of(t, class)[t->n];
}

static void fill_class(struct threshold_table *t, int class, const uint64_t *keys)
{
    float *scores = t->scores + (size_t) class * (size_t)t->n;
    int *positives = t->positives + (size_t) class * ((size_t)t->n + 1);
    for (int i = 0; i < t->n; i++) {
        scores[i] = sort_keys_score(keys[i]);
        positives[i + 1] = positives[i] + sort_keys_positive(keys[i]);
    }
}

struct threshold_table *threshold_table_new(const struct scores *s, struct err *e)
{
    if (scores_check(s, e))
        return NULL;
    size_t n = (size_t)s->n, k = (size_t)s->k;
    uint64_t *keys = NULL;
    struct threshold_table *t = mem_array(1, sizeof *t, "threshold table", e);
    if (!t)
        return NULL;
    t->n = s->n;
    t->k = s->k;
    t->scores = mem_array(k * n, sizeof *t->scores, "threshold table", e);
    t->positives =
        t->scores ? mem_array(k * (n + 1), sizeof *t->positives, "threshold table", e) : NULL;
    keys = t->positives ? sort_keys_new(n, e) : NULL;
    if (!keys)
        goto fail;
    for (int class = 0; class < s->k; class ++) {
        sort_keys_column(s, class, keys);
        fill_class(t, class, keys);
    }
    free(keys);
    return t;
fail:
    threshold_table_free(t);
    return NULL;
}

void threshold_table_free(struct threshold_table *t)
{
    if (!t)
        return;
    free(t->scores);
    free(t->positives);
    free(t);
}

/* Index of the first score >= cut. */
static int first_above(const float *scores, int n, double cut)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (float32_reaches(scores[middle], cut))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct threshold_counts threshold_at(const struct threshold_table *t, int class, double cut)
{
    const int *positives = positives_of(t, class);
    int first = first_above(scores_of(t, class), t->n, cut);
    struct threshold_counts c = {.support = positives[t->n], .n = t->n};
    c.tp = c.support - positives[first];
    c.fp = t->n - first - c.tp;
    c.fn = c.support - c.tp;
    c.f1 = f1_of_counts(c.tp, c.fp, c.fn);
    c.precision = c.tp ? (double)c.tp / (c.tp + c.fp) : 0;
    c.recall = c.tp ? (double)c.tp / c.support : 0;
    return c;
}

/* The middle of the cuts that predict scores[first..n) positive and nothing below. */
static double plateau_middle(const float *scores, int n, int first)
{
    double low = first > 0 ? scores[first - 1] : 0;
    double high = first < n ? scores[first] : 1;
    return float32_between(low, high);
}

/* The first index of the tie group that scores[i] belongs to. */
static int group_start(const float *scores, int i)
{
    while (i > 0 && scores[i - 1] == scores[i])
        i--;
    return i;
}

double threshold_best(const struct threshold_table *t, int class, double *f1)
{
    const float *scores = scores_of(t, class);
    const int *positives = positives_of(t, class);
    int support = support_of(t, class);
    struct plateau best = plateau_none();
    for (int first = t->n; support && first > 0;) {
        first = group_start(scores, first - 1);
        struct plateau p = plateau_of(support - positives[first], t->n - first, support,
                                      first > 0 ? scores[first - 1] : 0, scores[first]);
        plateau_keep_better(&best, &p);
    }
    if (f1)
        *f1 = (double)best.value / (double)best.scale;
    return best.cut;
}

double threshold_step(const struct threshold_table *t, int class, double cut, int direction)
{
    const float *scores = scores_of(t, class);
    int first = first_above(scores, t->n, cut);
    if (direction <= 0)
        return first > 0 ? plateau_middle(scores, t->n, group_start(scores, first - 1)) : cut;
    if (first == t->n || scores[first] >= 1) /* no cut in 0..1 lies above a score of 1 */
        return cut;
    double score = scores[first];
    while (first < t->n && scores[first] == score)
        first++;
    return plateau_middle(scores, t->n, first);
}

double threshold_macro_f1(const struct threshold_table *t, const double *cuts)
{
    double sum = 0;
    for (int class = 0; class < t->k; class ++)
        sum += threshold_at(t, class, cuts[class]).f1;
    return sum / t->k;
}
