/* Rows about splits: the fold of every sample, found again by (fingerprint, method, folds, seed),
 * and which split is the current one, that every new training uses. */
#ifndef STORE_SPLIT_ROWS_H
#define STORE_SPLIT_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct split_row {
    int64_t id;
    char fingerprint[20], method[24]; /* method: with a digest of val, groups or source, if any */
    int folds;
    int64_t seed;
    int n;
    /* What it was made from, for messages and comparisons; not part of its key. */
    char val[32];                           /* fraction of fold 0, "" when folds are equal */
    char groups_file[512], groups_hash[20]; /* the table of groups and its content, or "" */
    char source[512];                       /* the Id,fold table it was taken from, or "" */
};

struct split_current {
    struct split_row split;
    int fold; /* validates unless a setting says otherwise */
    /* Settings of files and environment that the flags of `hpa split` overruled: a line
     * "split.folds=3\n" for each. */
    char overruled[1024];
    int64_t made_ms;
};

/* Sets r->id; the folds of a split that is there already are replaced. */
int split_rows_put(struct store *s, struct split_row *r, const char *const *ids, const int *fold,
                   struct err *e);
/* ERR_NONE and *found 0 when there is none. fold[n] in the order of `ids`; sets r->id. ERR_DATA
 * when the stored split does not hold exactly these samples. */
int split_rows_get(struct store *s, struct split_row *r, const char *const *ids, int *fold,
                   int *found, struct err *e);

/* The id alone: sets r->id, *found 0 when there is none. */
int split_rows_find(struct store *s, struct split_row *r, int *found, struct err *e);

/* All of a split by its id; *found 0 when there is none. */
int split_rows_by_id(struct store *s, int64_t id, struct split_row *r, int *found, struct err *e);
/* Folds of a stored split: fold[n] in the order of `ids`, -1 for a sample that it does not hold. */
int split_rows_folds(struct store *s, const struct split_row *r, const char *const *ids, int n,
                     int *fold, struct err *e);

/* Make a split that is in the store (by its key) the current one, in place of any other. */
int split_rows_set_current(struct store *s, const struct split_current *c, struct err *e);
/* *found 0 when no split is current yet. */
int split_rows_current(struct store *s, struct split_current *c, int *found, struct err *e);

#endif
