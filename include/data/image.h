/* One 8-bit gray plane in memory. */
#ifndef DATA_IMAGE_H
#define DATA_IMAGE_H

#include <stdint.h>

#include "base/err.h"
#include "base/output.h"

struct image {
    int width, height;
    uint8_t *pixels; /* [height, width], owned; NULL when empty */
};

int image_alloc(struct image *im, int width, int height, const char *what, struct err *e);
void image_fini(struct image *im);

/* Resize `from` into `out` [size, size]: area averaging when shrinking, bilinear when growing.
 * Rounds to nearest, a half to the even level, so that resizing does not brighten; an exact copy
 * when the size is the same. Any aspect ratio is stretched to the square. */
int image_resize(const struct image *from, int size, uint8_t *out /* [size,size] */, struct err *e);

/* Write as an 8-bit gray PNG through the durable save. ERR_CREATE, ERR_IO. */
int image_save_png(const struct image *im, const char *path, struct err *e);
/* The same in colour. */
int image_save_rgb(const uint8_t *rgb /* [height, width, 3] */, int width, int height,
                   enum output_mode mode, const char *path, struct err *e);

/* Read one plane of a PNG (see png_file.h): the channel of RGB(A) that `stain` names ("red",
 * "green", "blue"; "yellow" takes the mean of red and green), gray as it is, 16 bits to 8 by v/257
 * rounded. Limits: 16,384 a side, 64 MP. ERR_NOINPUT, ERR_DATA with path and reason. */
int image_load_png(const char *path, const char *stain, struct image *out, struct err *e);

#endif
