/* Filling a cache with all workers. The rows go in chunks of about a third of a second: workers
 * decode, resize and write pixels; then the building thread syncs them, and only then writes their
 * table entries. So a crash at any moment leaves complete samples and absent ones, and cancelling
 * and progress have a place that no worker needs to know.
 *
 * A sample whose planes cannot be used becomes bad with its reason; only trouble of our own (disk,
 * memory) ends the build. */
#include "cache_build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/image.h"

enum { CHUNK_FIRST = 16, CHUNK_MAX = 1024 };

struct chunk {
    struct cache_build *build;
    const int *rows;
    struct cache_entry made[CHUNK_MAX]; /* of each row; state absent: not done */
    uint8_t *scratch;                   /* [workers][sample] */
    struct err *trouble;                /* [workers] what ends the build, ERR_NONE mostly */
    atomic_ullong source_bytes;
};

struct plane_size {
    int width, height;
    const char *channel;
};

/* What the files of a sample look like from outside. */
struct stamp {
    uint64_t content; /* sizes and times of change: stays when files are moved or copied with -p */
    uint64_t file;    /* that, and what else may have happened to them: rights, moves */
    uint64_t bytes;
    int missing; /* planes */
};

static uint64_t never_zero(uint64_t hash)
{
    return hash ? hash : 1;
}

static struct stamp stamp_of(const struct index *x, int row)
{
    struct stamp s = {0};
    struct hash *content = hash_new(), *file = hash_new();
    for (int c = 0; c < x->channels; c++) {
        char path[4096];
        struct stat st;
        int64_t seen[5] = {-1};
        if (index_plane_path(x, row, c, path, NULL) || stat(path, &st)) {
            s.missing++;
        } else {
            int64_t facts[5] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
                                st.st_ctim.tv_sec, st.st_ctim.tv_nsec};
            memcpy(seen, facts, sizeof seen);
            s.bytes += (uint64_t)st.st_size;
        }
        hash_add(content, seen, 3 * sizeof *seen);
        hash_add(file, seen, sizeof seen);
    }
    s.content = never_zero(hash_end(content));
    s.file = never_zero(hash_end(file));
    return s;
}

bool cache_build_worth_retry(const struct index *x, int row, const struct cache_entry *entry)
{
    return entry->source_stamp == 0 || entry->source_stamp != stamp_of(x, row).file;
}

bool cache_build_outdated(const struct index *x, int row, const struct cache_entry *entry)
{
    if (entry->state != CACHE_GOOD || entry->source_stamp == 0)
        return false;
    struct stamp now = stamp_of(x, row);
    return now.missing == 0 && now.content != entry->source_stamp;
}

/* One plane into `out` [size, size]. */
static int make_plane(const struct index *x, int row, int channel, int size,
                      struct plane_size *first, uint8_t *out, struct err *e)
{
    const char *name = x->channel_names[channel];
    char path[4096];
    struct image im = {0, 0, NULL};
    if (index_plane_path(x, row, channel, path, e) || image_load_png(path, name, &im, e))
        return -1;
    int failed = 0;
    if (!first->channel)
        *first = (struct plane_size){im.width, im.height, name};
    else if (im.width != first->width || im.height != first->height)
        failed = err_set(e, ERR_DATA, "%s: %d x %d pixels, but %s has %d x %d", path, im.width,
                         im.height, first->channel, first->width, first->height);
    failed = failed || image_resize(&im, size, out, e);
    image_fini(&im);
    return failed ? -1 : 0;
}

int cache_build_pixels(const struct index *x, int row, int size, uint8_t *pixels, struct err *e)
{
    struct plane_size first = {0, 0, NULL};
    size_t plane = (size_t)size * (size_t)size;
    for (int c = 0; c < x->channels; c++)
        if (make_plane(x, row, c, size, &first, pixels + (size_t)c * plane, e))
            return -1;
    return 0;
}

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
    struct err why = {ERR_NONE, ""}, *trouble = &k->trouble[worker];
    struct cache_entry *entry = &k->made[block];
    uint64_t size = cache_file_sample_bytes(b->file);
    uint8_t *pixels = k->scratch + (size_t)worker * size;
    int row = k->rows[block];
    memset(entry, 0, sizeof *entry);
    if (trouble->code != ERR_NONE || cancelled(b))
        return;
    struct stamp stamp = stamp_of(b->index, row);
    if (cache_build_pixels(b->index, row, b->file->size, pixels, &why)) {
        if (why.code == ERR_NOMEM)
            *trouble = why;
        else
            mark_bad(b, &why, stamp.file, entry);
    } else if (!cache_file_put_pixels(b->file, row, pixels, trouble)) {
        entry->state = CACHE_GOOD;
        entry->source_stamp = stamp.content;
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

static int run_chunks(struct chunk *k, const int *todo, int count, struct err *e)
{
    struct cache_build *b = k->build;
    int n = b->file->n, chunk = CHUNK_FIRST;
    if (b->progress)
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
        if (b->progress)
            b->progress(b->context, n - (count - done), n, atomic_load(&k->source_bytes));
    }
    return cache_file_sync(b->file, e);
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

int cache_build_rows(struct cache_build *b, const int *todo, int count, struct err *e)
{
    size_t team = (size_t)workers_count(b->workers);
    int failed = -1;
    struct chunk *k = mem_array(1, sizeof *k, "cache chunk", e);
    if (!k)
        return -1;
    k->build = b;
    k->scratch = mem_array(team, cache_file_sample_bytes(b->file), "decoded samples", e);
    k->trouble = k->scratch ? mem_array(team, sizeof *k->trouble, "worker errors", e) : NULL;
    if (k->trouble && !check_folder(b->index, e))
        failed = run_chunks(k, todo, count, e);
    free(k->trouble);
    free(k->scratch);
    free(k);
    return failed;
}
