/* The report: what a vector of cuts makes of a table of scores, per class and in one figure.
 *
 * Macro F1 is the mean of the classes' F1 (never of the samples'), an undefined class counting 0 as
 * the competition does. Pure; any thread. */
#include "metric/f1.h"

#include <string.h>

#include "base/float32.h"
#include "metric/ranking.h"

double f1_of_counts(int tp, int fp, int fn)
{
    double all = 2.0 * tp + fp + fn;
    return all > 0 ? 2.0 * tp / all : 0;
}

static double ratio(int part, int whole)
{
    return whole ? (double)part / whole : 0;
}

static void count_class(const struct scores *s, int class, double cut, struct class_report *c)
{
    c->cut = cut;
    for (int i = 0; i < s->n; i++) {
        bool predicted = float32_reaches(s->p[(size_t)i * (size_t)s->k + (size_t) class], cut);
        bool positive = labels_has(&s->truth[i], class);
        c->tp += predicted && positive;
        c->fp += predicted && !positive;
        c->fn += !predicted && positive;
    }
    c->support = c->tp + c->fn;
    c->precision = ratio(c->tp, c->tp + c->fp);
    c->recall = ratio(c->tp, c->support);
    c->f1 = f1_of_counts(c->tp, c->fp, c->fn);
}

static void sum_up(struct report *r)
{
    int tp = 0, fp = 0, fn = 0;
    double sum = 0;
    for (int class = 0; class < r->k; class ++) {
        const struct class_report *c = &r->classes[class];
        tp += c->tp;
        fp += c->fp;
        fn += c->fn;
        sum += c->f1;
    }
    r->macro_f1 = sum / r->k;
    r->micro_f1 = f1_of_counts(tp, fp, fn);
}

int f1_report(const struct scores *s, const double *cuts, struct report *out, struct err *e)
{
    if (scores_check(s, e))
        return -1;
    memset(out, 0, sizeof *out);
    out->n = s->n;
    out->k = s->k;
    for (int class = 0; class < s->k; class ++) {
        struct class_report *c = &out->classes[class];
        count_class(s, class, cuts[class], c);
        if (ranking_class(s, class, &c->ap, &c->auc, e))
            return -1;
    }
    sum_up(out);
    return 0;
}

static int largest(const float *p, int k)
{
    int best = 0;
    for (int class = 1; class < k; class ++)
        if (p[class] > p[best])
            best = class;
    return best;
}

struct labels f1_predict_row(const float *p, const double *cuts, int k, int empty_row)
{
    struct labels set = {{0, 0}};
    for (int class = 0; class < k; class ++)
        if (float32_reaches(p[class], cuts[class]))
            labels_add(&set, class);
    if (empty_row != -1 && labels_count(&set) == 0)
        labels_add(&set, empty_row == -2 ? largest(p, k) : empty_row);
    return set;
}
