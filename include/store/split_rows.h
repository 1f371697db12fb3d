/* Rows about splits: the fold of every sample, found again by (fingerprint, method, folds, seed).
 */
#ifndef STORE_SPLIT_ROWS_H
#define STORE_SPLIT_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct split_row {
    int64_t id;
    char fingerprint[20], method[24];
    int folds;
    int64_t seed;
    int n;
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

#endif
