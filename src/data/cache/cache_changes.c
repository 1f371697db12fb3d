/* Changes under a cache. Sizes and times are compared for every row, since one replaced image is as
 * wrong as all of them; only where these differ are files read. */
#include "cache_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/unmatched.h"

enum { BLOCK = 128, STEP = 256 };

struct finding {
    const struct source *source;
    const struct cache_entry *entries;
    unsigned char *change;
    int n;
};

static void find_block(void *context, int block, int worker)
{
    const struct finding *f = context;
    int end = f->n - block * BLOCK < BLOCK ? f->n : (block + 1) * BLOCK;
    (void)worker;
    for (int row = block * BLOCK; row < end; row++) {
        struct source_stamp now;
        const struct cache_entry *entry = &f->entries[row];
        f->change[row] = CACHE_CHANGE_NONE;
        if (entry->state != CACHE_GOOD || entry->source_stamp == 0)
            continue;
        source_look(f->source, row, &now);
        if (now.missing > 0)
            f->change[row] = CACHE_CHANGE_GONE;
        else if (now.content != entry->source_stamp)
            f->change[row] = CACHE_CHANGE_DOUBT;
    }
}

int cache_changes_find(const struct source *s, const struct cache_entry *entries, int n,
                       struct workers *workers, unsigned char *change)
{
    struct finding f = {s, entries, change, n};
    int doubts = 0;
    workers_run(workers, (n + BLOCK - 1) / BLOCK, find_block, &f);
    for (int row = 0; row < n; row++)
        doubts += change[row] == CACHE_CHANGE_DOUBT;
    return doubts;
}

struct settling {
    struct cache_build *build;
    struct source source;
    unsigned char *change;
    const int *rows;  /* in doubt */
    uint8_t *scratch; /* [workers][sample] */
};

/* An older program kept no digest of the files: their pixels tell. */
static bool same_content(const struct settling *s, int row, int worker, uint64_t *digest)
{
    const struct cache_build *b = s->build;
    const struct cache_entry *entry = &b->entries[row];
    uint64_t bytes = cache_file_sample_bytes(b->file);
    uint8_t *pixels = s->scratch + (size_t)worker * bytes;
    if (entry->source_digest)
        return !source_digest(b->index, row, digest, NULL) &&
               cache_file_digest(*digest) == entry->source_digest;
    return !source_pixels(b->index, row, b->file->size, pixels, digest, NULL, NULL) &&
           hash_bytes(pixels, bytes) == entry->pixels;
}

static void settle_row(void *context, int block, int worker)
{
    const struct settling *s = context;
    struct source_stamp now;
    uint64_t digest;
    int row = s->rows[block];
    if (s->build->cancel && atomic_load(s->build->cancel))
        return;
    source_look(&s->source, row, &now); /* before it is read: a later change is seen next time */
    if (!same_content(s, row, worker, &digest)) {
        s->change[row] = CACHE_CHANGE_REAL;
        return;
    }
    s->change[row] = CACHE_CHANGE_TOUCHED;
    s->build->entries[row].source_stamp = now.content;
    s->build->entries[row].source_digest = cache_file_digest(digest);
}

static int settle_rows(struct settling *s, const int *rows, int count, struct err *e)
{
    const struct cache_build *b = s->build;
    for (int done = 0; done < count; done += STEP) {
        s->rows = rows + done;
        workers_run(b->workers, count - done < STEP ? count - done : STEP, settle_row, s);
        if (b->cancel && atomic_load(b->cancel))
            return err_set(e, ERR_CANCELLED, "cancelled while changed images were looked at");
        if (b->progress)
            b->progress(b->context, b->file->n - count + done, b->file->n, 0);
    }
    return 0;
}

int cache_changes_settle(struct cache_build *b, unsigned char *change, struct err *e)
{
    struct settling s = {.build = b, .change = change};
    size_t team = (size_t)workers_count(b->workers);
    uint64_t bytes = cache_file_sample_bytes(b->file);
    int count = 0, failed = -1, *rows = mem_array((size_t)b->file->n, sizeof *rows, "rows", e);
    for (int row = 0; rows && row < b->file->n; row++)
        if (change[row] == CACHE_CHANGE_DOUBT)
            rows[count++] = row;
    if (rows && !source_room(b->index, rows, count, (int)team, bytes, "changed images", e))
        s.scratch = mem_array(team, bytes, "decoded samples", e);
    if (s.scratch) {
        source_open(&s.source, b->index);
        failed = settle_rows(&s, rows, count, e);
        source_close(&s.source);
    }
    free(s.scratch);
    free(rows);
    return failed;
}

int cache_changes_text(const struct index *x, const unsigned char *change, enum cache_change of,
                       char *out, size_t size)
{
    char names[560];
    struct unmatched u = {0};
    for (int row = 0; row < x->n; row++)
        if (change[row] == of)
            unmatched_add(&u, x->ids[row], 0);
    snprintf(out, size, "%d %s: %s", u.n, u.n == 1 ? "sample" : "samples",
             unmatched_text(&u, names));
    return u.n;
}
