/* Augmentation: what may happen to a training image, what is drawn for one, and the pass from
 * cached bytes to what the network reads.
 *
 * View v, with S the side: first the image is transposed when v & 4, then turned upside down when
 * v & 2, then mirrored left to right when v & 1. View 0 changes nothing; the eight are the flips
 * and quarter turns of a square (the dihedral group), and move pixels exactly.
 *
 * A draw is the view, then magnification and rotation about the centre, then a shift: one affine
 * map, bilinear between pixels. Beyond the border the image goes on as its mirror image, the edge
 * pixel twice (dcba|abcd|dcba). Then, on the scale 0..1 and before normalisation, stain c becomes
 * gain[c] (mean[c] + contrast[c] (v - mean[c])), cut to 0..1. Last a square (DeVries, Taylor 2017,
 * arXiv:1708.04552), whose centre lies anywhere in the image, is set to the means: 0 for the
 * network. Pure; any thread. */
#ifndef DATA_AUGMENT_H
#define DATA_AUGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "data/index.h"

enum { AUGMENT_VIEWS = 8 };

/* What may happen; all zero: nothing. Each number is drawn uniformly from its range. */
struct augment {
    bool flip, turn;              /* views: none, the four flips, the four turns, all eight */
    double rotate;                /* degrees, either way */
    double scale_low, scale_high; /* magnification; 0, 0: none */
    double shift;                 /* part of the side, either way, along both axes */
    double brightness, contrast;  /* 1 - b to 1 + b, of each stain by itself */
    double cutout;                /* side of the square, part of the image's */
};

/* What happens to one image. */
struct augment_draw {
    int view;
    double angle;       /* degrees, counter-clockwise as it is seen */
    double scale;       /* over 1: cells look larger */
    double right, down; /* parts of the side */
    double gain[INDEX_CHANNELS_MAX], contrast[INDEX_CHANNELS_MAX];
    double hole, hole_x, hole_y; /* side and centre of the square, parts of the side; 0: none */
};

bool augment_any(const struct augment *a); /* does it change anything? */
/* Takes the same numbers from `r` whatever is switched on, so that switching one part on or off
 * leaves the draws of the others as they were. */
struct augment_draw augment_draw(const struct augment *a, struct rng *r);
struct augment_draw augment_view(int view); /* a view alone */

/* The values that a u8 pixel becomes: table[c,v] = (v / 255 - mean[c]) / std[c]. A
 * stain that is the same everywhere (std 0) is only shifted. */
void augment_table(const float *mean, const float *std, int channels,
                   float *table /* [channels,256] */);

/* View `view` of planes u8 [channels, size, size], through `table` [channels, 256], into
 * interleaved float [size, size, channels]. */
void augment_copy(const uint8_t *planes, int channels, int size, int view, const float *table,
                  float *out);

/* How bytes become values: `table` is augment_table's of mean and std. */
struct augment_norm {
    const float *mean, *std, *table;
};

/* The same with all that was drawn; `size` is at least 2. */
void augment_apply(const uint8_t *planes, int channels, int size, const struct augment_draw *d,
                   const struct augment_norm *s, float *out);

#endif
