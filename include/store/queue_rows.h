/* Rows about trainings that wait for their turn. A run of the queue gets its row among the runs
 * when it begins, under the same name; its row here goes when it has ended. */
#ifndef STORE_QUEUE_ROWS_H
#define STORE_QUEUE_ROWS_H

#include "store/run_rows.h"

struct queue_row {
    int64_t id; /* their order; set when read */
    char uuid[40], name[RUN_NAME_MAX];
    int64_t added_ms, begun_ms; /* begun 0: waits */
    int epochs;                 /* as configured */
    char *config;               /* JSON, owned by the row */
};
void queue_rows_free(struct queue_row *rows, int n);

/* All or none. ERR_LOCKED: a run or a waiting one has this name. */
int queue_rows_add(struct store *s, const struct queue_row *rows, int n, struct err *e);
/* First come, first served. */
int queue_rows_list(struct store *s, struct queue_row **rows, int *n, struct err *e);
int queue_rows_begin(struct store *s, const char *uuid, int64_t now_ms, struct err *e);
/* ERR_NOINPUT: it was not there (any more). */
int queue_rows_remove(struct store *s, const char *uuid, struct err *e);

#endif
