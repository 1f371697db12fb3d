/* Filling a cache with all workers. The rows go in chunks of about a third of a second: workers
 * decode, resize and write pixels; then the building thread syncs them, and only then writes their
 * table entries. So a crash at any moment leaves complete samples and absent ones, and cancelling
 * and progress have a place that no worker needs to know.
 *
 * A sample whose planes cannot be used becomes bad with its reason; only trouble of our own (disk,
 * memory) ends the build. */
#include "cache_build.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "image/source.h"

enum { CHUNK_FIRST = 16, CHUNK_MAX = 1024 };

struct chunk {
    struct cache_build *build;
    const int *rows;
    struct cache_entry made[CHUNK_MAX]; /* of each row; state absent: not done */
    uint8_t *scratch;                   /* [workers][sample] */
    struct err *trouble;                /* [workers] what ends the build, ERR_NONE mostly */
    struct source source;
    bool *again; /* [n] rows that a disturbance kept from being read */
    atomic_ullong source_bytes;
};

/* The folder is the same for all: the reason starts at the file name. */
static void put_reason(const struct index *x, const char *text, char out[CACHE_REASON_MAX])
{
    size_t n = strlen(x->folder);
    if (n > 0 && !strncmp(text, x->folder, n))
        for (text += n; *text == '/';)
            text++;
    text_safe(text, out, CACHE_REASON_MAX);
}

static void mark_bad(const struct cache_build *b, const struct err *why, uint64_t stamp,
                     struct cache_entry *entry)
{
    entry->state = CACHE_BAD;
    entry->source_stamp = why->code == ERR_DATA ? stamp : 0;
    put_reason(b->index, why->text, entry->reason);
}

static bool cancelled(const struct cache_build *b)
{
    return b->cancel && atomic_load(b->cancel);
}

static void build_sample(void *context, int block, int worker)
{
    struct chunk *k = context;
    struct cache_build *b = k->build;
    struct err why = {0}, *trouble = &k->trouble[worker];
    struct cache_entry *entry = &k->made[block];
    uint64_t size = cache_file_sample_bytes(b->file);
    uint8_t *pixels = k->scratch + (size_t)worker * size;
    int row = k->rows[block];
    memset(entry, 0, sizeof *entry);
    if (trouble->code != ERR_NONE || cancelled(b))
        return;
    struct source_stamp stamp;
    uint64_t digest;
    source_look(&k->source, row, &stamp);
    if (source_pixels(b->index, row, b->file->size, pixels, &digest, &k->again[row], &why)) {
        if (why.code == ERR_NOMEM)
            *trouble = why;
        else
            mark_bad(b, &why, stamp.file, entry);
    } else if (!cache_file_put_pixels(b->file, row, pixels, trouble)) {
        entry->state = CACHE_GOOD;
        entry->source_stamp = stamp.content;
        entry->source_digest = cache_file_digest(digest);
        entry->pixels = hash_bytes(pixels, size);
    }
    atomic_fetch_add(&k->source_bytes, stamp.bytes);
}

static int keep_entries(struct chunk *k, int count, struct err *e)
{
    struct cache_build *b = k->build;
    if (cache_file_sync(b->file, e))
        return -1;
    for (int i = 0; i < count; i++) {
        int row = k->rows[i];
        if (k->made[i].state == CACHE_ABSENT)
            continue;
        if (cache_file_put_entry(b->file, row, &k->made[i], e))
            return -1;
        b->entries[row] = k->made[i];
    }
    return 0;
}

/* The first trouble of any worker, if there was one. */
static int check_trouble(const struct chunk *k, struct err *e)
{
    for (int i = 0; i < workers_count(k->build->workers); i++) {
        if (k->trouble[i].code == ERR_NONE)
            continue;
        if (e)
            *e = k->trouble[i];
        return -1;
    }
    return 0;
}

static int next_chunk_size(int size, double seconds)
{
    if (seconds < .15 && size < CHUNK_MAX)
        return size * 2;
    return seconds > .6 && size > 1 ? size / 2 : size;
}

static int run_chunks(struct chunk *k, const int *todo, int count, bool shown, struct err *e)
{
    struct cache_build *b = k->build;
    int n = b->file->n, chunk = CHUNK_FIRST;
    if (b->progress && shown)
        b->progress(b->context, n - count, n, 0);
    for (int done = 0; done < count;) {
        int rows = count - done < chunk ? count - done : chunk;
        double start = clock_seconds();
        k->rows = todo + done;
        workers_run(b->workers, rows, build_sample, k);
        if (keep_entries(k, rows, e) || check_trouble(k, e))
            return -1;
        if (cancelled(b))
            return err_set(e, ERR_CANCELLED,
                           "cancelled: what was built of the cache %s stays and is used next time",
                           b->file->path);
        done += rows;
        chunk = next_chunk_size(chunk, clock_seconds() - start);
        if (b->progress && shown)
            b->progress(b->context, n - (count - done), n, atomic_load(&k->source_bytes));
    }
    return cache_file_sync(b->file, e);
}

/* What a disturbance kept from being read is tried once more when all else is done. */
static int run_again(struct chunk *k, const int *todo, int count, struct err *e)
{
    int n = 0, *rows = mem_array((size_t)count, sizeof *rows, "rows to read again", e);
    if (!rows)
        return -1;
    for (int i = 0; i < count; i++)
        if (k->again[todo[i]])
            rows[n++] = todo[i];
    int failed = n ? run_chunks(k, rows, n, false, e) : 0;
    free(rows);
    return failed;
}

static int check_folder(const struct index *x, struct err *e)
{
    struct stat st;
    if (stat(x->folder, &st))
        return err_set_errno(e, ERR_NOINPUT, errno, "image folder %s", x->folder);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_NOINPUT, "image folder %s: is not a folder", x->folder);
    return 0;
}

static int build_rows(struct chunk *k, const int *todo, int count, struct err *e)
{
    struct cache_build *b = k->build;
    size_t team = (size_t)workers_count(b->workers);
    if (check_folder(b->index, e) || source_room(b->index, todo, count, (int)team,
                                                 cache_file_sample_bytes(b->file), "packing", e))
        return -1;
    k->scratch = mem_array(team, cache_file_sample_bytes(b->file), "decoded samples", e);
    k->trouble = k->scratch ? mem_array(team, sizeof *k->trouble, "worker errors", e) : NULL;
    k->again = k->trouble ? mem_array((size_t)b->file->n, sizeof *k->again, "row marks", e) : NULL;
    if (!k->again)
        return -1;
    return run_chunks(k, todo, count, true, e) || run_again(k, todo, count, e) ? -1 : 0;
}

int cache_build_rows(struct cache_build *b, const int *todo, int count, struct err *e)
{
    struct chunk *k = mem_array(1, sizeof *k, "cache chunk", e);
    if (!k)
        return -1;
    k->build = b;
    source_open(&k->source, b->index);
    int failed = build_rows(k, todo, count, e);
    source_close(&k->source);
    free(k->again);
    free(k->trouble);
    free(k->scratch);
    free(k);
    return failed;
}
