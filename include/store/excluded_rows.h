/* Samples that a run left out because they could not be read. */
#ifndef STORE_EXCLUDED_ROWS_H
#define STORE_EXCLUDED_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct excluded_row {
    char sample[132];
    char reason[256];
};

/* Replaces what is stored of the run. ERR_DATA: no such run. */
int excluded_rows_put(struct store *s, const char *uuid, const struct excluded_row *rows, int n,
                      struct err *e);
/* In order of their ids; free() the list. */
int excluded_rows_list(struct store *s, const char *uuid, struct excluded_row **rows, int *n,
                       struct err *e);

#endif
