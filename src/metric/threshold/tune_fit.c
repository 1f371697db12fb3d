/* How each method chooses the cuts of a part. A class without positives gets the neutral cut from
 * all of them but `global`. Cuts are averaged as logits: a mean of probabilities would be ruled by
 * the largest of them. */
#include "tune_fit.h"

#include <string.h>

#include "base/float32.h"
#include "platt.h"
#include "scores/plateau.h"
#include "scores/soft_f1.h"

enum { FEW_POSITIVES = 10 };

#define PENALTY 5.0 /* of Platt scaling towards the shared fit */

static void fit_fixed(const struct tune_part *p, double *cuts)
{
    for (int c = 0; c < p->ranked->k; c++)
        cuts[c] = PLATEAU_NEUTRAL_CUT;
}

static void fit_global(const struct tune_part *p, double *cuts)
{
    double cut = sorted_scores_global(p->ranked, p->weight, p->support);
    for (int c = 0; c < p->ranked->k; c++)
        cuts[c] = cut;
}

/* One walk down the column of every class that has positives. */
typedef double fit_class(const struct sorted_scores *r, int class, const int *weight, int support);

static void fit_each(const struct tune_part *p, fit_class *fit, double *cuts)
{
    for (int c = 0; c < p->ranked->k; c++)
        cuts[c] = p->support[c] ? fit(p->ranked, c, p->weight, p->support[c]) : PLATEAU_NEUTRAL_CUT;
}

static void fill_bins(const struct tune_part *p, struct tune_part_space *s)
{
    for (int c = 0; c < p->ranked->k; c++)
        logit_bins_fill(&s->bins[c], p->ranked, c, p->weight);
}

static void fit_soft(const struct tune_part *p, const struct tune_part_space *s, double *cuts)
{
    for (int c = 0; c < p->ranked->k; c++)
        cuts[c] = p->support[c] ? soft_f1_cut(&s->bins[c]) : PLATEAU_NEUTRAL_CUT;
}

/* Exact cuts of many draws, averaged; draws without a positive have no say. */
struct ema {
    double sum[LABELS_MAX];
    int n[LABELS_MAX];
};

static void add_exact(const struct tune_part *p, const int *weight, struct ema *a)
{
    for (int c = 0; c < p->ranked->k; c++) {
        int support = p->support[c] ? sorted_scores_support(p->ranked, c, weight) : 0;
        if (!support)
            continue;
        a->sum[c] += sorted_scores_logit(sorted_scores_best(p->ranked, c, weight, support));
        a->n[c]++;
    }
}

static void end_average(const struct tune_part *p, const struct ema *a, double *cuts)
{
    for (int c = 0; c < p->ranked->k; c++)
        cuts[c] = a->n[c] ? sorted_scores_probability(a->sum[c] / a->n[c]) : PLATEAU_NEUTRAL_CUT;
}

static void fit_halves(const struct tune_part *p, struct tune_part_space *s, double *cuts)
{
    struct ema a = {{0}, {0}};
    int *half = s->draw;
    tune_part_prepare(p, s);
    for (int i = 0; 2 * i < p->draws; i++) {
        struct rng rng = rng_stream(p->seed, RNG_TUNE, (uint32_t)i, TUNE_PART_HALF);
        tune_part_deal(p, s, &rng, 2, half);
        for (int row = 0; row < p->ranked->n; row++)
            half[row] = half[row] == 1;
        add_exact(p, half, &a);
        for (int row = 0; row < p->ranked->n; row++)
            half[row] = p->weight[row] && !half[row];
        add_exact(p, half, &a);
    }
    end_average(p, &a, cuts);
}

/* Efron's bootstrap: as many samples as the part has, drawn with replacement. */
static void fit_bootstrap(const struct tune_part *p, struct tune_part_space *s, double *cuts)
{
    struct ema a = {{0}, {0}};
    int n = p->ranked->n, m = 0;
    for (int i = 0; i < n; i++)
        if (p->weight[i])
            s->order[m++] = i;
    for (int d = 0; d < p->draws && m; d++) {
        struct rng rng = rng_stream(p->seed, RNG_TUNE, (uint32_t)d, TUNE_PART_DRAW);
        memset(s->draw, 0, (size_t)n * sizeof *s->draw);
        for (int i = 0; i < m; i++)
            s->draw[s->order[rng_below(&rng, (uint32_t)m)]]++;
        add_exact(p, s->draw, &a);
    }
    end_average(p, &a, cuts);
}

static void fit_calibrated(const struct tune_part *p, const struct tune_part_space *s, double *cuts)
{
    struct platt shared = platt_shared(s->bins, p->ranked->k);
    for (int c = 0; c < p->ranked->k; c++) {
        struct platt fit = platt_class(&s->bins[c], &shared, PENALTY);
        cuts[c] = p->support[c] ? platt_cut(&s->bins[c], &fit) : PLATEAU_NEUTRAL_CUT;
    }
}

static void fit_consensus(const struct tune_part *p, struct tune_part_space *s,
                          double cuts[THRESHOLD_METHODS][LABELS_MAX])
{
    double *out = cuts[THRESHOLD_CONSENSUS];
    fit_bootstrap(p, s, out);
    for (int c = 0; c < p->ranked->k; c++)
        out[c] = sorted_scores_probability((sorted_scores_logit(out[c]) +
                                            sorted_scores_logit(cuts[THRESHOLD_PROPORTION][c]) +
                                            sorted_scores_logit(cuts[THRESHOLD_CALIBRATED][c])) /
                                           3);
}

static void fit_support(const struct tune_part *p, double cuts[THRESHOLD_METHODS][LABELS_MAX])
{
    for (int c = 0; c < p->ranked->k; c++)
        cuts[THRESHOLD_SUPPORT][c] = p->support[c] > FEW_POSITIVES ? cuts[THRESHOLD_EXACT][c]
                                                                   : cuts[THRESHOLD_PROPORTION][c];
}

void tune_fit(const struct tune_part *p, struct tune_part_space *s, unsigned wanted,
              double cuts[THRESHOLD_METHODS][LABELS_MAX])
{
    if (wanted & 1U << THRESHOLD_CONSENSUS)
        wanted |= 1U << THRESHOLD_PROPORTION | 1U << THRESHOLD_CALIBRATED;
    if (wanted & 1U << THRESHOLD_SUPPORT)
        wanted |= 1U << THRESHOLD_PROPORTION | 1U << THRESHOLD_EXACT;
    if (wanted & 1U << THRESHOLD_FIXED)
        fit_fixed(p, cuts[THRESHOLD_FIXED]);
    if (wanted & 1U << THRESHOLD_GLOBAL)
        fit_global(p, cuts[THRESHOLD_GLOBAL]);
    if (wanted & 1U << THRESHOLD_EXACT)
        fit_each(p, sorted_scores_best, cuts[THRESHOLD_EXACT]);
    if (wanted & 1U << THRESHOLD_HALVES)
        fit_halves(p, s, cuts[THRESHOLD_HALVES]);
    if (wanted & 1U << THRESHOLD_PROPORTION)
        fit_each(p, sorted_scores_proportion, cuts[THRESHOLD_PROPORTION]);
    if (wanted & (1U << THRESHOLD_SOFTF1 | 1U << THRESHOLD_CALIBRATED))
        fill_bins(p, s);
    if (wanted & 1U << THRESHOLD_SOFTF1)
        fit_soft(p, s, cuts[THRESHOLD_SOFTF1]);
    if (wanted & 1U << THRESHOLD_CALIBRATED)
        fit_calibrated(p, s, cuts[THRESHOLD_CALIBRATED]);
    if (wanted & 1U << THRESHOLD_CONSENSUS)
        fit_consensus(p, s, cuts);
    if (wanted & 1U << THRESHOLD_SUPPORT)
        fit_support(p, cuts);
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        if (wanted & 1U << m)
            float32_round_all(cuts[m], p->ranked->k);
}
