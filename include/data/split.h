/* Splits: which fold each sample belongs to, and how good that is.
 *
 * Methods: random (shuffle, deal evenly), iterative (Sechidis, Tsoumakas, Vlahavas 2011,
 * doi:10.1007/978-3-642-23808-6_10, order 1), iterative2 (Szymanski, Kajdanowicz 2017,
 * proceedings.mlr.press/v74, order 2: label pairs, too) and swap (that deal improved by local
 * search on label and pair counts). Pure functions of labels and plan; any thread. */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/labels.h"
#include "base/output.h"
#include "data/index.h"
#include "data/unmatched.h"

enum { SPLIT_FOLDS_MAX = 100, SPLIT_UNGROUPED = -1, SPLIT_NO_FOLD = -1 };

struct split_plan {
    const char *method; /* as in split.method */
    int folds;
    uint64_t seed;
    double val;       /* > 0: of two folds, fold 0 gets this fraction; 0: equal folds */
    const int *group; /* [n] samples of one group stay in one fold; SPLIT_UNGROUPED; or NULL */
};

/* The methods in order of effort, NULL after the last. */
const char *split_make_method(int i);

/* fold[n] gets 0..folds-1; without groups sizes are the wanted ones within one. ERR_USAGE. */
int split_make_plan(const struct split_plan *p, const struct labels *labels, int n, int k,
                    int *fold, struct err *e);

/* Measures as defined in the literature above; pairs: label pairs that occur at least once. A fold
 * in which every sample carries a label counts as if one did not (the odds stay finite). */
struct split_quality {
    double ld;                    /* label distribution, mean over occurring labels and folds */
    double ed;                    /* examples: mean |size - wanted size| */
    double lpd;                   /* the same as ld over label pairs that occur */
    int classes_missing;          /* (fold, class) with a class that occurs but not in that fold */
    double pairs_missing_percent; /* pairs without a positive in some fold, of those that occur */
    int sizes[SPLIT_FOLDS_MAX];
};
/* `val`: fold 0 should get this fraction of two folds; 0: equal ones. */
int split_measure_val(const struct labels *labels, int n, int k, const int *fold, int folds,
                      double val, struct split_quality *q, struct err *e);

/* Id,group tables: samples that are not in it, or whose group is empty, are SPLIT_UNGROUPED; ids of
 * others are counted in the log. ERR_NOINPUT, ERR_DATA. */
int split_groups_load(const char *path, const struct index *x, int *group /* [n] */, struct err *e);

/* Id,fold tables. ERR_CREATE, ERR_IO. */
int split_save_csv(const char *path, enum output_mode mode, const char *const *ids, const int *fold,
                   int n, struct err *e);
/* Needs every id of the index exactly once, in any order; `*folds` becomes the largest fold + 1.
 * Unknown, repeated and missing ids are named; ids that data.exclude leaves out may be there.
 * ERR_NOINPUT, ERR_DATA. */
int split_load_csv(const char *path, const struct index *x, int *fold /* [n] */, int *folds,
                   struct err *e);
/* The same for an index that is another today: ids of samples that are gone are listed, and samples
 * that came later, which get SPLIT_NO_FOLD. */
int split_load_known(const char *path, const struct index *x, int *fold /* [n] */, int *folds,
                     struct unmatched *gone, struct unmatched *fresh, struct err *e);

#endif
