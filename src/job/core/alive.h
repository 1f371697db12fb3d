/* Whether a run is being trained right now, as far as can be told from here. Its trainer holds the
 * lock runs/NAME/lock as long as it lives, so no process id that the system has given to another
 * process can be mistaken for it. A trainer under another kernel (another host, or this one before
 * a restart) may hold a lock that is not seen here: then its heartbeat counts. Any thread. */
#ifndef JOB_ALIVE_H
#define JOB_ALIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "store/run_rows.h"

enum alive {
    ALIVE_NO,
    ALIVE_YES,
    ALIVE_SILENT /* on another host that was not heard of for two minutes: it may be either */
};

/* `database` is the store that `row` was read from; runs/ is in the same folder. */
enum alive alive_state(const char *database, const struct run_row *row);
/* ALIVE_YES; a run that was not heard of is taken for ended. */
bool alive_run(const char *database, const struct run_row *row);
/* Of ALIVE_SILENT, for messages: who trains it, and when that was last heard of. */
void alive_unseen(const struct run_row *row, char *out, size_t size);
/* Does a process hold the lock of the run right now? */
bool alive_locked(const char *database, const char *name);
/* The trainer's sign of life for those who cannot see its lock. */
void alive_touch(const char *database, const char *name);

#endif
