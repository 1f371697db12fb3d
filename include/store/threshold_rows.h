/* Rows about threshold sets: named vectors of cuts of a run, and the edits that led there (undo).
 * Lists are given to the caller: free() them.
 */
#ifndef STORE_THRESHOLD_ROWS_H
#define STORE_THRESHOLD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/labels.h"
#include "store/store.h"

struct threshold_set {
    int64_t id;
    char name[64], method[24]; /* name "current" is the one the sliders edit */
    int epoch;                 /* whose scores it was chosen on */
    int k;
    double cuts[LABELS_MAX];
    bool locked[LABELS_MAX];
    double macro_f1, held_out_f1, held_out_std; /* NaN when unknown */
    int64_t saved_ms;
};

struct threshold_edit {
    int64_t number; /* 1, 2, ... within the set */
    int class_index;
    double before, after;
};

/* Replaces the set of the same run and name. */
int threshold_set_put(struct store *s, const char *run_uuid, const struct threshold_set *set,
                      struct err *e);
/* The same, but only a set that was saved at `known_ms` is replaced: `replaced` false says that the
 * stored one is another, and that it stays. Where none is stored it is put. */
int threshold_set_replace(struct store *s, const char *run_uuid, const struct threshold_set *set,
                          int64_t known_ms, bool *replaced, struct err *e);
int threshold_set_get(struct store *s, const char *run_uuid, const char *name,
                      struct threshold_set *out, bool *found, struct err *e);
int threshold_set_list(struct store *s, const char *run_uuid, struct threshold_set **rows, int *n,
                       struct err *e);
/* Append an edit; edits with a number >= this one are removed first (redo is cut off). */
int threshold_edit_put(struct store *s, const char *run_uuid, const char *set_name,
                       const struct threshold_edit *edit, struct err *e);
int threshold_edit_list(struct store *s, const char *run_uuid, const char *set_name,
                        struct threshold_edit **rows, int *n, struct err *e);
/* How many of the edits are in force, given the cuts they led to: the most for which every edited
 * class stands at its last edit in force (or, without one, where its first edit began). */
int threshold_edit_position(const struct threshold_edit *edits, int n, const double *cuts);
/* The classes that somebody decided: locked, or moved by an edit in force. */
void threshold_edit_by_hand(const struct threshold_set *set, const struct threshold_edit *edits,
                            int n, bool by_hand[LABELS_MAX]);

#endif
