/* Sorted classes and the cuts that follow from one walk down a sorted column.
 *
 * Held-out estimates and bootstraps choose thousands of cuts on parts of the same table; a part is
 * an array of weights, so nothing is sorted or copied again. F1 is compared as fractions of
 * integers, the global optimum sums F1 in fixed point: equal plateaus are found equal, whatever the
 * order of the sum. */
#include "sorted_scores.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plateau.h"
#include "sort_keys.h"

#define LOGIT_CLAMP 1e-7

enum { FIXED_POINT_BITS = 50 }; /* sums of 128 values of 0..1 stay below 2^57 */

double sorted_scores_logit(double p)
{
    p = p < LOGIT_CLAMP ? LOGIT_CLAMP : p > 1 - LOGIT_CLAMP ? 1 - LOGIT_CLAMP : p;
    return log(p / (1 - p));
}

double sorted_scores_probability(double logit)
{
    return 1 / (1 + exp(-logit));
}

static void fill_class(struct sorted_scores *r, int class, uint64_t *keys)
{
    size_t n = (size_t)r->n, at = (size_t) class * n;
    const struct scores *s = r->scores;
    for (int i = 0; i < r->n; i++) {
        float p = s->p[(size_t)i * (size_t)s->k + (size_t) class];
        keys[i] = sort_keys_with_row(sort_keys_pack(p, class, labels_has(&s->truth[i], class)), i);
    }
    sort_keys(keys, keys + n, n);
    for (size_t i = 0; i < n; i++) {
        r->score[at + i] = sort_keys_score(keys[i]);
        r->logit[at + i] = (float)sorted_scores_logit(r->score[at + i]);
        r->entry[at + i] = sort_keys_row(keys[i]) << 1 | sort_keys_positive(keys[i]);
    }
    memcpy(r->merged + at, keys, n * sizeof *keys);
}

struct sorted_scores *sorted_scores_new(const struct scores *s, struct err *e)
{
    if (scores_check(s, e))
        return NULL;
    if (s->n >= SORT_KEYS_ROWS) {
        err_set(e, ERR_DATA, "scores: %d samples; cuts are chosen on fewer than %d", s->n,
                SORT_KEYS_ROWS);
        return NULL;
    }
    size_t entries = (size_t)s->n * (size_t)s->k;
    uint64_t *keys = NULL;
    struct sorted_scores *r = mem_array(1, sizeof *r, "sorted scores", e);
    if (!r)
        return NULL;
    *r = (struct sorted_scores){.scores = s, .n = s->n, .k = s->k};
    if (!(r->score = mem_array(entries, sizeof *r->score, "sorted scores", e)) ||
        !(r->logit = mem_array(entries, sizeof *r->logit, "sorted scores", e)) ||
        !(r->entry = mem_array(entries, sizeof *r->entry, "sorted scores", e)) ||
        !(r->merged = sort_keys_new(entries, e)) || !(keys = sort_keys_new((size_t)s->n, e))) {
        sorted_scores_free(r);
        return NULL;
    }
    for (int class = 0; class < s->k; class ++)
        fill_class(r, class, keys);
    free(keys);
    sort_keys(r->merged, r->merged + entries, entries);
    return r;
}

void sorted_scores_free(struct sorted_scores *r)
{
    if (!r)
        return;
    free(r->score);
    free(r->logit);
    free(r->entry);
    free(r->merged);
    free(r);
}

int sorted_scores_support(const struct sorted_scores *r, int class, const int *weight)
{
    const int *entry = sorted_scores_entries(r, class);
    int support = 0;
    for (int i = 0; i < r->n; i++)
        support += entry[i] & 1 ? weight[entry[i] >> 1] : 0;
    return support;
}

double sorted_scores_best(const struct sorted_scores *r, int class, const int *weight, int support)
{
    const float *score = sorted_scores_scores(r, class);
    const int *entry = sorted_scores_entries(r, class);
    struct plateau best = plateau_none();
    int64_t tp = 0, predicted = 0;
    float group = -1;
    bool grew = false; /* below a group without positives F1 is lower than above it */
    for (int i = r->n - 1; i >= 0; i--) {
        int w = weight[entry[i] >> 1];
        if (!w)
            continue;
        if (score[i] != group && grew) {
            struct plateau p = plateau_of(tp, predicted, support, score[i], group);
            plateau_keep_better(&best, &p);
            grew = false;
            if (tp == support)
                return best.cut;
        }
        group = score[i];
        predicted += w;
        tp += entry[i] & 1 ? w : 0;
        grew |= entry[i] & 1;
    }
    struct plateau p = plateau_of(tp, predicted, support, 0, group);
    if (grew)
        plateau_keep_better(&best, &p);
    return best.cut;
}

/* A group of equal scores met on the way down, `above` the weight before it. */
struct group {
    double score, before; /* before: the score above it, 1 for the first */
    int64_t above;
};

/* Of the two cuts around the group the one nearer to the support, but never an empty one. */
static double nearer_cut(const struct group *g, int64_t predicted, int support, double below)
{
    bool with = g->above == 0 || predicted - support < support - g->above;
    return with ? float32_between(below, g->score) : float32_between(g->score, g->before);
}

double sorted_scores_proportion(const struct sorted_scores *r, int class, const int *weight,
                                int support)
{
    const float *score = sorted_scores_scores(r, class);
    const int *entry = sorted_scores_entries(r, class);
    struct group g = {.score = 1, .before = 1};
    int64_t predicted = 0;
    for (int i = r->n - 1; i >= 0; i--) {
        int w = weight[entry[i] >> 1];
        if (!w)
            continue;
        if (predicted == 0 || score[i] < g.score) {
            if (predicted >= support)
                return nearer_cut(&g, predicted, support, score[i]);
            g = (struct group){score[i], predicted ? g.score : 1, predicted};
        }
        predicted += w;
    }
    return nearer_cut(&g, predicted, support, 0);
}

struct sweep {
    const int *support; /* [k] */
    int64_t tp[LABELS_MAX], predicted[LABELS_MAX];
    int64_t f1[LABELS_MAX]; /* fixed point */
    int64_t sum;
};

static void sweep_add(struct sweep *w, uint64_t key, int weight)
{
    int class = sort_keys_class(key);
    w->tp[class] += sort_keys_positive(key) ? weight : 0;
    w->predicted[class] += weight;
    double f1 = 2.0 * (double)w->tp[class] / (double)(w->predicted[class] + w->support[class]);
    int64_t fixed = (int64_t)(f1 * (double)(INT64_C(1) << FIXED_POINT_BITS) + .5);
    w->sum += fixed - w->f1[class];
    w->f1[class] = fixed;
}

double sorted_scores_global(const struct sorted_scores *r, const int *weight, const int *support)
{
    struct sweep w;
    memset(&w, 0, sizeof w);
    w.support = support;
    struct plateau best = plateau_none();
    double group = -1;
    for (size_t m = (size_t)r->n * (size_t)r->k; m-- > 0;) {
        uint64_t key = r->merged[m];
        int times = weight[sort_keys_row(key)];
        if (!times || !support[sort_keys_class(key)])
            continue;
        double score = sort_keys_score(key);
        if (score != group && group >= 0) {
            struct plateau p = {w.sum, 1, group - score, float32_between(score, group)};
            plateau_keep_better(&best, &p);
        }
        group = score;
        sweep_add(&w, key, times);
    }
    struct plateau p = {w.sum, 1, group, float32_between(0, group)};
    plateau_keep_better(&best, &p);
    return best.cut;
}
