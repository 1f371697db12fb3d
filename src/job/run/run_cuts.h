/* The cuts that a run's scores are looked at with. */
#ifndef JOB_RUN_CUTS_H
#define JOB_RUN_CUTS_H

#include "base/output.h"
#include "run_scores.h"
#include "store/threshold_rows.h"

struct run_cuts {
    double cuts[LABELS_MAX];
    int epoch;                /* whose scores they were made on */
    bool by_hand[LABELS_MAX]; /* decided by somebody, not by a method */
};

/* A set in the store; `*found` false when there is none (no store, run or set). ERR_DATA when it is
 * of another number of classes. */
int run_cuts_stored(const struct work *w, const char *run, const char *set_name, int k,
                    struct run_cuts *out, bool *found, struct err *e);
/* The set "current" was made on older scores than those of `epoch`: what somebody decided stays,
 * the other classes get `fresh` [k], which tune.method chooses on these. As the sliders do, whose
 * set this is. The log says so. */
void run_cuts_renew(struct run_cuts *c, const double *fresh, int k, int epoch, const char *run,
                    const char *method);

/* The set of this name (NULL: "current"), else chosen by tune.method on the run's scores; `set`
 * gets where they came from. ERR_NOINPUT when a named set is not there. */
int run_cuts_find(const struct work *w, const struct run_scores *run, const char *set_name,
                  double *cuts, char set[64], struct err *e);

/* A flag that says tune.method is not silently dropped where a stored set counts more. */
void run_cuts_tell_unused(const struct conf *c, const char *run, const char *set_name);

/* May a set be called so? ERR_USAGE. */
int run_cuts_check_name(const char *name, struct err *e);
/* May a set of this name be stored? ERR_CREATE: the run has one, and `mode` is OUTPUT_NEW. */
int run_cuts_check_free(const struct work *w, const char *run, const char *name,
                        enum output_mode mode, struct err *e);
/* What happens to the set "current" of `s` when it becomes `cuts`: an edit for every class that
 * moves, as if the sliders had done it. Returns how many. -1. */
int run_cuts_moves(const struct work *w, const struct run_scores *s, const double *cuts,
                   struct threshold_edit out[LABELS_MAX], struct err *e);
/* Store a set of a run with `n` more edits, and wait until it is written. ERR_LOCKED. */
int run_cuts_save(struct work *w, const char *uuid, const struct threshold_set *set,
                  const struct threshold_edit *edits, int n, struct err *e);

#endif
