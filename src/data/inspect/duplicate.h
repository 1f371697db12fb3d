/* Fingerprints of pictures, and who shares them. Private to scan. */
#ifndef DATA_DUPLICATE_H
#define DATA_DUPLICATE_H

#include <stdatomic.h>

#include "base/workers.h"
#include "data/image.h"
#include "data/index.h"

struct duplicate_print {
    uint64_t exact; /* of size and pixels; 0: none, or all zero */
    uint64_t rough; /* dHash: is a pixel of a 9x9 thumbnail brighter than its left neighbour */
    bool telling;   /* the thumbnail has enough structure to be compared */
};

/* Of a plane that is not all zero. ERR_NOMEM. */
int duplicate_print_of(const struct image *im, struct duplicate_print *out, struct err *e);

/* `print` is [n,channels]. twin[i]: an earlier sample with the same pixels in every plane, else -1;
 * near[i]: an earlier sample that looks almost the same, else -1. ERR_NOMEM, ERR_CANCELLED. */
int duplicate_samples(const struct duplicate_print *print, int n, int channels, struct workers *w,
                      const atomic_bool *cancel /* or NULL */, int *twin /* [n] */,
                      int *near /* [n] */, struct err *e);
/* Of a plane: an earlier one (row * channels + channel) with the same pixels, else -1. */
int duplicate_planes(const struct duplicate_print *print, int n, int channels,
                     int *twin /* [n*channels] */, struct err *e);

#endif
