/* Rows about marks: what a user found out about samples while looking at errors. */
#ifndef STORE_MARK_ROWS_H
#define STORE_MARK_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct mark_row {
    int64_t id;
    char sample[129], kind[24], note[256];
    char run[64]; /* whose errors showed it, "" none */
    int64_t made_ms;
};

/* Replaces the mark of the same sample and kind. */
int mark_rows_put(struct store *s, const struct mark_row *row, struct err *e);
/* The marks of a sample; `kind` "" all of them. Returns how many through `*n`. */
int mark_rows_remove(struct store *s, const char *sample, const char *kind, int *n, struct err *e);
/* Oldest first; free() the list. */
int mark_rows_list(struct store *s, struct mark_row **rows, int *n, struct err *e);

#endif
