/* Gray PNGs through libdeflate, in little more than half of libpng's time: the whole file is in
 * memory, so its stream is inflated at once and the rows' filters (PNG, section 9) are undone from
 * there. Only a file without any flaw is taken; whatever is in doubt goes to libpng, so there is
 * one place that judges files. Any thread. The only door to libdeflate. */
#include "png_plain.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/png_file.h"

enum { SIGNATURE = 8, HEADER = 13, CHUNK_FRAME = 12, ANCILLARY_MOST = 1 << 16 };

struct file {
    const uint8_t *at, *end;
    uint8_t *joined; /* the stream, when it lies in several chunks */
    const uint8_t *stream;
    size_t stream_n;
    uint8_t *rows; /* [height, 1 + width]: filter and filtered bytes */
    int width, height;
};

struct chunk {
    const uint8_t *type, *data;
    size_t n;
};

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool next_chunk(struct file *f, struct chunk *c)
{
    size_t left = (size_t)(f->end - f->at);
    if (left < CHUNK_FRAME)
        return false;
    *c = (struct chunk){f->at + 4, f->at + 8, big_endian(f->at)};
    if (c->n > left - CHUNK_FRAME ||
        libdeflate_crc32(0, c->type, 4 + c->n) != big_endian(c->data + c->n))
        return false;
    f->at += CHUNK_FRAME + c->n;
    return true;
}

static bool is(const struct chunk *c, const char *type)
{
    return !memcmp(c->type, type, 4);
}

/* 8 bits, gray, and the only methods there are; no interlace. */
static bool read_header(struct file *f)
{
    static const uint8_t plain[5] = {8, 0, 0, 0, 0};
    struct chunk c;
    if (!next_chunk(f, &c) || !is(&c, "IHDR") || c.n != HEADER || memcmp(c.data + 8, plain, 5) != 0)
        return false;
    uint32_t width = big_endian(c.data), height = big_endian(c.data + 4);
    if (width < 1 || height < 1 || width > PNG_FILE_SIDE_MAX || height > PNG_FILE_SIDE_MAX ||
        (uint64_t)width * height > PNG_FILE_PIXELS_MAX)
        return false;
    f->width = (int)width;
    f->height = (int)height;
    return true;
}

static bool add_to_stream(struct file *f, const struct chunk *c)
{
    if (!f->stream) {
        f->stream = c->data;
        f->stream_n = c->n;
        return true;
    }
    if (!f->joined) { /* what is left of the file holds all that can follow */
        f->joined = mem_array(f->stream_n + c->n + (size_t)(f->end - f->at), 1, "PNG", NULL);
        if (!f->joined)
            return false;
        memcpy(f->joined, f->stream, f->stream_n);
        f->stream = f->joined;
    }
    memcpy(f->joined + f->stream_n, c->data, c->n);
    f->stream_n += c->n;
    return true;
}

static bool is_harmless(const struct chunk *c)
{
    for (int i = 0; i < 4; i++) {
        int letter = c->type[i] | 0x20;
        if (letter < 'a' || letter > 'z')
            return false;
    }
    return (c->type[0] & 0x20) && c->n <= ANCILLARY_MOST;
}

/* All chunks to the end: data in one run, nothing that the decoder has to know besides. */
static bool read_chunks(struct file *f)
{
    struct chunk c;
    for (bool began = false, ended = false; next_chunk(f, &c);) {
        bool data = is(&c, "IDAT");
        ended |= began && !data;
        began |= data;
        if (data ? ended || !add_to_stream(f, &c) : is(&c, "IEND") ? c.n > 0 : !is_harmless(&c))
            return false;
        if (is(&c, "IEND"))
            return began;
    }
    return false;
}

static bool inflate_rows(struct file *f)
{
    size_t n = (size_t)f->height * ((size_t)f->width + 1);
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    f->rows = d ? mem_array(n, 1, "PNG", NULL) : NULL;
    bool done = f->rows && libdeflate_zlib_decompress(d, f->stream, f->stream_n, f->rows, n,
                                                      NULL) == LIBDEFLATE_SUCCESS;
    libdeflate_free_decompressor(d);
    return done;
}

static void undo_left(const uint8_t *in, uint8_t *out, int n)
{
    uint8_t left = 0;
    for (int i = 0; i < n; i++)
        out[i] = left = (uint8_t)(in[i] + left);
}

static void undo_up(const uint8_t *in, const uint8_t *above, uint8_t *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = (uint8_t)(in[i] + above[i]);
}

static void undo_average(const uint8_t *in, const uint8_t *above, uint8_t *out, int n)
{
    uint8_t left = 0;
    for (int i = 0; i < n; i++)
        out[i] = left = (uint8_t)(in[i] + (left + above[i]) / 2);
}

/* The neighbour nearest to left + up - corner; ties in this order. */
static void undo_paeth(const uint8_t *in, const uint8_t *above, uint8_t *out, int n)
{
    int left = 0, corner = 0;
    for (int i = 0; i < n; i++) {
        int up = above[i], by_up = up - corner, by_left = left - corner;
        int to_left = abs(by_up), to_up = abs(by_left), to_corner = abs(by_up + by_left);
        int near = to_left <= to_up && to_left <= to_corner ? left
                   : to_up <= to_corner                     ? up
                                                            : corner;
        left = (uint8_t)(in[i] + near);
        out[i] = (uint8_t)left;
        corner = up;
    }
}

static bool undo_filter(int filter, const uint8_t *in, const uint8_t *above, uint8_t *out, int n)
{
    switch (filter) {
    case 0:
        memcpy(out, in, (size_t)n);
        return true;
    case 1:
        undo_left(in, out, n);
        return true;
    case 2:
        undo_up(in, above, out, n);
        return true;
    case 3:
        undo_average(in, above, out, n);
        return true;
    case 4:
        undo_paeth(in, above, out, n);
        return true;
    default:
        return false;
    }
}

/* The first row has zeros above it. */
static bool undo_filters(const struct file *f, struct image *out)
{
    size_t width = (size_t)f->width;
    uint8_t *zeros = mem_array(width, 1, "PNG", NULL);
    const uint8_t *above = zeros;
    bool done = zeros && !image_alloc(out, f->width, f->height, "PNG", NULL);
    for (size_t y = 0; done && y < (size_t)f->height; y++) {
        const uint8_t *row = f->rows + y * (width + 1);
        uint8_t *to = out->pixels + y * width;
        done = undo_filter(row[0], row + 1, above, to, f->width);
        above = to;
    }
    free(zeros);
    if (!done)
        image_fini(out);
    return done;
}

bool png_plain_decode(const uint8_t *bytes, size_t n, struct image *out)
{
    struct file f = {.at = bytes + SIGNATURE, .end = bytes + n};
    *out = (struct image){0};
    bool done = read_header(&f) && read_chunks(&f) && inflate_rows(&f) && undo_filters(&f, out);
    free(f.joined);
    free(f.rows);
    return done;
}
