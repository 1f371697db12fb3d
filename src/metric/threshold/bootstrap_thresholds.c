/* Best cuts of folds and of bootstrap draws. The draws are of samples, the same for all classes: a
 * draw is a weight per sample (sorted_scores.h), so nothing is sorted again. */
#include "metric/bootstrap_thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/float32.h"
#include "base/mem.h"
#include "base/rng.h"
#include "interval.h"
#include "metric/threshold.h"
#include "tune_part.h"

struct survey {
    const struct scores *scores;
    struct sorted_scores *ranked;
    struct threshold_table *table;
    struct tune_part_space *space;
    int *weight, *fold;           /* [n] */
    int draws, drawn[LABELS_MAX]; /* draws that hold positives of the class */
    double *best_cut, *f1;        /* [k,draws] */
    const double *asked;          /* [k] cuts whose F1 is wanted */
    uint64_t seed;
};

static double best_of(const struct survey *v, int class, const int *weight)
{
    int support = sorted_scores_support(v->ranked, class, weight);
    return support ? sorted_scores_best(v->ranked, class, weight, support) : NAN;
}

static double f1_at(const struct survey *v, int class, double cut)
{
    const float *score = sorted_scores_scores(v->ranked, class);
    const int *entry = sorted_scores_entries(v->ranked, class);
    int tp = 0, wrong = 0;
    for (int i = 0; i < v->ranked->n; i++) {
        bool yes = float32_reaches(score[i], cut), positive = entry[i] & 1;
        int w = v->weight[entry[i] >> 1];
        tp += yes && positive ? w : 0;
        wrong += yes != positive ? w : 0;
    }
    return f1_of_counts(tp, wrong, 0);
}

static void leave_folds_out(struct survey *v, struct bootstrap_thresholds *out)
{
    struct tune_part all;
    int n = v->ranked->n;
    for (int i = 0; i < n; i++)
        v->weight[i] = 1;
    tune_part_init(&all, v->ranked, v->weight, v->seed, 0);
    tune_part_prepare(&all, v->space);
    struct rng rng = rng_stream(v->seed, RNG_TUNE, 0, TUNE_PART_FOLD);
    tune_part_deal(&all, v->space, &rng, BOOTSTRAP_THRESHOLDS_FOLDS, v->fold);
    for (int held = 0; held < BOOTSTRAP_THRESHOLDS_FOLDS; held++) {
        for (int i = 0; i < n; i++)
            v->weight[i] = v->fold[i] != held;
        for (int c = 0; c < v->ranked->k; c++)
            out[c].fold_cut[held] = best_of(v, c, v->weight);
    }
}

static void draw_once(struct survey *v, int draw)
{
    int n = v->ranked->n;
    struct rng rng = rng_stream(v->seed, RNG_TUNE, (uint32_t)draw, TUNE_PART_DRAW);
    memset(v->weight, 0, (size_t)n * sizeof *v->weight);
    for (int i = 0; i < n; i++)
        v->weight[rng_below(&rng, (uint32_t)n)]++;
    for (int c = 0; c < v->ranked->k; c++) {
        double cut = best_of(v, c, v->weight);
        if (isnan(cut))
            continue;
        size_t at = (size_t)c * (size_t)v->draws + (size_t)v->drawn[c]++;
        v->best_cut[at] = cut;
        v->f1[at] = f1_at(v, c, v->asked[c]);
    }
}

static void summarise(const struct survey *v, int class, struct bootstrap_thresholds *out)
{
    double *cuts = v->best_cut + (size_t) class * (size_t)v->draws;
    int drawn = v->drawn[class];
    out->regret = drawn ? 0 : NAN;
    for (int i = 0; i < drawn; i++)
        out->regret += (out->f1 - threshold_at(v->table, class, cuts[i]).f1) / drawn;
    struct interval cut = interval_90(cuts, drawn);
    struct interval f1 = interval_90(v->f1 + (size_t) class * (size_t)v->draws, drawn);
    out->cut_low = cut.low;
    out->cut_high = cut.high;
    out->f1_low = f1.low;
    out->f1_high = f1.high;
}

static int open_survey(struct survey *v, struct err *e)
{
    size_t n = (size_t)v->scores->n, k = (size_t)v->scores->k;
    return !(v->table = threshold_table_new(v->scores, e)) ||
                   !(v->ranked = sorted_scores_new(v->scores, e)) ||
                   !(v->space = tune_part_space_new((int)n, (int)k, e)) ||
                   !(v->weight = mem_array(n, 2 * sizeof *v->weight, "bootstrap", e)) ||
                   !(v->best_cut =
                         mem_array(k * (size_t)v->draws, 2 * sizeof *v->f1, "bootstrap", e))
               ? -1
               : 0;
}

static void close_survey(struct survey *v)
{
    threshold_table_free(v->table);
    sorted_scores_free(v->ranked);
    tune_part_space_free(v->space);
    free(v->weight);
    free(v->best_cut);
}

int bootstrap_thresholds_measure(const struct scores *s, const double *cuts, int draws,
                                 uint64_t seed, struct bootstrap_thresholds *out, struct err *e)
{
    double best[LABELS_MAX];
    struct survey v = {.scores = s, .draws = draws, .seed = seed, .asked = cuts ? cuts : best};
    if (draws < 1)
        return err_set(e, ERR_USAGE, "bootstrap: %d draws; at least 1", draws);
    int failed = open_survey(&v, e);
    if (!failed) {
        v.fold = v.weight + s->n;
        v.f1 = v.best_cut + (size_t)s->k * (size_t)draws;
        for (int c = 0; c < s->k; c++)
            out[c].cut = best[c] = threshold_best(v.table, c, &out[c].f1);
        leave_folds_out(&v, out);
        for (int d = 0; d < draws && s->n; d++)
            draw_once(&v, d);
        for (int c = 0; c < s->k; c++)
            summarise(&v, c, &out[c]);
    }
    close_survey(&v);
    return failed;
}
