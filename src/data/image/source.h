/* The image files of a data set as a cache sees them: what they look like from outside, and what
 * is in them. Private to data/. Read-only once open; any thread. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdint.h>

#include "data/index.h"

struct source {
    const struct index *index; /* borrowed */
    int folder;                /* of the images, open; -1: there is none */
};

void source_open(struct source *s, const struct index *x);
void source_close(struct source *s);

/* What the files of a sample look like from outside. */
struct source_stamp {
    uint64_t content; /* sizes and times of change: stays when files are moved or copied with -p */
    uint64_t file;    /* that, and what else may have happened to them: rights, moves */
    uint64_t bytes;
    int missing; /* planes */
};
void source_look(const struct source *s, int row, struct source_stamp *out);

/* The pixels of a row from its files, [channels, size, size]; `*digest` (may be NULL) of the bytes
 * of the files, never 0. A disturbance that passes (EINTR, EIO, EMFILE and the like) is waited for.
 * `*passing` (may be NULL): it failed by one that did not pass. ERR_NOINPUT, ERR_IO, ERR_DATA,
 * ERR_NOMEM. */
int source_pixels(const struct index *x, int row, int size, uint8_t *pixels, uint64_t *digest,
                  bool *passing, struct err *e);
/* Do `threads` threads that each read samples and keep `bytes` more fit into memory? The sizes of
 * a few of the rows are looked at. ERR_NOMEM. */
int source_room(const struct index *x, const int *rows /* [count] or NULL: all */, int count,
                int threads, uint64_t bytes, const char *who, struct err *e);
/* That digest alone. */
int source_digest(const struct index *x, int row, uint64_t *digest, struct err *e);

#endif
