/* The cache as the rest of the program sees it. Opening finds the file and builds what is missing;
 * from then on everything is read-only, so rows may be read on any thread. They are read, never
 * mapped: a mapped file that is cut short under its reader ends the process.
 *
 * A complete cache is opened without the builder's lock: any number of processes train from it,
 * also from a folder they cannot write. */
#include "data/cache.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cache_adopt.h"
#include "cache_build.h"
#include "cache_changes.h"
#include "cache_file.h"
#include "cache_ids.h"
#include "image/source.h"

struct cache {
    struct cache_file file;
    struct cache_entry *entries; /* [n] */
    struct arena *arena;
    const char **ids; /* [n] */
    int bad;
};

/* How to build, for the functions below. */
struct opening {
    struct cache *cache;
    struct cache_build build;
    struct source source;
    int *todo; /* [n] rows to build */
    int count, absent;
    unsigned char *change; /* [n] enum cache_change */
    int doubts;
};

static int check_arguments(const char *path, const struct index *x, int size, struct err *e)
{
    if (size < 1 || size > CACHE_SIDE_MAX)
        return err_set(e, ERR_USAGE, "a cache of %d pixels a side: 1 to %d are possible", size,
                       CACHE_SIDE_MAX);
    if (x->n < 1)
        return err_set(e, ERR_DATA, "there is no sample to put into the cache %s", path);
    if (x->channels < 1 || x->channels > INDEX_CHANNELS_MAX)
        return err_set(e, ERR_USAGE, "%d stains: 1 to %d are possible", x->channels,
                       INDEX_CHANNELS_MAX);
    if (strlen(path) >= FILE_PATH_MAX)
        return err_set(e, ERR_USAGE, "cache %.60s...: the path is too long", path);
    return 0;
}

/* Is a bad sample worth another look: did its planes change, or was the trouble not in them? */
static bool worth_retry(const struct opening *o, int row, const struct cache_entry *entry)
{
    struct source_stamp now;
    if (entry->source_stamp == 0)
        return true;
    source_look(&o->source, row, &now);
    return entry->source_stamp != now.file;
}

/* Read the table and list what there is to do. */
static int survey(struct opening *o, bool report, struct err *e)
{
    struct cache *c = o->cache;
    int damaged;
    if (cache_file_read_table(&c->file, c->entries, &damaged, e))
        return -1;
    if (damaged && report)
        log_warn("cache %s: %d damaged table entries; these samples are built again", c->file.path,
                 damaged);
    o->count = o->absent = 0;
    for (int row = 0; row < c->file.n; row++) {
        struct cache_entry *entry = &c->entries[row];
        bool absent = entry->state == CACHE_ABSENT;
        if (absent || (entry->state == CACHE_BAD && worth_retry(o, row, entry)))
            o->todo[o->count++] = row;
        o->absent += absent;
    }
    o->doubts = cache_changes_find(&o->source, c->entries, c->file.n, o->build.workers, o->change);
    return 0;
}

/* Without them only the next change of the list costs more. */
static void keep_ids(const struct opening *o)
{
    struct err e;
    if (cache_ids_save(o->cache->file.path, o->build.index, &e))
        log_warn("cache %s: its list of ids is not kept: %s", o->cache->file.path, e.text);
}

/* A cache of another list of samples: those of both stay. -1: there is nothing to be had from it.
 */
static int adopt(struct opening *o, struct err *e)
{
    struct cache_adopted what;
    struct cache_file *f = &o->cache->file;
    if (cache_adopt(f, o->build.index, o->build.cancel, &what, e))
        return -1;
    keep_ids(o);
    log_info("cache %s: it was made from other samples: %d are new, %d are gone, %d are taken over",
             f->path, what.missing, what.gone, what.taken);
    return 0;
}

/* Under the lock: what is there now, or a new file. */
static int find_or_create(struct opening *o, struct err *e)
{
    struct cache_file *f = &o->cache->file;
    char why[256], size[32];
    enum cache_found found = cache_file_find(f, true, why, e);
    if (found == CACHE_FOUND_ERROR)
        return -1;
    if (found == CACHE_FOUND_MATCH)
        return 0;
    if (found == CACHE_FOUND_STALE && !adopt(o, e))
        return 0;
    if (found == CACHE_FOUND_STALE && e->code == ERR_CANCELLED)
        return -1;
    if (found == CACHE_FOUND_STALE)
        log_info("cache %s is built anew: %s", f->path, why);
    text_bytes(cache_file_bytes(f->n, f->channels, f->size), size, sizeof size);
    log_info("cache %s: %d samples of %d x %d pixels take %s", f->path, f->n, f->size, f->size,
             size);
    if (cache_file_create(f, e))
        return -1;
    keep_ids(o);
    return 0;
}

/* The touched rows' entries get the times of today, or their files would be read every time. */
static int keep_touched(struct opening *o, struct err *e)
{
    struct cache *c = o->cache;
    for (int row = 0; row < c->file.n; row++)
        if (o->change[row] == CACHE_CHANGE_TOUCHED &&
            cache_file_put_entry(&c->file, row, &c->entries[row], e))
            return -1;
    return 0;
}

/* Rows that are to be built again become absent: in this file where nobody reads it, else in a
 * copy. */
static int clear_changed(struct opening *o, const int *rows, int n, struct err *e)
{
    struct cache *c = o->cache;
    int failed;
    if (cache_file_take(&c->file)) {
        failed = cache_file_put_absent(&c->file, rows, n, e);
    } else {
        bool *keep = mem_array((size_t)c->file.n, sizeof *keep, "row marks", e);
        for (int row = 0; keep && row < c->file.n; row++)
            keep[row] =
                c->entries[row].state != CACHE_ABSENT && o->change[row] != CACHE_CHANGE_REAL;
        failed = !keep || cache_file_copy(&c->file, c->entries, keep, e);
        free(keep);
    }
    for (int i = 0; i < n && !failed; i++)
        c->entries[rows[i]] = (struct cache_entry){0};
    return failed;
}

static void tell_changes(const struct opening *o)
{
    char text[640];
    if (cache_changes_text(o->build.index, o->change, CACHE_CHANGE_TOUCHED, text, sizeof text))
        log_info("cache %s: files with other times and the same content, nothing is built for "
                 "them: %s",
                 o->cache->file.path, text);
    if (cache_changes_text(o->build.index, o->change, CACHE_CHANGE_REAL, text, sizeof text))
        log_warn("cache %s: the images changed since it was built: %s. Their pixels are built "
                 "again",
                 o->cache->file.path, text);
}

/* What of the images changed is added to what there is to do. */
static int take_changes(struct opening *o, struct err *e)
{
    int first = o->count;
    if (cache_changes_settle(&o->build, o->change, e))
        return -1;
    tell_changes(o);
    for (int row = 0; row < o->cache->file.n; row++)
        if (o->change[row] == CACHE_CHANGE_REAL)
            o->todo[o->count++] = row;
    if (o->count > first && clear_changed(o, o->todo + first, o->count - first, e))
        return -1;
    return keep_touched(o, e);
}

static int build_missing(struct opening *o, struct err *e)
{
    if (find_or_create(o, e) || survey(o, true, e) || (o->doubts && take_changes(o, e)))
        return -1;
    int failed = o->count ? cache_build_rows(&o->build, o->todo, o->count, e) : 0;
    cache_file_hold(&o->cache->file);
    return failed;
}

/* Opens the file for reading: is it whole, but for samples that may be bad? */
static int look(struct opening *o, bool *whole, struct err *e)
{
    char why[256];
    enum cache_found found = cache_file_find(&o->cache->file, false, why, e);
    *whole = false;
    if (found == CACHE_FOUND_ERROR || (found == CACHE_FOUND_MATCH && survey(o, false, e)))
        return -1;
    *whole = found == CACHE_FOUND_MATCH && o->absent == 0;
    return 0;
}

static int only_look(struct opening *o, struct err *e)
{
    bool whole;
    if (look(o, &whole, e))
        return -1;
    if (whole && o->doubts == 0)
        return 0;
    return err_set(e, ERR_NOINPUT, "cache %s: %s", o->cache->file.path,
                   whole ? "images changed since it was built" : "is not complete");
}

/* Without the lock or the rights: a complete cache will do, but not with pixels of other images. */
static int do_without(struct opening *o, const struct err *why, struct err *e)
{
    bool whole;
    char text[640];
    if (look(o, &whole, e))
        return -1;
    if (!whole)
        return *e = *why, -1;
    if (o->doubts && cache_changes_settle(&o->build, o->change, e))
        return -1;
    if (cache_changes_text(o->build.index, o->change, CACHE_CHANGE_REAL, text, sizeof text))
        return err_set(e, why->code,
                       "cache %s: the images changed since it was built (%s), and it cannot be "
                       "brought up to date: %s",
                       o->cache->file.path, text, why->text);
    if (o->count)
        log_info("bad samples are not tried again: %s", why->text);
    return 0;
}

static void tell_gone(const struct opening *o)
{
    char text[640];
    if (cache_changes_text(o->build.index, o->change, CACHE_CHANGE_GONE, text, sizeof text))
        log_warn("cache %s: images are not there any more: %s. The pixels packed earlier are used",
                 o->cache->file.path, text);
}

/* Bring file and entries up to date. When only bad samples are left to try again, who cannot do
 * that (not the lock, not the rights, no images any more) goes on without. */
static int bring_up_to_date(struct opening *o, struct err *e)
{
    struct err why = {0}, unused;
    bool whole;
    e = e ? e : &unused;
    if (look(o, &whole, e))
        return -1;
    if (whole && o->count == 0 && o->doubts == 0)
        return 0;
    if (!cache_file_lock(&o->cache->file, &why) && !build_missing(o, &why))
        return 0;
    if (whole && why.code != ERR_CANCELLED)
        return do_without(o, &why, e);
    *e = why;
    return -1;
}

static int check_usable(struct cache *c, struct err *e)
{
    int first = -1;
    for (int row = 0; row < c->file.n; row++) {
        if (c->entries[row].state != CACHE_BAD)
            continue;
        c->bad++;
        first = first < 0 ? row : first;
    }
    if (c->bad == c->file.n)
        return err_set(e, ERR_DATA, "none of the %d samples can be read; the first: %s", c->bad,
                       c->entries[first].reason);
    return 0;
}

static int copy_ids(struct cache *c, const struct index *x, struct err *e)
{
    c->arena = arena_new();
    c->ids = mem_array((size_t)x->n, sizeof *c->ids, "sample ids", e);
    for (int row = 0; c->ids && row < x->n; row++) {
        c->ids[row] = arena_strdup(c->arena, x->ids[row], e);
        if (!c->ids[row])
            return -1;
    }
    return c->ids ? 0 : -1;
}

static int prepare_all(struct opening *o, struct err *e)
{
    if (bring_up_to_date(o, e))
        return -1;
    tell_gone(o);
    return 0;
}

static struct cache *cache_new(const char *path, const struct index *x, int size, struct err *e)
{
    struct cache *c = mem_array(1, sizeof *c, "cache", e);
    if (!c)
        return NULL;
    cache_file_init(&c->file, path, x->n, x->channels, size,
                    cache_ids_fingerprint(x, (const char *const *)x->ids, x->n));
    c->entries = mem_array((size_t)x->n, sizeof *c->entries, "cache table", e);
    if (c->entries && !copy_ids(c, x, e))
        return c;
    cache_close(c);
    return NULL;
}

typedef int preparation(struct opening *o, struct err *e);

static struct cache *open_prepared(struct cache *c, struct cache_build how, preparation *prepare,
                                   struct err *e)
{
    struct opening o = {.cache = c, .build = how};
    if (!c)
        return NULL;
    o.build.file = &c->file;
    o.build.entries = c->entries;
    o.todo = mem_array((size_t)c->file.n, sizeof *o.todo, "rows to build", e);
    o.change = o.todo ? mem_array((size_t)c->file.n, sizeof *o.change, "row marks", e) : NULL;
    source_open(&o.source, how.index);
    int failed = !o.change || prepare(&o, e) || check_usable(c, e);
    source_close(&o.source);
    free(o.change);
    free(o.todo);
    cache_file_unlock(&c->file);
    if (!failed)
        return c;
    cache_close(c);
    return NULL;
}

struct cache *cache_open(const char *path, const struct index *x, int size, struct workers *workers,
                         cache_progress *progress, void *context, atomic_bool *cancel,
                         struct err *e)
{
    struct cache *c = check_arguments(path, x, size, e) ? NULL : cache_new(path, x, size, e);
    struct cache_build how = {
        .index = x, .workers = workers, .progress = progress, .context = context, .cancel = cancel};
    return open_prepared(c, how, prepare_all, e);
}

struct cache *cache_look(const char *path, const struct index *x, int size, struct err *e)
{
    struct cache *c = check_arguments(path, x, size, e) ? NULL : cache_new(path, x, size, e);
    return open_prepared(c, (struct cache_build){.index = x}, only_look, e);
}

void cache_close(struct cache *c)
{
    if (!c)
        return;
    cache_file_fini(&c->file);
    arena_free(c->arena);
    free(c->ids);
    free(c->entries);
    free(c);
}

int cache_size(const struct cache *c)
{
    return c->file.size;
}

int cache_channels(const struct cache *c)
{
    return c->file.channels;
}

size_t cache_sample_bytes(const struct cache *c)
{
    return (size_t)cache_file_sample_bytes(&c->file);
}

enum cache_state cache_state(const struct cache *c, int row)
{
    return (enum cache_state)c->entries[row].state;
}

const char *cache_reason(const struct cache *c, int row)
{
    return c->entries[row].reason;
}

uint64_t cache_digest(const struct cache *c, int row)
{
    return c->entries[row].state == CACHE_GOOD ? c->entries[row].pixels : 0;
}

static int check_good(const struct cache *c, int row, struct err *e)
{
    assert(row >= 0 && row < c->file.n);
    const struct cache_entry *entry = &c->entries[row];
    if (entry->state == CACHE_GOOD)
        return 0;
    return err_set(e, ERR_DATA, "sample %s cannot be used: %s", c->ids[row], entry->reason);
}

static int check_digest(const struct cache *c, int row, const uint8_t *pixels, struct err *e)
{
    if (hash_bytes(pixels, cache_file_sample_bytes(&c->file)) == c->entries[row].pixels)
        return 0;
    return err_set(e, ERR_DATA,
                   "cache %s: sample %s: checksum differs; delete the file, it is built again",
                   c->file.path, c->ids[row]);
}

int cache_read(const struct cache *c, int row, uint8_t *out, struct err *e)
{
    if (check_good(c, row, e))
        return -1;
    if (cache_file_read_pixels(&c->file, row, out, e))
        return err_prefix(e, "sample %s: the cache went away (delete the file, it is built again)",
                          c->ids[row]);
    return check_digest(c, row, out, e);
}

int cache_from_files(const struct index *x, int row, int size, uint8_t *out, struct err *e)
{
    return source_pixels(x, row, size, out, NULL, NULL, e);
}
