/* A cache of other samples: the rows that both have are taken over. Private to data/. */
#ifndef DATA_CACHE_ADOPT_H
#define DATA_CACHE_ADOPT_H

#include <stdatomic.h>

#include "cache_file.h"
#include "data/index.h"

struct cache_adopted {
    int taken, missing, gone; /* rows of both; of the new one alone; of the old one alone */
};

/* Puts a cache for `x` in place of the one at the path of `f`, which has the same stains, file
 * names and size but other samples. What there was stays until it is complete. Needs the lock.
 * ERR_NOINPUT and ERR_DATA: it cannot be used. ERR_CANCELLED, ERR_IO. */
int cache_adopt(struct cache_file *f, const struct index *x, const atomic_bool *cancel,
                struct cache_adopted *out, struct err *e);

#endif
