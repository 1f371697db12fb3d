/* The order in which the runs of a work folder were begun. Clocks of hosts differ and are
 * corrected, so every run gets a number that is higher than those before it; it is kept in the
 * store, in the run's record and in its checkpoints. */
#ifndef JOB_SEQUENCE_H
#define JOB_SEQUENCE_H

#include <stdint.h>

#include "job/work.h"

/* One more than the highest of all runs, of those in the store and of those whose folder is there.
 * Two runs that begin at the same moment may get the same number. */
int64_t sequence_next(const struct work *w);
/* Of the run with this uuid in the store, 0 when it is not known. */
int64_t sequence_stored(const struct work *w, const char *uuid);

#endif
