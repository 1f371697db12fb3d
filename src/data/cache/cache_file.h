/* The file of a cache: a header page, a table with one entry per sample, the pixels. Private to
 * data/.
 *
 *   0        header page, sealed by its digest
 *   4096     struct cache_entry [n], each sealed by its own digest; all zero: absent
 *   pixels   u8 [n][channels][size][size], on a page boundary
 *
 * All functions here belong to the opening thread, but for those that say otherwise. */
#ifndef DATA_CACHE_FILE_H
#define DATA_CACHE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "data/cache.h"

enum { CACHE_ENTRY_BYTES = 256, CACHE_REASON_MAX = CACHE_ENTRY_BYTES - 36, CACHE_SIDE_MAX = 4096 };

/* As it lies in the file. */
struct cache_entry {
    uint64_t seal;         /* digest of the row number and all that follows */
    uint64_t pixels;       /* digest of the pixels of a good sample */
    uint64_t source_stamp; /* sizes and times of its planes; 0 (bad ones): try again next time */
    uint32_t state;        /* enum cache_state */
    char reason[CACHE_REASON_MAX];
    uint64_t source_digest; /* of the files of a good sample; 0: an older program built it */
};

struct cache_file {
    char path[FILE_PATH_MAX];
    int n, channels, size;
    uint64_t fingerprint; /* of the source: ids, channels, file names */
    int fd, lock_fd;      /* -1 when not open */
};

enum cache_found { CACHE_FOUND_NONE, CACHE_FOUND_MATCH, CACHE_FOUND_STALE, CACHE_FOUND_ERROR };

void cache_file_init(struct cache_file *f, const char *path, int n, int channels, int size,
                     uint64_t fingerprint);
void cache_file_fini(struct cache_file *f); /* closes, unlocks */

/* Open what is there. STALE: `why` says what is wrong with it. ERROR: it is no cache, or cannot be
 * read. */
enum cache_found cache_file_find(struct cache_file *f, bool writable, char why[256], struct err *e);

/* Opens the file at the path of `f` as what it is: a cache of the same stains and size, but of
 * other samples. ERR_DATA. */
int cache_file_find_other(const struct cache_file *f, struct cache_file *other, struct err *e);

/* Become the one builder; makes the folder. ERR_LOCKED says who is. */
int cache_file_lock(struct cache_file *f, struct err *e);
void cache_file_unlock(struct cache_file *f);

/* Replace whatever lies at the path by an empty cache with all its space reserved. Needs the lock.
 */
int cache_file_create(struct cache_file *f, struct err *e);

/* Read the table; damaged entries become absent and are counted. */
int cache_file_read_table(struct cache_file *f, struct cache_entry *entries /* [n] */, int *damaged,
                          struct err *e);

/* These are safe on any thread, for different rows. */
int cache_file_put_pixels(const struct cache_file *f, int row, const uint8_t *pixels,
                          struct err *e);
int cache_file_read_pixels(const struct cache_file *f, int row, uint8_t *pixels, struct err *e);
int cache_file_put_entry(const struct cache_file *f, int row, struct cache_entry *entry,
                         struct err *e);

/* Make rows of the file absent, durably, before their pixels are written over. */
int cache_file_put_absent(const struct cache_file *f, const int *rows, int n, struct err *e);
/* A digest as entries hold it. The last byte of an entry stays 0: older programs look for that. */
uint64_t cache_file_digest(uint64_t digest);

/* Readers hold the file, so that nobody writes over pixels that they may read. */
void cache_file_hold(const struct cache_file *f);
/* Are there no other readers? Then there are none until cache_file_hold is called again. */
bool cache_file_take(const struct cache_file *f);
/* Another file in the folder of `f`, which is to take its place or to be dropped (returns -1). */
int cache_file_create_beside(const struct cache_file *f, struct cache_file *copy, struct err *e);
int cache_file_drop(struct cache_file *copy);
int cache_file_take_place(struct cache_file *f, struct cache_file *copy, struct err *e);
/* Readers keep the file as it is; `f` becomes a copy in its place with the rows that `keep` says,
 * the others absent. What there was stays until the copy is complete. */
int cache_file_copy(struct cache_file *f, struct cache_entry *entries /* [n] */,
                    const bool *keep /* [n] */, struct err *e);

int cache_file_sync(const struct cache_file *f, struct err *e);
uint64_t cache_file_bytes(int n, int channels, int size);
uint64_t cache_file_sample_bytes(const struct cache_file *f);

#endif
