/* Synthetic data: cells drawn by code, with the four stains and class-specific protein patterns.
 * Knows nothing of the network. The same seed gives the same bytes, for any number of workers. */
#ifndef DATA_SYNTH_H
#define DATA_SYNTH_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/labels.h"
#include "base/workers.h"

struct synth_plan {
    int train, test; /* samples */
    int size;        /* pixels a side, 32..2048 */
    uint64_t seed;
};

typedef void synth_progress(void *context, int done, int total);

/* Write train.csv, sample_submission.csv, test_truth.csv, train/ and test/ PNGs (HPA 28 classes,
 * red green blue yellow) and an hpa.conf into `folder`, which is made and must not hold a
 * train.csv. ERR_CREATE, ERR_IO, ERR_CANCELLED. */
int synth_write(const char *folder, const struct synth_plan *plan, struct workers *workers,
                synth_progress *progress, void *context, atomic_bool *cancel, struct err *e);

/* One sample's planes, [4, size, size], R G B Y; `labels` decides the patterns. Pure. */
int synth_draw(uint64_t seed, uint32_t sample, const struct labels *labels, int size,
               uint8_t *planes, struct err *e);

/* Label sets of n samples with the real marginals and co-occurrence, rare classes with a floor. */
int synth_labels(uint64_t seed, int n, struct labels *labels /* [n] */, struct err *e);

#endif
