/* One picture in every kind of PNG that microscopes and converters write: pixels and mean are the
 * same, whatever lies around them. What is damaged is refused, not read in part. */
#include <libdeflate.h>
#include <stdbool.h>
#include <stdlib.h>

#include "data/png_file.h"
#include "png_bytes.h"
#include "test.h"

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGBA = 6 };
/* Pixel (x, y) is 5 x + 3 y, x and y from 0 to 31: at most 248, 124 in the mean. */
enum { SIDE = 32, MEAN = 124, LARGE = 9 << 20 };

static struct {
    uint8_t *bytes;
    size_t n;
} file;
static uint8_t rows[1 << 14];
static size_t rows_n;

static uint8_t pixel(int x, int y)
{
    return (uint8_t)(5 * x + 3 * y);
}

static void chunk(const char *type, const void *data, size_t n)
{
    uint8_t *to = file.bytes + file.n;
    png_bytes_put32(to, (uint32_t)n);
    memcpy(to + 4, type, 4);
    if (n)
        memcpy(to + 8, data, n);
    png_bytes_put32(to + 8 + n, png_bytes_crc(to + 4, n + 4));
    file.n += n + 12;
}

static void header(int bits, int kind, int interlace)
{
    uint8_t h[13] = {
        0, 0, 0, SIDE, 0, 0, 0, SIDE, (uint8_t)bits, (uint8_t)kind, 0, 0, (uint8_t)interlace};
    chunk("IHDR", h, sizeof h);
}

static void begin(int bits, int kind, int interlace)
{
    memcpy(file.bytes, "\x89PNG\r\n\x1a\n", 8);
    file.n = 8;
    header(bits, kind, interlace);
}

static void put(unsigned value)
{
    assert_true(rows_n < sizeof rows);
    rows[rows_n++] = (uint8_t)value;
}

static void put_pixel(int x, int y, int bits, int kind)
{
    int samples = kind == RGB || kind == RGBA ? 3 : 1;
    for (int i = 0; i < samples * bits / 8; i++)
        put(pixel(x, y)); /* v * 257 is v twice */
    for (int i = 0; (kind == GRAY_ALPHA || kind == RGBA) && i < bits / 8; i++)
        put(7);
}

static void draw(int bits, int kind)
{
    rows_n = 0;
    for (int y = 0; y < SIDE; y++) {
        put(0);
        for (int x = 0; x < SIDE; x++)
            put_pixel(x, y, bits, kind);
    }
}

static void draw_in_passes(int bits)
{
    static const int passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                     {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    rows_n = 0;
    for (const int(*p)[4] = passes; p < passes + 7; p++)
        for (int y = (*p)[1]; y < SIDE; y += (*p)[3]) {
            put(0);
            for (int x = (*p)[0]; x < SIDE; x += (*p)[2])
                put_pixel(x, y, bits, GRAY);
        }
}

/* The rows in chunks of `most` bytes of the stream. */
static void image_data(size_t most)
{
    static uint8_t stream[1 << 15];
    size_t n = png_bytes_store(rows, rows_n, stream);
    for (size_t at = 0; at < n; at += most)
        chunk("IDAT", stream + at, n - at < most ? n - at : most);
}

static void end(void)
{
    chunk("IEND", NULL, 0);
}

static void expect(const char *what)
{
    struct image im;
    struct err e = {0};
    static const char *const stains[] = {"red", "green", "blue", "yellow"};
    for (int i = 0; i < 4; i++) {
        uint64_t sum = 0;
        if (png_file_decode(file.bytes, file.n, "a.png", stains[i], &im, &e))
            fail_msg("%s: %s", what, e.text);
        assert_int_equal(im.width, SIDE);
        assert_int_equal(im.height, SIDE);
        for (int at = 0; at < SIDE * SIDE; at++) {
            sum += im.pixels[at];
            if (im.pixels[at] != pixel(at % SIDE, at / SIDE))
                fail_msg("%s: pixel %d is %d", what, at, im.pixels[at]);
        }
        assert_int_equal(sum, MEAN * SIDE * SIDE);
        image_fini(&im);
    }
}

static void refuse(const char *what, const char *part)
{
    struct image im;
    struct err e = {0};
    if (!png_file_decode(file.bytes, file.n, "a.png", "red", &im, &e))
        fail_msg("%s: was read", what);
    assert_int_equal(e.code, ERR_DATA);
    assert_null(im.pixels);
    if (!strstr(e.text, part))
        fail_msg("%s: \"%s\" does not contain \"%s\"", what, e.text, part);
}

static void every_layout(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int bits, kind;
    } layouts[] = {{"gray", 8, GRAY},
                   {"gray of 16 bits", 16, GRAY},
                   {"gray, alpha", 8, GRAY_ALPHA},
                   {"gray of 16 bits, alpha", 16, GRAY_ALPHA},
                   {"colour", 8, RGB},
                   {"colour of 16 bits", 16, RGB},
                   {"colour, alpha", 8, RGBA},
                   {"colour of 16 bits, alpha", 16, RGBA}};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        begin(layouts[i].bits, layouts[i].kind, 0);
        draw(layouts[i].bits, layouts[i].kind);
        image_data(SIZE_MAX);
        end();
        expect(layouts[i].what);
    }
    for (int bits = 8; bits <= 16; bits += 8) {
        begin(bits, GRAY, 1);
        draw_in_passes(bits);
        image_data(SIZE_MAX);
        end();
        expect("interlaced");
    }
}

/* The colours count, not their numbers. */
static void palettes(void **state)
{
    (void)state;
    for (int inverted = 0; inverted < 2; inverted++) {
        uint8_t colours[768];
        for (int i = 0; i < 768; i++)
            colours[i] = (uint8_t)(inverted ? 255 - i / 3 : i / 3);
        begin(8, PALETTE, 0);
        chunk("PLTE", colours, sizeof colours);
        draw(8, PALETTE);
        for (size_t i = 0; inverted && i < rows_n; i++)
            if (i % (SIDE + 1))
                rows[i] = (uint8_t)(255 - rows[i]);
        image_data(SIZE_MAX);
        end();
        expect(inverted ? "inverted palette" : "palette");
    }
}

/* What may stand before the pixels without a meaning for them: colour is not managed, no gray level
 * is transparent, a broken or repeated note is nobody's concern. */
static void other_chunks(void **state)
{
    (void)state;
    static const struct {
        const char *type, *data;
        size_t n;
    } before[] = {
        {"tEXt", "Title\0cells", 11},
        {"gAMA", "\0\1\x86\xA0", 4}, /* 1.0 */
        {"gAMA", "\0\0\0\0", 4},
        {"gAMA", "\0\0\xB1\x8F", 4}, /* 1/2.2 */
        {"cHRM",
         "\0\0\x7A\x26\0\0\x80\x84\0\0\xFA\0\0\0\x80\xE8\0\0\x75\x30\0\0\xEA\x60\0\0\x3A\x98\0\0"
         "\x17\x70",
         32},
        {"sRGB", "\0", 1},
        {"sBIT", "\x08", 1},
        {"iCCP", "icc\0\0no profile", 15},
        {"tRNS", "\0\x7C", 2},
        {"bKGD", "\0\xFF", 2},
        {"eXIf", "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0", 26}, /* turned */
        {"PLTE", "\0\1\2\3\4\5\6\7\x08", 9},
        {"tIME", "\0\0\0\0\0\0\0", 7},
        {"pHYs", "\0\0\0\1\0\0\0\1\0", 9},
        {"acTL", "\0\0\0\2\0\0\0\0", 8},
        {"vpAg", "\0\0\0\1", 4},
    };
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        for (int times = 1; times <= 2 && (times == 1 || memcmp(before[i].type, "PLTE", 4) != 0);
             times++) {
            begin(8, GRAY, 0);
            for (int t = 0; t < times; t++)
                chunk(before[i].type, before[i].data, before[i].n);
            draw(8, GRAY);
            image_data(SIZE_MAX);
            end();
            expect(before[i].type);
        }
}

/* The second picture of an animation is not the sample. */
static void animation(void **state)
{
    (void)state;
    static const uint8_t control[] = {0, 0, 0, 2, 0, 0, 0, 0};
    uint8_t frame[26] = {[7] = SIDE, [11] = SIDE, [21] = 1, [23] = 10}, second[4 + 11 + 1] = {0};
    begin(8, GRAY, 0);
    chunk("acTL", control, sizeof control);
    chunk("fcTL", frame, sizeof frame);
    draw(8, GRAY);
    image_data(SIZE_MAX);
    frame[3] = 1;
    chunk("fcTL", frame, sizeof frame);
    second[3] = 2;
    chunk("fdAT", second, sizeof second);
    end();
    expect("animation");
}

static void large_chunks(void **state)
{
    (void)state;
    static const struct {
        const char *type, *begins;
        size_t n;
        bool after;
    } large[] = {{"tEXt", "ImageDescription", 17, false},
                 {"tEXt", "ImageDescription", 17, true},
                 {"iTXt", "XML:com.adobe.xmp\0\0\0\0", 22, false},
                 {"iCCP", "icc\0", 5, false}};
    uint8_t *data = malloc(LARGE);
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        memset(data, 'x', LARGE);
        memcpy(data, large[i].begins, large[i].n);
        begin(8, GRAY, 0);
        if (!large[i].after)
            chunk(large[i].type, data, LARGE);
        draw(8, GRAY);
        image_data(SIZE_MAX);
        if (large[i].after)
            chunk(large[i].type, data, LARGE);
        end();
        expect(large[i].type);
    }
    free(data);
}

/* 64 MB of text in 64 KB. */
static void text_that_grows(void **state)
{
    (void)state;
    enum { TEXT = 64 << 20, ROOM = 1 << 20 };
    static uint8_t packed[ROOM] = "OME\0"; /* a name, and the method: deflate */
    uint8_t *text = calloc(TEXT, 1);
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(1);
    size_t n = libdeflate_zlib_compress(c, text, TEXT, packed + 5, ROOM - 5);
    libdeflate_free_compressor(c);
    free(text);
    assert_in_range(n, 1, ROOM);
    begin(8, GRAY, 0);
    chunk("zTXt", packed, n + 5);
    draw(8, GRAY);
    image_data(SIZE_MAX);
    end();
    expect("zTXt");
}

static void divided_data(void **state)
{
    (void)state;
    draw(8, GRAY);
    begin(8, GRAY, 0);
    image_data(1);
    end();
    expect("a byte in each chunk");
    begin(8, GRAY, 0);
    chunk("IDAT", NULL, 0);
    image_data(100);
    chunk("IDAT", NULL, 0);
    end();
    expect("empty chunks");
    begin(8, GRAY, 0);
    image_data(SIZE_MAX);
    end();
    memset(file.bytes + file.n, 'x', 160);
    file.n += 160;
    expect("bytes after the end");
    begin(8, GRAY, 0);
    for (int i = 0; i < 500; i++)
        put(0);
    image_data(SIZE_MAX);
    end();
    expect("more bytes than pixels");
}

static void damaged(void **state)
{
    (void)state;
    draw(8, GRAY);
    begin(8, GRAY, 0);
    image_data(SIZE_MAX);
    refuse("no end", "ends too early (truncated)");
    begin(8, GRAY, 0);
    chunk("tEXt", "k\0value", 7);
    memcpy(file.bytes + file.n - 9, "VALUE", 5);
    image_data(SIZE_MAX);
    end();
    refuse("a wrong checksum of a note", "tEXt: CRC error");
    begin(8, GRAY, 0);
    chunk("CgBI", "\0\0\0\0", 4);
    image_data(SIZE_MAX);
    end();
    refuse("an unknown chunk that is needed", "CgBI");
    begin(8, GRAY, 0);
    header(8, GRAY, 0);
    image_data(SIZE_MAX);
    end();
    refuse("two headers", "IHDR: out of place");
    rows_n -= 4 * (SIDE + 1);
    begin(8, GRAY, 0);
    image_data(SIZE_MAX);
    end();
    refuse("four rows too few", "Not enough image data");
}

static void wrong_checksum_of_the_pixels(void **state)
{
    (void)state;
    uint8_t stream[1 << 12];
    draw(8, GRAY);
    size_t n = png_bytes_store(rows, rows_n, stream);
    memset(stream + n - 4, 0, 4);
    begin(8, GRAY, 0);
    chunk("IDAT", stream, n);
    end();
    refuse("a wrong checksum of the pixels", "incorrect data check");
}

static int make_room(void **state)
{
    (void)state;
    file.bytes = malloc(LARGE + (1 << 20));
    return file.bytes ? 0 : -1;
}

static int free_room(void **state)
{
    (void)state;
    free(file.bytes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout),
        cmocka_unit_test(palettes),
        cmocka_unit_test(other_chunks),
        cmocka_unit_test(animation),
        cmocka_unit_test(large_chunks),
        cmocka_unit_test(text_that_grows),
        cmocka_unit_test(divided_data),
        cmocka_unit_test(damaged),
        cmocka_unit_test(wrong_checksum_of_the_pixels),
    };
    return cmocka_run_group_tests(tests, make_room, free_room);
}
