/* The ids of a cache's rows, in a file beside it: after the table has lost or gained samples, rows
 * of the others are found again. Private to data/. */
#ifndef DATA_CACHE_IDS_H
#define DATA_CACHE_IDS_H

#include <stdint.h>

#include "base/err.h"
#include "data/index.h"

/* Of these ids [n] with the stains and file names of `x`: what a cache is known by. */
uint64_t cache_ids_fingerprint(const struct index *x, const char *const *ids, int n);

/* For the cache at `path`, whose rows are those of `x`. */
int cache_ids_save(const char *path, const struct index *x, struct err *e);

/* Which row of the cache at `path`, of `n` rows and this fingerprint, holds each sample of `x`; -1:
 * none. ERR_NOINPUT, ERR_DATA: its list of ids is not there, or is of another cache. */
int cache_ids_match(const char *path, uint64_t fingerprint, int n, const struct index *x,
                    int *from /* [x->n] */, struct err *e);

#endif
