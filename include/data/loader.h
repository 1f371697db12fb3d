/* The loader: batches from the cache, prefetched by low-priority threads.
 *
 * A batch is a pure function of (seed, epoch, position): any number of loader threads gives the
 * same bytes. Pixels are scaled to 0..1, augmented, normalised by (x - mean) / std. One consumer.
 */
#ifndef DATA_LOADER_H
#define DATA_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/labels.h"
#include "data/augment.h"
#include "data/cache.h"

struct batch {
    float *x; /* [B,S,S,C] */
    float *y; /* [B,K], 0 or 1 */
    int *row; /* [B] rows of the index */
    int n;    /* samples in this batch, 1..B */
};

struct loader_plan {
    struct cache *cache;
    const struct labels *labels; /* of every row; NULL: y is all zero */
    const int *rows;    /* [n] the part, borrowed while the loader lives; a row may stand there
                           more than once */
    const double *sums; /* [n] of the rows' weights (sampler_sums), borrowed: an epoch draws n rows
                           with replacement; NULL: it shows each once */
    int n, k, batch;
    bool shuffle;           /* a new order every epoch */
    bool drop_last;         /* leave out the last incomplete batch (training) */
    struct augment augment; /* drawn per (seed, epoch, sample), anew when it is shown again */
    int fixed_view; /* when that is nothing: apply this view (0..7, 0 identity) to every sample */
    uint64_t seed;
    float mean[INDEX_CHANNELS_MAX], std[INDEX_CHANNELS_MAX]; /* std 0: the stain is only shifted */
    int threads, depth; /* loader threads (at least 1), batches prefetched (at least 2) */
};

struct loader;

struct loader *loader_new(const struct loader_plan *plan, struct err *e);
void loader_free(struct loader *l);
size_t loader_memory(const struct loader_plan *plan); /* bytes of the batches it will hold */
/* The same before there is a cache; `depth` as in a plan. */
size_t loader_memory_of(int size, int channels, int k, int batch, int depth);

/* Start `epoch` at batch number `first_step` (0, or where a checkpoint stood). */
int loader_start(struct loader *l, int epoch, int first_step, struct err *e);
/* The next batch, borrowed until the next call; NULL at the end of the epoch (e->code ERR_NONE) or
 * on error (a sample's checksum fails: ERR_DATA). */
const struct batch *loader_next(struct loader *l, struct err *e);
/* Seconds that loader_next waited since the last loader_start. */
double loader_wait_seconds(const struct loader *l);

/* The rows of an epoch in their order, a pure function of (plan, epoch). */
void loader_order(const struct loader_plan *plan, int epoch, int *order /* [n] */);

#endif
