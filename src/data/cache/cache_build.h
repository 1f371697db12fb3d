/* Filling a cache: decode, resize, write. Private to data/. */
#ifndef DATA_CACHE_BUILD_H
#define DATA_CACHE_BUILD_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/workers.h"
#include "cache_file.h"
#include "data/index.h"

struct cache_build {
    struct cache_file *file; /* writable, locked */
    const struct index *index;
    struct cache_entry *entries; /* [n], brought up to date */
    struct workers *workers;     /* may be NULL */
    cache_progress *progress;    /* may be NULL */
    void *context;
    atomic_bool *cancel; /* may be NULL */
};

/* Build rows todo[count]. On an error or ERR_CANCELLED what was built stays. */
int cache_build_rows(struct cache_build *b, const int *todo, int count, struct err *e);

#endif
