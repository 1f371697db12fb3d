/* A cache that a training or another process may build while somebody looks at the pictures. One
 * thread. */
#ifndef JOB_CACHE_WATCH_H
#define JOB_CACHE_WATCH_H

#include <stdbool.h>
#include <sys/stat.h>

#include "job/dataset.h"

/* Zeroed to begin with. */
struct cache_watch {
    struct stat seen; /* of the cache's file, when it was looked at last */
    double looked;    /* clock_seconds */
};

/* Opens the cache of this data once there is one, and another one that has taken its place; cheap
 * when nothing has changed. True: d->cache is another one than before, which is closed. */
bool cache_watch_look(struct cache_watch *w, struct dataset *d, const struct work *work);

#endif
