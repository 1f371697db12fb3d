/* Choosing among the methods by one cross-validation. The standard error of a difference of macro
 * F1 is that of the delta method: F1 = N / D of a class moves by (N_i - F1 D_i) / D with sample i,
 * and the squares of what a sample moves in the difference are summed. */
#include "tune_best.h"

#include <math.h>
#include <string.h>

#include "tune_fit.h"

enum { DRAWS_PER_INNER = 4 }; /* inner fits draw a fourth as often */

#define ROUNDING 1e-9 /* a smaller gain is none */

struct counts {
    int tp[LABELS_MAX], wrong[LABELS_MAX]; /* wrong: false positives and false negatives */
};

static void count(const struct tune_part *p, const struct labels *predicted, struct counts *n)
{
    memset(n, 0, sizeof *n);
    for (int i = 0; i < p->ranked->n; i++) {
        if (!p->weight[i])
            continue;
        for (int c = 0; c < p->ranked->k; c++) {
            bool yes = labels_has(&predicted[i], c);
            bool positive = labels_has(&p->ranked->scores->truth[i], c);
            n->tp[c] += yes && positive;
            n->wrong[c] += yes != positive;
        }
    }
}

static double f1_of(const struct counts *n, int class)
{
    return f1_of_counts(n->tp[class], n->wrong[class], 0);
}

static double macro_f1(const struct counts *n, int k)
{
    double sum = 0;
    for (int c = 0; c < k; c++)
        sum += f1_of(n, c) / k;
    return sum;
}

/* How far one sample moves the class's F1. */
static double moves(const struct counts *n, int class, bool yes, bool positive)
{
    int all = 2 * n->tp[class] + n->wrong[class];
    if (!all || !(yes || positive))
        return 0;
    double own = yes && positive ? 2 : 0, size = yes && positive ? 2 : 1;
    return (own - f1_of(n, class) * size) / all;
}

static double standard_error(const struct tune_part *p, const struct labels *a,
                             const struct labels *b, const struct counts *in_a,
                             const struct counts *in_b)
{
    int k = p->ranked->k;
    double squares = 0;
    for (int i = 0; i < p->ranked->n; i++) {
        double sum = 0;
        for (int c = 0; p->weight[i] && c < k; c++) {
            bool positive = labels_has(&p->ranked->scores->truth[i], c);
            sum += moves(in_a, c, labels_has(&a[i], c), positive) -
                   moves(in_b, c, labels_has(&b[i], c), positive);
        }
        squares += sum * sum / k / k;
    }
    return sqrt(squares);
}

static void predict_held(const struct tune_part *p, struct tune_part_space *s, int held)
{
    const struct scores *scores = p->ranked->scores;
    for (int i = 0; i < scores->n; i++)
        for (int m = 0; s->inner_fold[i] == held && m < THRESHOLD_BEST; m++)
            s->predicted[m][i] = f1_predict_row(scores->p + (size_t)i * (size_t)scores->k,
                                                s->inner_cuts[m], scores->k, -1);
}

static void predict_all(const struct tune_part *p, struct tune_part_space *s)
{
    int draws = p->draws / DRAWS_PER_INNER;
    struct rng rng = rng_stream(p->seed, RNG_TUNE, 0, TUNE_PART_INNER);
    tune_part_prepare(p, s);
    tune_part_deal(p, s, &rng, TUNE_PART_FOLDS, s->inner_fold);
    for (int held = 0; held < TUNE_PART_FOLDS; held++) {
        struct tune_part part;
        for (int i = 0; i < p->ranked->n; i++)
            s->inner[i] = p->weight[i] && s->inner_fold[i] != held;
        tune_part_init(&part, p->ranked, s->inner, p->seed, draws > 1 ? draws : 2);
        tune_fit(&part, s, (1U << THRESHOLD_BEST) - 1, s->inner_cuts);
        predict_held(p, s, held);
    }
}

enum threshold_method tune_best_choose(const struct tune_part *p, struct tune_part_space *s)
{
    struct counts consensus, other;
    enum threshold_method best = THRESHOLD_CONSENSUS;
    double most = ROUNDING;
    predict_all(p, s);
    count(p, s->predicted[THRESHOLD_CONSENSUS], &consensus);
    for (int m = 0; m < THRESHOLD_BEST; m++) {
        if (m == THRESHOLD_CONSENSUS)
            continue;
        count(p, s->predicted[m], &other);
        double gain = macro_f1(&other, p->ranked->k) - macro_f1(&consensus, p->ranked->k);
        if (gain > most &&
            gain > standard_error(p, s->predicted[m], s->predicted[THRESHOLD_CONSENSUS], &other,
                                  &consensus)) {
            best = (enum threshold_method)m;
            most = gain;
        }
    }
    return best;
}
