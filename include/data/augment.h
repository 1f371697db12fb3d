/* Augmentation by symmetry: the eight flips and quarter turns of a square (the dihedral group).
 *
 * View v, with S the side: first the image is transposed when v & 4, then turned upside down when
 * v & 2, then mirrored left to right when v & 1. View 0 changes nothing. Pure; any thread. */
#ifndef DATA_AUGMENT_H
#define DATA_AUGMENT_H

#include <stdint.h>

enum { AUGMENT_VIEWS = 8 };

/* The values that a u8 pixel becomes: table[c,v] = (v / 255 - mean[c]) / std[c]. A
 * stain that is the same everywhere (std 0) is only shifted. */
void augment_table(const float *mean, const float *std, int channels,
                   float *table /* [channels,256] */);

/* View `view` of planes u8 [channels, size, size], through `table` [channels, 256], into
 * interleaved float [size, size, channels]. */
void augment_copy(const uint8_t *planes, int channels, int size, int view, const float *table,
                  float *out);

#endif
