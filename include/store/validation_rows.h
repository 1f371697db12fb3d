/* Rows about validations inside epochs (those at an epoch's end are its epoch row). */
#ifndef STORE_VALIDATION_ROWS_H
#define STORE_VALIDATION_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct validation_row {
    int64_t step; /* steps done since the run began */
    double val_loss;
    double macro_f1_half; /* at .5 */
    double macro_f1;      /* at its own exact best cuts (in-sample) */
};

/* Replaces the row of the same step. ERR_NOINPUT: no such run. */
int validation_rows_put(struct store *s, const char *run_uuid, const struct validation_row *row,
                        struct err *e);
/* Oldest first; free() the list. */
int validation_rows_list(struct store *s, int64_t run_id, struct validation_row **rows, int *n,
                         struct err *e);

#endif
