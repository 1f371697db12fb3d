/* One prepared statement, bound by position and read by position. Errors stick: after a failed
 * open or bind everything does nothing and the closing call returns -1, so calls read as a list.
 *
 *     struct statement q;
 *     statement_open(&q, s, "UPDATE runs SET note = ? WHERE uuid = ?", e);
 *     statement_text(&q, note), statement_text(&q, uuid);
 *     return statement_end(&q, e); */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct store {
    sqlite3 *db;
    char *path;
    enum store_mode mode;
    int depth;      /* open transactions, the outer one and savepoints */
    int last_error; /* SQLite's code of the last failure, 0 none */
    int last_errno; /* the system's behind it, 0 none or not known */
};

struct statement {
    struct store *s;
    sqlite3_stmt *st; /* NULL after a failure */
    int bound;
    bool unbound; /* a value did not fit into memory */
};

void statement_open(struct statement *q, struct store *s, const char *sql, struct err *e);
void statement_text(struct statement *q, const char *value); /* NULL: null; copied */
void statement_int(struct statement *q, int64_t value);
void statement_real(struct statement *q, double value); /* NaN: null */

/* The next row: 1, after the last 0, on failure -1. */
int statement_next(struct statement *q, struct err *e);
void statement_get_text(struct statement *q, int column, char *out, size_t size);
char *statement_get_copy(struct statement *q, int column); /* free() it */
int64_t statement_get_int(struct statement *q, int column);
double statement_get_real(struct statement *q, int column); /* null: NaN */

/* Make ready for new values; returns 0. */
int statement_reset(struct statement *q);
/* Run once and make ready for new values. */
int statement_again(struct statement *q, struct err *e);
/* Run once and close. */
int statement_end(struct statement *q, struct err *e);
void statement_close(struct statement *q);

/* Run, read every row with `read` into a list of items of `size` bytes (free() it), and close. */
typedef void statement_read(struct statement *q, void *item);
int statement_list(struct statement *q, statement_read *read, size_t size, void **list, int *n,
                   struct err *e);

/* A statement without values; several, separated by semicolons, are run in order. */
int statement_do(struct store *s, const char *sql, struct err *e);
/* The one number that `sql` gives. */
int statement_number(struct store *s, const char *sql, int64_t *out, struct err *e);

/* Turn the failure just met into an error and remember its code. Returns -1. */
int statement_fail(struct store *s, struct err *e);
/* Was the last failure one that goes away by waiting: locked, full, unreachable? */
bool statement_may_pass(const struct store *s);

#endif
