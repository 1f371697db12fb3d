/* PNG files put together byte by byte, for tests: any header, any chunk, any raw rows. Deflate
 * without compression, so that every byte of the result is known. */
#ifndef TESTS_DATA_PNG_BYTES_H
#define TESTS_DATA_PNG_BYTES_H

#include <stdint.h>
#include <string.h>

struct png_bytes {
    uint8_t bytes[1 << 16];
    size_t n, idat; /* where the first IDAT begins */
};

static inline uint32_t png_bytes_crc(const uint8_t *data, size_t n)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static inline void png_bytes_put32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void png_bytes_chunk(struct png_bytes *p, const char *type, const uint8_t *data,
                                   size_t n)
{
    uint8_t *to = p->bytes + p->n;
    png_bytes_put32(to, (uint32_t)n);
    memcpy(to + 4, type, 4);
    if (n)
        memcpy(to + 8, data, n);
    png_bytes_put32(to + 8 + n, png_bytes_crc(to + 4, n + 4));
    p->n += n + 12;
}

static inline void png_bytes_begin(struct png_bytes *p, uint32_t width, uint32_t height, int bits,
                                   int kind, int interlace)
{
    uint8_t header[13] = {0};
    png_bytes_put32(header, width);
    png_bytes_put32(header + 4, height);
    header[8] = (uint8_t)bits;
    header[9] = (uint8_t)kind;
    header[12] = (uint8_t)interlace;
    memcpy(p->bytes, "\x89PNG\r\n\x1a\n", 8);
    p->n = 8;
    png_bytes_chunk(p, "IHDR", header, sizeof header);
}

/* A zlib stream of stored blocks (RFC 1950, 1951); returns its size. */
static inline size_t png_bytes_store(const uint8_t *data, size_t n, uint8_t *out)
{
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < n; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    memcpy(out, "\x78\x01\x01", 3); /* one last block; n is below 65536 */
    out[3] = (uint8_t)n;
    out[4] = (uint8_t)(n >> 8);
    out[5] = (uint8_t)~n;
    out[6] = (uint8_t)(~n >> 8);
    memcpy(out + 7, data, n);
    png_bytes_put32(out + 7 + n, b << 16 | a);
    return n + 11;
}

/* The rows, each behind its filter byte, in `parts` IDAT chunks. */
static inline void png_bytes_split_rows(struct png_bytes *p, const uint8_t *rows, size_t n,
                                        size_t parts)
{
    static uint8_t stream[1 << 15];
    size_t size = png_bytes_store(rows, n, stream), at = 0;
    p->idat = p->n;
    for (size_t i = 0; i < parts; i++) {
        size_t end = size * (i + 1) / parts;
        png_bytes_chunk(p, "IDAT", stream + at, end - at);
        at = end;
    }
}

static inline void png_bytes_rows(struct png_bytes *p, const uint8_t *rows, size_t n)
{
    png_bytes_split_rows(p, rows, n, 1);
}

static inline void png_bytes_end(struct png_bytes *p)
{
    png_bytes_chunk(p, "IEND", NULL, 0);
}

#endif
