/* Rows about requests: what other processes ask of the trainer of a run, and its answers. A row is
 * asked, taken by the trainer, and answered when it was carried out. Values; lists are given to the
 * caller: free() them. Times are milliseconds since 1970 UTC, 0: not yet. */
#ifndef STORE_REQUEST_ROWS_H
#define STORE_REQUEST_ROWS_H

#include <stdint.h>

#include "store/store.h"

struct request_row {
    int64_t id;    /* set by request_rows_ask */
    char kind[16]; /* as control_kind_name gives it */
    double value;  /* NaN: none */
    int64_t asked_ms;
    char host[64]; /* who asked */
    int pid;
    int64_t taken_ms, answered_ms;
    char answer[256];
};

int request_rows_ask(struct store *s, const char *run_uuid, struct request_row *r, struct err *e);
/* ERR_NOINPUT: the run was removed, and its requests with it. */
int request_rows_get(struct store *s, int64_t id, struct request_row *out, struct err *e);
/* Those of a run that its trainer has not taken yet, oldest first. */
int request_rows_new(struct store *s, const char *run_uuid, struct request_row **rows, int *n,
                     struct err *e);
int request_rows_take(struct store *s, int64_t id, int64_t now_ms, struct err *e);
int request_rows_answer(struct store *s, int64_t id, const char *answer, int64_t now_ms,
                        struct err *e);
/* Answer all of a run that have no answer yet: its trainer begins, or ends. */
int request_rows_answer_rest(struct store *s, const char *run_uuid, const char *answer,
                             int64_t now_ms, struct err *e);

#endif
