/* The store: one SQLite database in the work folder. The only door to sqlite3.
 *
 * Rollback journal (TRUNCATE), synchronous FULL, foreign keys, STRICT tables, busy timeout. Opening
 * for reading opens writable once first, so that a hot journal of a killed process is rolled back.
 * A handle belongs to one thread at a time. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>

#include "base/err.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* Open `path`, creating and migrating it as needed (a backup copy PATH.v<N>.bak is made before a
 * migration). A reader can open what may not be written: read as it is where that is possible, else
 * (a hot journal, an older schema, no file) a copy in memory, which does not see later changes; the
 * file stays untouched. ERR_DATA: not ours (application_id) or of a newer program; ERR_LOCKED;
 * ERR_IO. */
struct store *store_open(const char *path, enum store_mode mode, struct err *e);
void store_close(struct store *s);
/* Whether a store that is there may only be read: permissions, or where it is mounted. */
bool store_is_read_only(const char *path);

/* A transaction around several row calls; store_end commits when `ok`, else rolls back. */
int store_begin(struct store *s, struct err *e);
int store_end(struct store *s, int ok, struct err *e);

#endif
