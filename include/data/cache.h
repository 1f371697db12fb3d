/* The cache: decoded, resized pixels, u8, [sample][channel][S][S], one file per size.
 *
 * A file knows its size, its source (index fingerprint, channels) and a checksum per sample.
 * Building is resumable: a sample is present only when its checksum was written after its pixels.
 * Samples that cannot be decoded are marked bad with their reason and are never trained on; who
 * opens the cache reports them. One builder at a time (file lock, ERR_LOCKED); readers on any
 * thread. */
#ifndef DATA_CACHE_H
#define DATA_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/workers.h"
#include "data/index.h"

struct cache;

enum cache_state { CACHE_ABSENT, CACHE_GOOD, CACHE_BAD };

/* Called from the building thread, a few times a second. */
typedef void cache_progress(void *context, int done, int total, uint64_t source_bytes);

/* Open `path` for `x` at `size`, building what is missing with all `workers`. The space it needs is
 * checked before (ERR_IO names it). A file of another size, source or version, or a truncated one,
 * is rebuilt with a log line that says why. Sizes and times of all images are compared with those
 * that it was built from; where they differ, the content is: only samples whose images really
 * changed are built again, and named. `cancel` (may be NULL) ends with ERR_CANCELLED and what
 * was built stays. `x` is borrowed for the call. ERR_LOCKED names the process that is building;
 * ERR_DATA: no sample can be read, or `path` is another kind of file. Bad samples whose files
 * changed are tried again. */
struct cache *cache_open(const char *path, const struct index *x, int size, struct workers *workers,
                         cache_progress *progress, void *context, atomic_bool *cancel,
                         struct err *e);
/* Open it only when it is there, complete and up to date; nothing is built, locked or written.
 * ERR_NOINPUT, ERR_DATA. */
struct cache *cache_look(const char *path, const struct index *x, int size, struct err *e);
void cache_close(struct cache *c);

int cache_size(const struct cache *c);
int cache_channels(const struct cache *c);
size_t cache_sample_bytes(const struct cache *c); /* channels x size x size */
enum cache_state cache_state(const struct cache *c, int row);
/* Why a row is bad ("ID_red.png: ..."), "" when it is good. */
const char *cache_reason(const struct cache *c, int row);
/* Of the pixels of a good row; 0: it is bad. */
uint64_t cache_digest(const struct cache *c, int row);

/* The pixels of a good row into `out` [channels, S, S], read and verified anew each time. A bad
 * row, a flipped bit, a file that was cut short under its reader and a disk that fails are errors
 * (ERR_DATA, ERR_IO) that name the file and say to delete it. */
int cache_read(const struct cache *c, int row, uint8_t *out, struct err *e);
/* The same bytes without a cache, from the files of one sample. ERR_NOINPUT, ERR_DATA. */
int cache_from_files(const struct index *x, int row, int size, uint8_t *out, struct err *e);

#endif
