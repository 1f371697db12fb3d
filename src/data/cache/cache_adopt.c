/* All pixels are on the disk before the first entry, as when a cache is built. What a row was made
 * from is in its entry, so whether its files changed is seen afterwards, as always. */
#include "cache_adopt.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cache_ids.h"

struct adoption {
    struct cache_file old, copy;
    struct cache_entry *entries; /* of the old file */
    int *from;                   /* [x->n] rows of the old file, -1: none */
    uint8_t *pixels;             /* of a row */
    const atomic_bool *cancel;
};

static int copy_pixels(const struct adoption *a, struct err *e)
{
    for (int row = 0; row < a->copy.n; row++) {
        int from = a->from[row];
        if (from < 0 || a->entries[from].state != CACHE_GOOD)
            continue;
        if (a->cancel && atomic_load(a->cancel))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        if (cache_file_read_pixels(&a->old, from, a->pixels, e) ||
            cache_file_put_pixels(&a->copy, row, a->pixels, e))
            return -1;
    }
    return cache_file_sync(&a->copy, e);
}

static int copy_entries(const struct adoption *a, struct cache_adopted *out, struct err *e)
{
    int found = 0;
    for (int row = 0; row < a->copy.n; row++) {
        int from = a->from[row];
        found += from >= 0;
        if (from < 0 || a->entries[from].state == CACHE_ABSENT)
            continue;
        struct cache_entry entry = a->entries[from];
        out->taken++;
        if (cache_file_put_entry(&a->copy, row, &entry, e))
            return -1;
    }
    out->missing = a->copy.n - found;
    out->gone = a->old.n - found;
    return cache_file_sync(&a->copy, e);
}

static int open_old(struct adoption *a, const struct cache_file *f, const struct index *x,
                    struct err *e)
{
    int damaged;
    if (cache_file_find_other(f, &a->old, e))
        return -1;
    a->entries = mem_array((size_t)a->old.n, sizeof *a->entries, "cache table", e);
    a->from = a->entries ? mem_array((size_t)f->n, sizeof *a->from, "rows of a cache", e) : NULL;
    a->pixels =
        a->from ? mem_array(1, (size_t)cache_file_sample_bytes(f), "pixels of a row", e) : NULL;
    return !a->pixels || cache_ids_match(f->path, a->old.fingerprint, a->old.n, x, a->from, e) ||
                   cache_file_read_table(&a->old, a->entries, &damaged, e)
               ? -1
               : 0;
}

int cache_adopt(struct cache_file *f, const struct index *x, const atomic_bool *cancel,
                struct cache_adopted *out, struct err *e)
{
    struct adoption a = {.cancel = cancel, .old = {.fd = -1, .lock_fd = -1}};
    *out = (struct cache_adopted){0};
    int failed = open_old(&a, f, x, e);
    if (!failed && !(failed = cache_file_create_beside(f, &a.copy, e))) {
        failed = copy_pixels(&a, e) || copy_entries(&a, out, e);
        failed = failed ? cache_file_drop(&a.copy) : cache_file_take_place(f, &a.copy, e);
    }
    cache_file_fini(&a.old);
    free(a.entries);
    free(a.from);
    free(a.pixels);
    return failed ? -1 : 0;
}
