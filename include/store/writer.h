/* The writer: a thread that owns the one writing handle and a queue of row operations.
 *
 * A submit copies its data and returns at once; training never waits for the disk. An operation
 * that fails because the disk is full or the file locked stays at the head and is tried again (the
 * log says so once, and once more when it worked); one that fails for another reason, tried again
 * with a new handle, is logged, dropped and counted as lost. */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

struct writer;

/* Applies one operation in the writer's thread; `data` is the copy made by writer_submit. */
typedef int writer_apply(struct store *s, void *data, struct err *e);

/* Opens (and migrates) the store now, so that a foreign or newer one is reported at once. */
struct writer *writer_new(const char *path, struct err *e);
/* Tries for at most `seconds` to write what waits. -1: rows were lost since the writer was made;
 * `e` says which and how they come back, NULL: the log does. */
int writer_free(struct writer *w, double seconds, struct err *e);

/* `what` is a constant that names the row in messages: "epoch". `release` (may be NULL) frees what
 * the copy points to after the operation is done or dropped. */
void writer_submit(struct writer *w, const char *what, writer_apply *apply, const void *data,
                   size_t size, void (*release)(void *data));
/* Wait until all that was submitted before is written, at most `seconds`; false when not. */
bool writer_flush(struct writer *w, double seconds);
int writer_waiting(struct writer *w);                   /* operations not yet written */
bool writer_trouble(struct writer *w, struct err *out); /* is the head being retried, and why */

#endif
