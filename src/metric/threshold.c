/* Cuts: per class the scores sorted and their positives summed, so that every question about a cut
 * is one binary search.
 *
 * The exact optimum compares F1 as fractions of integers, the global one sums F1 in fixed point:
 * equal plateaus are found equal, whatever the order of the sum. The table is read-only once built;
 * any thread may ask. */
#include "metric/threshold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sort_keys.h"

#define NEUTRAL_CUT .5

enum { FIXED_POINT_BITS = 50 }; /* sums of 128 values of 0..1 stay below 2^57 */

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

int threshold_table_classes(const struct threshold_table *t)
{
    return t->k;
}

/* Index of the first score >= cut. */
static int first_above(const float *scores, int n, double cut)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (scores[middle] >= cut)
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
    return (low + high) / 2;
}

/* The first index of the tie group that scores[i] belongs to. */
static int group_start(const float *scores, int i)
{
    while (i > 0 && scores[i - 1] == scores[i])
        i--;
    return i;
}

struct plateau {
    int64_t value, scale; /* value / scale is compared; scale > 0 */
    double width, cut;
};

/* Higher value, then wider; otherwise the one met first, the higher cut, stays. */
static void keep_better(struct plateau *best, const struct plateau *other)
{
    int64_t left = other->value * best->scale, right = best->value * other->scale;
    if (left > right || (left == right && other->width > best->width))
        *best = *other;
}

double threshold_best(const struct threshold_table *t, int class, double *f1)
{
    const float *scores = scores_of(t, class);
    const int *positives = positives_of(t, class);
    int support = support_of(t, class);
    struct plateau best = {0, 1, 2, NEUTRAL_CUT};
    for (int first = t->n; support && first > 0;) {
        first = group_start(scores, first - 1);
        struct plateau p = {2 * (int64_t)(support - positives[first]),
                            (int64_t)(t->n - first) + support,
                            (double)scores[first] - (first > 0 ? scores[first - 1] : 0),
                            plateau_middle(scores, t->n, first)};
        keep_better(&best, &p);
    }
    if (f1)
        *f1 = (double)best.value / (double)best.scale;
    return best.cut;
}

/* All scores of the classes with positives, sorted; classes without add 0 at any cut. */
static uint64_t *merged_keys(const struct threshold_table *t, size_t *count, struct err *e)
{
    size_t n = (size_t)t->n, m = 0;
    uint64_t *keys = sort_keys_new((size_t)t->k * n, e);
    if (!keys)
        return NULL;
    for (int class = 0; class < t->k; class ++) {
        const float *scores = scores_of(t, class);
        const int *positives = positives_of(t, class);
        for (int i = 0; support_of(t, class) && i < t->n; i++)
            keys[m++] = sort_keys_pack(scores[i], class, positives[i + 1] > positives[i]);
    }
    sort_keys(keys, keys + (size_t)t->k * n, m);
    *count = m;
    return keys;
}

struct sweep {
    int tp[LABELS_MAX], predicted[LABELS_MAX];
    int64_t f1[LABELS_MAX]; /* fixed point */
    int64_t sum;
};

static void sweep_add(struct sweep *w, const struct threshold_table *t, uint64_t key)
{
    int class = sort_keys_class(key);
    w->tp[class] += sort_keys_positive(key);
    w->predicted[class]++;
    double f1 = 2.0 * w->tp[class] / (w->predicted[class] + support_of(t, class));
    int64_t fixed = (int64_t)(f1 * (double)(INT64_C(1) << FIXED_POINT_BITS) + .5);
    w->sum += fixed - w->f1[class];
    w->f1[class] = fixed;
}

double threshold_best_global(const struct threshold_table *t, struct err *e)
{
    size_t m;
    uint64_t *keys = merged_keys(t, &m, e);
    if (!keys)
        return -1;
    struct sweep w;
    memset(&w, 0, sizeof w);
    struct plateau best = {0, 1, 2, NEUTRAL_CUT};
    while (m > 0) {
        double high = sort_keys_score(keys[m - 1]);
        while (m > 0 && sort_keys_score(keys[m - 1]) == high)
            sweep_add(&w, t, keys[--m]);
        double low = m > 0 ? sort_keys_score(keys[m - 1]) : 0;
        struct plateau p = {w.sum, 1, high - low, (low + high) / 2};
        keep_better(&best, &p);
    }
    free(keys);
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

static int choose_fixed(const struct threshold_table *t, double *cuts, struct err *e)
{
    (void)e;
    for (int class = 0; class < t->k; class ++)
        cuts[class] = NEUTRAL_CUT;
    return 0;
}

static int choose_global(const struct threshold_table *t, double *cuts, struct err *e)
{
    double cut = threshold_best_global(t, e);
    for (int class = 0; class < t->k; class ++)
        cuts[class] = cut;
    return cut < 0 ? -1 : 0;
}

static int choose_exact(const struct threshold_table *t, double *cuts, struct err *e)
{
    (void)e;
    for (int class = 0; class < t->k; class ++)
        cuts[class] = threshold_best(t, class, NULL);
    return 0;
}

static const struct method {
    const char *name;
    int (*choose)(const struct threshold_table *t, double *cuts /* [k] */, struct err *e);
} methods[] = {
    {"fixed", choose_fixed},
    {"global", choose_global},
    {"exact", choose_exact},
};

int threshold_choose(const char *method, const struct scores *s, double *cuts, struct err *e)
{
    const struct method *m = methods, *end = methods + sizeof methods / sizeof *methods;
    while (m < end && strcmp(m->name, method))
        m++;
    if (m == end)
        return err_set(e, ERR_USAGE, "unknown tune method '%.40s': use fixed, global or exact",
                       method);
    struct threshold_table *t = threshold_table_new(s, e);
    if (!t)
        return -1;
    int failed = m->choose(t, cuts, e);
    threshold_table_free(t);
    return failed;
}
