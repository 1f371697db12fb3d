/* Cuts (thresholds) per class: the exact optimum, and a table that answers "what if the cut were
 * here" in O(log n), for live sliders.
 *
 * A score >= cut is positive. Between neighbouring scores every cut is equal: the arithmetic middle
 * of the best plateau is taken (ties: the widest; below the smallest score half of it, above the
 * largest the middle to 1). A class without positives gets the neutral cut .5. Any thread; one
 * owner. */
#ifndef METRIC_THRESHOLD_H
#define METRIC_THRESHOLD_H

#include "metric/f1.h"
#include "metric/scores.h"

struct threshold_table; /* per class: scores sorted, positives counted from the top */

struct threshold_table *threshold_table_new(const struct scores *s, struct err *e);
void threshold_table_free(struct threshold_table *t);
int threshold_table_classes(const struct threshold_table *t);

struct threshold_counts {
    int support, n, tp, fp, fn;
    double f1, precision, recall;
};
struct threshold_counts threshold_at(const struct threshold_table *t, int class, double cut);
/* The exact best cut; `*f1` (may be NULL) gets its F1. */
double threshold_best(const struct threshold_table *t, int class, double *f1);
/* One cut for all classes that maximises macro F1; -1 and ERR_NOMEM when it does not fit. */
double threshold_best_global(const struct threshold_table *t, struct err *e);
/* The middle between the next two distinct scores above (direction > 0) or below `cut`: the next
 * cut at which a count changes; `cut` itself when there is none. */
double threshold_step(const struct threshold_table *t, int class, double cut, int direction);
/* Mean of threshold_at(...).f1 over classes. */
double threshold_macro_f1(const struct threshold_table *t, const double *cuts /* [k] */);

/* A tune method by name (fixed, global, exact): cuts[k]. ERR_USAGE for an unknown name. */
int threshold_choose(const char *method, const struct scores *s, double *cuts, struct err *e);
/* Macro F1 the method reaches on held-out data: 5-fold cross-validation repeated `repeats` times
 * with `seed`, predictions of the folds pooled before F1 is computed once per class; mean and
 * standard deviation (of a sample; 0 for one repeat) over repeats. */
int threshold_held_out(const char *method, const struct scores *s, int repeats, uint64_t seed,
                       double *mean, double *std, struct err *e);

#endif
