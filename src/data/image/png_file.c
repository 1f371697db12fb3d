/* PNG, through libpng's low-level interface on buffers in memory. libpng reports errors by a jump:
 * everything that must survive it lives in struct decoder / encoder, outside the one small function
 * that calls setjmp, so no local is clobbered and one place frees. libpng never prints, allocates
 * through mem_array, skips every chunk it need not know, and is held to limits of side, pixels and
 * chunk size before anything large is allocated. The usual file without any flaw takes a shorter
 * way (png_plain.c). Any thread. */
#include "data/png_file.h"

#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "png_plain.h"

enum { CHUNK_BYTES_MAX = 8 << 20, CHUNKS_KEPT_MAX = 128, REASON_MAX = 160 };

enum stain { STAIN_RED, STAIN_GREEN, STAIN_BLUE, STAIN_YELLOW, STAIN_NONE };

struct decoder {
    png_structp png;
    png_infop info;
    const uint8_t *at;
    size_t left;
    struct image *out;
    enum stain stain;
    int colours;    /* samples of a decoded pixel: 1 or 3 */
    uint8_t *row;   /* [width, 3], one decoded row of colour */
    uint8_t *plane; /* [height, width, colours], the whole image when interlaced */
    char reason[REASON_MAX];
    bool no_memory;
};

static void keep_reason(char reason[REASON_MAX], const char *message)
{
    text_safe(message, reason, REASON_MAX);
}

static void on_error(png_structp png, png_const_charp message)
{
    keep_reason(png_get_error_ptr(png), message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static png_voidp allocate(png_structp png, png_alloc_size_t size)
{
    bool *no_memory = png_get_mem_ptr(png);
    void *block = mem_array(size, 1, "PNG", NULL);
    if (!block && no_memory)
        *no_memory = true; /* or libpng's own shortage would look like a broken file */
    return block;
}

static void release(png_structp png, png_voidp block)
{
    (void)png;
    free(block);
}

static void read_bytes(png_structp png, png_bytep out, size_t n)
{
    struct decoder *d = png_get_io_ptr(png);
    if (n > d->left)
        png_error(png, "the file ends too early (truncated)");
    memcpy(out, d->at, n);
    d->at += n;
    d->left -= n;
}

/* Before decoding. */

static enum stain stain_of(const char *name)
{
    static const char *const names[] = {"red", "green", "blue", "yellow"};
    for (int i = 0; i < STAIN_NONE; i++)
        if (!strcmp(name, names[i]))
            return (enum stain)i;
    return STAIN_NONE;
}

/* Files that are no PNG under a PNG's name: say what they are. */
static const struct magic {
    const char *bytes;
    size_t n;
    const char *what;
} magics[7];

static int check_signature(const uint8_t *bytes, size_t n, const char *path, struct err *e)
{
    if (n == 0)
        return err_set(e, ERR_DATA, "%s: is empty (0 bytes)", path);
    if (n >= 8 && !png_sig_cmp(bytes, 0, 8))
        return 0;
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (n >= magics[i].n && !memcmp(bytes, magics[i].bytes, magics[i].n))
            return err_set(e, ERR_DATA, "%s: is a %s, not a PNG: convert it", path, magics[i].what);
    return err_set(e, ERR_DATA, "%s: is not a PNG", path);
}

static void set_limits(png_structp png)
{
    png_set_user_limits(png, PNG_FILE_SIDE_MAX, PNG_FILE_SIDE_MAX);
    png_set_chunk_cache_max(png, CHUNKS_KEPT_MAX);
    png_set_chunk_malloc_max(png, CHUNK_BYTES_MAX);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

/* Inside the jump: errors are png_error. */

static void out_of_memory(struct decoder *d)
{
    d->no_memory = true;
    png_error(d->png, "out of memory");
}

/* Every kind becomes 8-bit gray or 8-bit RGB. */
static void set_transforms(struct decoder *d, int bits, int kind)
{
    if (kind == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(d->png);
    if (kind == PNG_COLOR_TYPE_GRAY && bits < 8)
        png_set_expand_gray_1_2_4_to_8(d->png);
    if (bits == 16)
        png_set_scale_16(d->png);
    png_set_strip_alpha(d->png);
    d->colours = kind & PNG_COLOR_MASK_COLOR ? 3 : 1;
    if (d->colours == 3 && d->stain == STAIN_NONE)
        png_error(d->png, "it is in colour, and only the channels red, green, blue and yellow "
                          "have one (save it as gray)");
}

static void read_header(struct decoder *d, int *width, int *height, int *interlace)
{
    png_uint_32 w, h;
    int bits, kind;
    png_set_read_fn(d->png, d, read_bytes);
    png_read_info(d->png, d->info);
    png_get_IHDR(d->png, d->info, &w, &h, &bits, &kind, interlace, NULL, NULL);
    if (w > PNG_FILE_SIDE_MAX || h > PNG_FILE_SIDE_MAX || (uint64_t)w * h > PNG_FILE_PIXELS_MAX)
        png_error(d->png, "it is larger than 16384 pixels a side or 64 megapixels");
    set_transforms(d, bits, kind);
    *width = (int)w;
    *height = (int)h;
}

/* A half goes to the even level, as in image_resize. */
static uint8_t half_of(int sum)
{
    return (uint8_t)((sum + (sum >> 1 & 1)) >> 1);
}

static void take_stain(const struct decoder *d, const uint8_t *rgb, uint8_t *out)
{
    int n = d->out->width;
    if (d->colours == 1)
        memcpy(out, rgb, (size_t)n);
    else if (d->stain == STAIN_YELLOW)
        for (int i = 0; i < n; i++)
            out[i] = half_of(rgb[3 * i] + rgb[3 * i + 1]);
    else
        for (int i = 0; i < n; i++)
            out[i] = rgb[3 * i + d->stain];
}

static void read_rows(struct decoder *d)
{
    size_t width = (size_t)d->out->width;
    if (d->colours == 3 && !(d->row = mem_array(width, 3, "PNG", NULL)))
        out_of_memory(d);
    for (int y = 0; y < d->out->height; y++) {
        uint8_t *out = d->out->pixels + (size_t)y * width;
        png_read_row(d->png, d->row ? d->row : out, NULL);
        if (d->row)
            take_stain(d, d->row, out);
    }
}

static void read_passes(struct decoder *d, int passes)
{
    size_t height = (size_t)d->out->height, stride = (size_t)(d->out->width * d->colours);
    d->plane = mem_array(height, stride, "PNG", NULL);
    if (!d->plane)
        out_of_memory(d);
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < height; y++)
            png_read_row(d->png, d->plane + y * stride, NULL);
    for (size_t y = 0; y < height; y++)
        take_stain(d, d->plane + y * stride, d->out->pixels + y * (size_t)d->out->width);
}

static void read_image(struct decoder *d)
{
    int width, height, interlace;
    read_header(d, &width, &height, &interlace);
    int passes = png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
    if (png_get_rowbytes(d->png, d->info) != (size_t)(width * d->colours))
        png_error(d->png, "a kind of PNG that is not supported");
    if (image_alloc(d->out, width, height, "PNG", NULL))
        out_of_memory(d);
    if (interlace == PNG_INTERLACE_NONE)
        read_rows(d);
    else
        read_passes(d, passes);
    png_read_end(d->png, NULL);
}

static int guarded_read(struct decoder *d)
{
    if (setjmp(png_jmpbuf(d->png)))
        return -1;
    set_limits(d->png);
    read_image(d);
    return 0;
}

static int decode(struct decoder *d)
{
    d->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, d->reason, on_error, on_warning,
                                      &d->no_memory, allocate, release);
    d->info = d->png ? png_create_info_struct(d->png) : NULL;
    if (!d->info) {
        d->no_memory = true;
        return -1;
    }
    return guarded_read(d);
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The file, its stream where that is in several chunks, the inflated rows, the pixels; an
 * interlaced file is taken apart in colour. */
uint64_t png_file_memory(const uint8_t head[PNG_FILE_HEAD], uint64_t file_bytes)
{
    uint64_t width = big_endian(head + 16), height = big_endian(head + 20);
    bool interlaced = head[28] != 0;
    if (png_sig_cmp(head, 0, 8) || memcmp(head + 12, "IHDR", 4) != 0 || width < 1 || height < 1 ||
        width > PNG_FILE_SIDE_MAX || height > PNG_FILE_SIDE_MAX ||
        width * height > PNG_FILE_PIXELS_MAX)
        return 0;
    return 2 * file_bytes + width * height * (interlaced ? 4 : 2);
}

int png_file_decode(const uint8_t *bytes, size_t n, const char *path, const char *stain,
                    struct image *out, struct err *e)
{
    *out = (struct image){0};
    if (check_signature(bytes, n, path, e))
        return -1;
    return png_plain_decode(bytes, n, out) ? 0 : png_file_decode_any(bytes, n, path, stain, out, e);
}

int png_file_decode_any(const uint8_t *bytes, size_t n, const char *path, const char *stain,
                        struct image *out, struct err *e)
{
    *out = (struct image){0};
    if (check_signature(bytes, n, path, e))
        return -1;
    struct decoder d = {.at = bytes, .left = n, .out = out, .stain = stain_of(stain)};
    int failed = decode(&d);
    png_destroy_read_struct(&d.png, &d.info, NULL);
    free(d.row);
    free(d.plane);
    if (!failed)
        return 0;
    image_fini(out);
    if (d.no_memory)
        return err_set(e, ERR_NOMEM, "%s: the image does not fit into memory", path);
    return err_set(e, ERR_DATA, "%s: cannot be decoded: %s", path, d.reason);
}

/* Writing. */

struct encoder {
    png_structp png;
    png_infop info;
    const uint8_t *pixels; /* [height, width, samples] */
    int width, height;
    int samples; /* of a pixel: 1 gray, 3 colour */
    uint8_t *bytes;
    size_t n, capacity;
    char reason[REASON_MAX];
};

static void write_bytes(png_structp png, png_bytep bytes, size_t n)
{
    struct encoder *c = png_get_io_ptr(png);
    if (mem_grow(&c->bytes, &c->capacity, c->n + n, 1, "PNG", NULL))
        png_error(png, "out of memory");
    memcpy(c->bytes + c->n, bytes, n);
    c->n += n;
}

static void flush_bytes(png_structp png)
{
    (void)png;
}

static int guarded_write(struct encoder *c)
{
    if (setjmp(png_jmpbuf(c->png)))
        return -1;
    png_set_write_fn(c->png, c, write_bytes, flush_bytes);
    png_set_IHDR(c->png, c->info, (png_uint_32)c->width, (png_uint_32)c->height, 8,
                 c->samples == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(c->png, 3); /* under half the time of 6 for hardly more bytes */
    png_set_filter(c->png, 0, PNG_FILTER_SUB | PNG_FILTER_UP);
    png_write_info(c->png, c->info);
    for (int y = 0; y < c->height; y++)
        png_write_row(c->png, c->pixels + (size_t)y * (size_t)c->width * (size_t)c->samples);
    png_write_end(c->png, NULL);
    return 0;
}

static int encode(struct encoder *c, const char *path, uint8_t **bytes, size_t *n, struct err *e)
{
    c->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, c->reason, on_error, on_warning, NULL,
                                       allocate, release);
    c->info = c->png ? png_create_info_struct(c->png) : NULL;
    int failed = c->info ? guarded_write(c) : -1;
    png_destroy_write_struct(&c->png, &c->info);
    if (failed) {
        free(c->bytes);
        return err_set(e, ERR_NOMEM, "%s: cannot encode: %s", path,
                       c->reason[0] ? c->reason : "out of memory");
    }
    *bytes = c->bytes;
    *n = c->n;
    return 0;
}

int png_file_encode(const struct image *im, const char *path, uint8_t **bytes, size_t *n,
                    struct err *e)
{
    struct encoder c = {
        .pixels = im->pixels, .width = im->width, .height = im->height, .samples = 1};
    return encode(&c, path, bytes, n, e);
}

int png_file_encode_rgb(const uint8_t *rgb, int width, int height, const char *path,
                        uint8_t **bytes, size_t *n, struct err *e)
{
    struct encoder c = {.pixels = rgb, .width = width, .height = height, .samples = 3};
    return encode(&c, path, bytes, n, e);
}

static const struct magic magics[7] = {
    {"\xFF\xD8\xFF", 3, "JPEG"},
    {"II*\0", 4, "TIFF"},
    {"MM\0*", 4, "TIFF"},
    {"GIF8", 4, "GIF"},
    {"RIFF", 4, "WebP"},
    {"BM", 2, "BMP"},
    {"\0\0\0\x0CjP  ", 8, "JPEG 2000"},
};
