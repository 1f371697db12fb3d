/* PNG in and out of memory. The only door to libpng; any thread.
 *
 * Read: gray of 1, 2, 4, 8 and 16 bits, palette, RGB, with or without alpha (which is dropped),
 * interlaced or not. Gray is taken as it is, scaled to 0..255 (1, 2, 4 bits by repetition, 16 bits
 * by v/257 rounded). Of colour the channel that `stain` names is taken: "red", "green", "blue";
 * "yellow" is (red + green + 1) / 2; another stain is an error. Gamma and colour profiles are not
 * applied. Damage anywhere, also in the last chunk, is an error: no half-read image comes out. */
#ifndef DATA_PNG_FILE_H
#define DATA_PNG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "data/image.h"

enum {
    PNG_FILE_SIDE_MAX = 16384,
    PNG_FILE_PIXELS_MAX = 64 << 20,
    PNG_FILE_BYTES_MAX = 512 << 20 /* of a file */
};

/* `path` is used in messages. `out` is filled on success, empty otherwise. ERR_DATA, ERR_NOMEM. */
int png_file_decode(const uint8_t *bytes, size_t n, const char *path, const char *stain,
                    struct image *out, struct err *e);

enum { PNG_FILE_HEAD = 29 }; /* bytes of a file that say what is in it */

/* Bytes of memory that reading and decoding take at most, from the first bytes of a file and its
 * size; 0: it is no PNG that would be decoded. */
uint64_t png_file_memory(const uint8_t head[PNG_FILE_HEAD], uint64_t file_bytes);

/* The same by libpng alone, whatever kind of file it is: what png_file_decode is held to. */
int png_file_decode_any(const uint8_t *bytes, size_t n, const char *path, const char *stain,
                        struct image *out, struct err *e);

/* An 8-bit gray PNG of `im`; free() `*bytes`. ERR_NOMEM. */
int png_file_encode(const struct image *im, const char *path, uint8_t **bytes, size_t *n,
                    struct err *e);
/* The same in colour. */
int png_file_encode_rgb(const uint8_t *rgb /* [height, width, 3] */, int width, int height,
                        const char *path, uint8_t **bytes, size_t *n, struct err *e);

#endif
