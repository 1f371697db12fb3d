/* Cuts (thresholds) per class: the exact optimum, and a table that answers "what if the cut were
 * here" in O(log n), for live sliders.
 *
 * A cut is a float32 number, and a score >= cut is positive (base/float32.h). Between neighbouring
 * scores every cut is equal: the arithmetic middle of the best plateau is taken (ties: the widest;
 * below the smallest score half of it, above the largest the middle to 1). A class without
 * positives gets the neutral cut .5. Any thread; one owner. */
#ifndef METRIC_THRESHOLD_H
#define METRIC_THRESHOLD_H

#include <stdatomic.h>

#include "base/workers.h"
#include "metric/f1.h"
#include "metric/scores.h"

struct threshold_table; /* per class: scores sorted, positives counted from the top */

struct threshold_table *threshold_table_new(const struct scores *s, struct err *e);
void threshold_table_free(struct threshold_table *t);

struct threshold_counts {
    int support, n, tp, fp, fn;
    double f1, precision, recall;
};
struct threshold_counts threshold_at(const struct threshold_table *t, int class, double cut);
/* The exact best cut; `*f1` (may be NULL) gets its F1. */
double threshold_best(const struct threshold_table *t, int class, double *f1);
/* The middle between the next two distinct scores above (direction > 0) or below `cut`: the next
 * cut at which a count changes; `cut` itself when there is none. */
double threshold_step(const struct threshold_table *t, int class, double cut, int direction);
/* Mean of threshold_at(...).f1 over classes. */
double threshold_macro_f1(const struct threshold_table *t, const double *cuts /* [k] */);

/* The tune methods. `fixed` .5; `global` one cut for all classes; `exact` the optimum of each
 * class; `halves` exact cuts of repeated stratified halves, averaged; `proportion` as many
 * predicted as there are; `softf1` the optimum of F1 with soft predictions; `calibrated` Platt
 * scaling drawn towards one fit of all classes, then the cut of best expected F1; `consensus` the
 * mean of calibrated, proportion and bootstrapped exact cuts; `support` exact where there are more
 * than ten positives, else proportion; `best` consensus, unless another wins by more than its
 * standard error on held-out folds. Means are those of logits. All are deterministic. */
enum threshold_method {
    THRESHOLD_FIXED,
    THRESHOLD_GLOBAL,
    THRESHOLD_EXACT,
    THRESHOLD_HALVES,
    THRESHOLD_PROPORTION,
    THRESHOLD_SOFTF1,
    THRESHOLD_CALIBRATED,
    THRESHOLD_CONSENSUS,
    THRESHOLD_SUPPORT,
    THRESHOLD_BEST,
    THRESHOLD_METHODS
};
const char *threshold_choose_name(enum threshold_method method);
/* -1 and ERR_USAGE with all names for an unknown one. */
int threshold_choose_find(const char *name, struct err *e);

/* Cuts of a method by name into cuts[k]. ERR_USAGE, ERR_DATA, ERR_NOMEM. */
int threshold_choose(const char *method, const struct scores *s, double *cuts, struct err *e);
/* Of the `wanted` methods (bit m: method m) at once; `chosen` (may be NULL) gets what best took. */
int threshold_choose_all(const struct scores *s, unsigned wanted,
                         double cuts[THRESHOLD_METHODS][LABELS_MAX], enum threshold_method *chosen,
                         struct err *e);

/* Macro F1 the method reaches on held-out data: 5-fold cross-validation repeated `repeats` times
 * with `seed`, predictions of the folds pooled before F1 is computed once per class; mean and
 * standard deviation (of a sample; 0 for one repeat) over repeats. */
int threshold_held_out(const char *method, const struct scores *s, int repeats, uint64_t seed,
                       double *mean, double *std, struct err *e);
/* How many repeats an estimate of `n` samples gets, so that every command and the screen tell the
 * same figure, and in time. */
int threshold_held_out_repeats(int n);
struct threshold_estimate {
    double mean, std;
};
/* Of the `wanted` methods at once, on the same folds, with all workers (NULL: here). `cancel` may
 * be NULL; ERR_CANCELLED. */
int threshold_held_out_all(const struct scores *s, unsigned wanted, int repeats, uint64_t seed,
                           struct workers *workers, const atomic_bool *cancel,
                           struct threshold_estimate out[THRESHOLD_METHODS], struct err *e);

#endif
