/* The usual PNG, 8-bit gray and not interlaced, decoded in one go. Private to the data floor. */
#ifndef DATA_PNG_PLAIN_H
#define DATA_PNG_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/image.h"

/* `bytes` after a checked signature. False when the file is of another kind, or damaged, or odd in
 * any way, or memory is short: libpng decides then, and says what is wrong. */
bool png_plain_decode(const uint8_t *bytes, size_t n, struct image *out);

#endif
