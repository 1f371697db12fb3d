/* Rows about what happened to a run besides its epochs: paused, gone on, rate changed, checkpoint
 * asked for, handed over. Values; lists are given to the caller: free() them. */
#ifndef STORE_EVENT_ROWS_H
#define STORE_EVENT_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct event_row {
    int64_t at_ms;  /* since 1970 UTC */
    int64_t step;   /* steps done by then */
    int64_t number; /* set when read: events happened in this order, whatever the clock said */
    char kind[16];  /* as events.h lists them */
    double value;   /* NaN: none */
    char detail[160];
};

/* The same event told twice is one. */
int event_rows_put(struct store *s, const char *run_uuid, const struct event_row *row,
                   struct err *e);
int event_rows_list(struct store *s, int64_t run_id, struct event_row **rows, int *n,
                    struct err *e); /* oldest first */

#endif
