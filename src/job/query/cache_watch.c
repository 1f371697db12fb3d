/* A file that did not serve is looked at again only when it has changed, and not at each write of
 * whoever builds it. */
#include "cache_watch.h"

#include "base/clock.h"

static const double LOOK_EVERY = 1; /* seconds, at a cache that is being built */

/* There is a file that is not known yet; *now is its state. */
static bool is_news(const struct cache_watch *w, const struct dataset *d, const char *path,
                    struct stat *now)
{
    if (stat(path, now))
        return false;
    bool other = now->st_ino != w->seen.st_ino || now->st_dev != w->seen.st_dev;
    bool grown = now->st_mtim.tv_sec != w->seen.st_mtim.tv_sec ||
                 now->st_mtim.tv_nsec != w->seen.st_mtim.tv_nsec;
    return other || (grown && !d->cache);
}

bool cache_watch_look(struct cache_watch *w, struct dataset *d, const struct work *work)
{
    char path[4096];
    struct stat now;
    int size = (int)conf_int(work->conf, CONF_TRAIN_SIZE);
    if (dataset_cache_path(d, work, size, path, NULL) || !is_news(w, d, path, &now) ||
        clock_seconds() < w->looked + LOOK_EVERY)
        return false;
    struct cache *before = d->cache;
    dataset_look_pixels(d, work, size);
    w->seen = now;
    w->looked = clock_seconds();
    if (d->cache)
        cache_close(before);
    else
        d->cache = before;
    return d->cache != before;
}
