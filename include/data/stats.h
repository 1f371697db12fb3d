/* Channel statistics of a part of the data, exact (integer sums of 8-bit values). Scale 0..1.
 * Two conventions: pooled over all pixels, and the mean over images of each image's own mean and
 * standard deviation. Any thread. */
#ifndef DATA_STATS_H
#define DATA_STATS_H

#include "base/err.h"
#include "base/workers.h"
#include "data/cache.h"

struct stats {
    int samples, channels, size;
    double pooled_mean[INDEX_CHANNELS_MAX], pooled_std[INDEX_CHANNELS_MAX];
    double per_image_mean[INDEX_CHANNELS_MAX], per_image_std[INDEX_CHANNELS_MAX];
    uint64_t histogram[INDEX_CHANNELS_MAX][256]; /* pixels of each value */
};

/* Over `rows` (good ones only) of the cache. Population std (division by N). */
int stats_measure(struct cache *c, const int *rows, int n, struct workers *w, struct stats *out,
                  struct err *e);

/* Pixels of each value. */
void stats_count(const uint8_t *pixels, size_t n, uint32_t counts[256]);

#endif
