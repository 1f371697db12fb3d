/* Whether planned memory fits under the limit of this process (limits.h). Any thread. */
#ifndef BASE_ROOM_H
#define BASE_ROOM_H

#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

struct room_plan {
    const char *who;  /* "run night" */
    const char *text; /* "321 MB: activations 300, ..." */
    uint64_t bytes;
    const char *lower; /* what helps, "lower train.batch (16)"; NULL: nothing but a higher limit */
};

/* ERR_NOMEM when there is less room than `bytes`: the message says what is planned, what is used
 * already, which limit it is and what helps. */
int room_fits(const struct room_plan *p, const struct limits_memory *limit, struct err *e);

/* "this process holds 20 MB already", or "350 MB are in use already, 20 MB of them by
 * this process". */
void room_used_text(const struct limits_memory *limit, char *out, int size);

/* Before `threads` threads take so many bytes each: do they fit under the limit of this process? */
int room_for_threads(const char *who, int threads, uint64_t bytes_each, struct err *e);

#endif
