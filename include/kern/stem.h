/* The first convolution of a ResNet, 7x7 with stride 2 and pad 3 of few channels, by Winograd's
 * F(4x4,4x4).
 *
 * Two by two pixels of c channels are one pixel of 4c channels of an image of half the size, and
 * the kernel, with a line of zeros before its first, has 4x4 taps and stride 1: 49 products of
 * depth 4c for 16 outputs, in place of 16 of depth 49c. Tiles as in kern/strided.h, planes as in
 * kern/winograd.h; channels of the right side in multiples of WINOGRAD_CHANNELS. Any thread, no
 * state. */
#ifndef KERN_STEM_H
#define KERN_STEM_H

#include "kern/strided.h"

enum { STEM_POINTS = 49, STEM_CHANNELS_MAX = 8 };

/* 4c, rounded up to whole vectors; the columns above 4c are 0. */
int stem_depth(int c);

/* u[depth rows, k] in panels from w[7,7,c,k]. */
void stem_filters(const struct kern *kern, const float *w, int c, int k, float *u);

/* dw[7,7,c,k] from du[depth rows, k], row-major. */
void stem_filter_gradient(const struct kern *kern, const float *du, int c, int k, float *dw);

#endif
