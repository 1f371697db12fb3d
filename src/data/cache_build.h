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

/* Is a bad sample worth another look: did its planes change, or was the trouble not in them? */
bool cache_build_worth_retry(const struct index *x, int row, const struct cache_entry *entry);

/* Are the planes of a good sample there, but others than those it was made from? */
bool cache_build_outdated(const struct index *x, int row, const struct cache_entry *entry);

/* The pixels of a row from its files, [channels, size, size]. */
int cache_build_pixels(const struct index *x, int row, int size, uint8_t *pixels, struct err *e);

/* Build rows todo[count]. On an error or ERR_CANCELLED what was built stays. */
int cache_build_rows(struct cache_build *b, const int *todo, int count, struct err *e);

#endif
