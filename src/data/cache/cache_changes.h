/* Which samples of a cache were made from other files than there are now. Private to data/. */
#ifndef DATA_CACHE_CHANGES_H
#define DATA_CACHE_CHANGES_H

#include "cache_build.h"
#include "image/source.h"

enum cache_change {
    CACHE_CHANGE_NONE,
    CACHE_CHANGE_DOUBT,   /* sizes or times of its files are others */
    CACHE_CHANGE_TOUCHED, /* the files hold what they held */
    CACHE_CHANGE_REAL,
    CACHE_CHANGE_GONE /* files are not there any more */
};

/* Compare sizes and times of all good rows, with all workers; returns how many are in doubt. Rows
 * whose files are gone (an archived data set) are not: their pixels stay. */
int cache_changes_find(const struct source *s, const struct cache_entry *entries, int n,
                       struct workers *workers, unsigned char *change /* [n] */);

/* Settle every doubt by the content of the files. The entries of touched rows are brought up to
 * date in memory. `b` as for cache_build_rows. ERR_CANCELLED, ERR_NOMEM. */
int cache_changes_settle(struct cache_build *b, unsigned char *change /* [n] */, struct err *e);

/* "3 samples: s01, s02, s03" of those with this change. */
int cache_changes_text(const struct index *x, const unsigned char *change, enum cache_change of,
                       char *out, size_t size);

#endif
