/* The PNG reader. Half of the inputs get their chunk checksums put right first, so that mutations
 * reach the code behind them. What the short way takes, libpng must take as well, and see the same
 * in it. */
#include <stdlib.h>
#include <string.h>

#include "data/png_bytes.h"
#include "data/png_file.h"
#include "fuzz/driver.h"

enum { SEEDS = 6 };

static void make_seed(struct png_bytes *p, int number)
{
    static const struct {
        int bits, kind, interlace, bits_per_pixel;
    } forms[SEEDS] = {{8, 0, 0, 8},   {1, 0, 1, 1}, {16, 0, 0, 16},
                      {16, 6, 1, 64}, {2, 3, 0, 2}, {8, 2, 1, 24}};
    static const uint8_t palette[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    int width = 9, height = 7;
    uint8_t rows[2048] = {0};
    png_bytes_begin(p, (uint32_t)width, (uint32_t)height, forms[number].bits, forms[number].kind,
                    forms[number].interlace);
    if (forms[number].kind == 3)
        png_bytes_chunk(p, "PLTE", palette, sizeof palette);
    int row = 1 + (width * forms[number].bits_per_pixel + 7) / 8;
    for (int i = 0; i < row * height; i++)
        rows[i] = (uint8_t)(i % row ? i * 13 : i / row % 5);
    /* Interlaced images have more rows of filter bytes; all zero is valid in any number. */
    if (forms[number].interlace)
        memset(rows, 0, sizeof rows);
    png_bytes_split_rows(p, rows, forms[number].interlace ? 1024 : (size_t)(row * height), 2);
    png_bytes_end(p);
}

/* A compressed one, by our own writer. */
static void add_written(struct fuzz_seed *seed)
{
    static uint8_t pixels[30 * 20];
    struct image im = {30, 20, pixels};
    struct err e = {0};
    static uint8_t *bytes; /* lives as long as the program */
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * i % 41 * 6);
    if (png_file_encode(&im, "seed", &bytes, &seed->size, &e))
        abort();
    seed->data = bytes;
}

int fuzz_seeds(struct fuzz_seed *seeds)
{
    static struct png_bytes made[SEEDS];
    add_written(&seeds[SEEDS]);
    for (int i = 0; i < SEEDS; i++) {
        make_seed(&made[i], i);
        seeds[i] = (struct fuzz_seed){made[i].bytes, made[i].n};
    }
    return SEEDS + 1;
}

static void repair_checksums(uint8_t *data, size_t n)
{
    for (size_t at = 8; at + 12 <= n;) {
        size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 |
                        (size_t)data[at + 2] << 8 | data[at + 3];
        if (length > n - at - 12)
            return;
        png_bytes_put32(data + at + 8 + length, png_bytes_crc(data + at + 4, length + 4));
        at += length + 12;
    }
}

static void compare(const uint8_t *data, size_t n, const char *stain, const struct image *im)
{
    struct err e = {0};
    struct image slow;
    int failed = png_file_decode_any(data, n, "input", stain, &slow, &e);
    if (failed != (im->pixels ? 0 : -1) || slow.width != im->width || slow.height != im->height)
        abort();
    if (!failed && memcmp(slow.pixels, im->pixels, (size_t)im->width * (size_t)im->height) != 0)
        abort();
    image_fini(&slow);
}

static int decode(const uint8_t *data, size_t n)
{
    struct err e = {0};
    struct image im;
    const char *stain = n % 2 ? "yellow" : "blue";
    int failed = png_file_decode(data, n, "input", stain, &im, &e);
    compare(data, n, stain, &im);
    if (failed) {
        if (im.pixels || !e.text[0])
            abort();
        return -1;
    }
    unsigned sum = 0;
    for (int i = 0; i < im.width * im.height; i++)
        sum += im.pixels[i];
    if (sum > 255u * (unsigned)im.width * (unsigned)im.height)
        abort();
    image_fini(&im);
    return 0;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        abort();
    if (n)
        memcpy(copy, data, n);
    repair_checksums(copy, n);
    decode(copy, n);
    free(copy);
    return decode(data, n);
}
