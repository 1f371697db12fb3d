/* A cache of a small data set, and what tests look at in it. */
#ifndef TESTS_DATA_TINY_CACHE_H
#define TESTS_DATA_TINY_CACHE_H

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "data/cache.h"
#include "data/tiny_set.h"
#include "logged.h"
#include "test.h"

enum { N = 12, HEADER = 4096, ENTRY = 256, SAMPLE_MAX = 4 * TINY_SIDE * TINY_SIDE };

static inline struct cache *open_cache(struct tiny_set *t, int size, struct err *e)
{
    err_clear(e);
    return cache_open(t->cache, &t->x, size, NULL, NULL, NULL, NULL, e);
}

static inline struct cache *open_good(struct tiny_set *t, int size)
{
    struct err e;
    struct cache *c = open_cache(t, size, &e);
    if (!c)
        fail_msg("cache_open: %s", e.text);
    return c;
}

static inline void check_row(struct cache *c, int row, int channels)
{
    struct err e = {0};
    uint8_t pixels[SAMPLE_MAX];
    if (cache_read(c, row, pixels, &e))
        fail_msg("row %d: %s", row, e.text);
    for (int ch = 0; ch < channels; ch++)
        for (int y = 0; y < TINY_SIDE; y++)
            for (int x = 0; x < TINY_SIDE; x++)
                assert_int_equal(pixels[(ch * TINY_SIDE + y) * TINY_SIDE + x],
                                 tiny_pixel(row, ch, y, x));
}

static inline ino_t inode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_ino;
}

struct watch {
    atomic_bool cancel;
    int calls, least_done, last_done, total;
    int stop_at; /* cancel, or die when `deadly`, once so many are done; -1: never */
    bool deadly;
};

static inline void watch_progress(void *context, int done, int total, uint64_t source_bytes)
{
    struct watch *w = context;
    (void)source_bytes;
    if (w->calls++ == 0 || done < w->least_done)
        w->least_done = done;
    w->last_done = done;
    w->total = total;
    if (w->stop_at >= 0 && done >= w->stop_at) {
        if (w->deadly)
            raise(SIGKILL);
        atomic_store(&w->cancel, true);
    }
}

/* How many descriptors are open. */
static inline int tiny_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

#endif
