/* PNG files of every kind, written here chunk by chunk (stored deflate blocks), and broken ones. */
#include <stdbool.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/png_file.h"
#include "image/png_plain.h"
#include "png_bytes.h"
#include "scratch.h"
#include "test.h"

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGBA = 6 };

static struct image im;
static struct err e;

static int decode(const struct png_bytes *p, const char *stain)
{
    memset(&e, 0, sizeof e);
    return png_file_decode(p->bytes, p->n, "a.png", stain, &im, &e);
}

static void expect(const struct png_bytes *p, const char *stain, const uint8_t *pixels, int width,
                   int height)
{
    if (decode(p, stain))
        fail_msg("%s", e.text);
    assert_int_equal(im.width, width);
    assert_int_equal(im.height, height);
    assert_memory_equal(im.pixels, pixels, (size_t)(width * height));
    image_fini(&im);
}

static void refuse(const uint8_t *bytes, size_t n, const char *stain, const char *part)
{
    memset(&e, 0, sizeof e);
    assert_int_equal(png_file_decode(bytes, n, "a.png", stain, &im, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
    assert_non_null(strstr(e.text, "a.png: "));
    assert_null(im.pixels);
}

static void gray_8(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 3, 2, 8, GRAY, 0);
    png_bytes_rows(&p,
                   (const uint8_t[]){0, 1, 2, 3, /* filter none */
                                     1, 10, 10, 255 /* filter sub */},
                   8);
    png_bytes_end(&p);
    expect(&p, "anything", (const uint8_t[]){1, 2, 3, 10, 20, 19}, 3, 2);
}

static void gray_of_few_bits(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 3, 1, 1, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 0xA0}, 2);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){255, 0, 255}, 3, 1);
    png_bytes_begin(&p, 4, 1, 2, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 0x1B}, 2);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){0, 85, 170, 255}, 4, 1);
    png_bytes_begin(&p, 2, 1, 4, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 0x1F}, 2);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){17, 255}, 2, 1);
}

/* v / 257 rounded, for every boundary between two results. */
static void gray_16(void **state)
{
    (void)state;
    enum { N = 765 };
    uint8_t row[1 + 2 * N] = {0}, expected[N];
    for (int i = 0; i < N; i++) {
        unsigned v = (unsigned)(i / 3) * 257 + (unsigned[]){0, 128, 129}[i % 3];
        row[1 + 2 * i] = (uint8_t)(v >> 8);
        row[2 + 2 * i] = (uint8_t)v;
        expected[i] = (uint8_t)(i / 3 + (i % 3 == 2));
    }
    struct png_bytes p;
    png_bytes_begin(&p, N, 1, 16, GRAY, 0);
    png_bytes_rows(&p, row, sizeof row);
    png_bytes_end(&p);
    expect(&p, "green", expected, N, 1);
}

static void colour(void **state)
{
    (void)state;
    struct png_bytes p;
    static const uint8_t rgb[] = {0, 10, 15, 30, 255, 0, 7};
    png_bytes_begin(&p, 2, 1, 8, RGB, 0);
    png_bytes_rows(&p, rgb, sizeof rgb);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){10, 255}, 2, 1);
    expect(&p, "green", (const uint8_t[]){15, 0}, 2, 1);
    expect(&p, "blue", (const uint8_t[]){30, 7}, 2, 1);
    expect(&p, "yellow", (const uint8_t[]){12, 128}, 2, 1); /* 12.5, 127.5: to even */
    refuse(p.bytes, p.n, "er", "it is in colour");
}

static void alpha_is_dropped(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 2, 1, 8, RGBA, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 1, 2, 3, 0, 4, 5, 6, 128}, 9);
    png_bytes_end(&p);
    expect(&p, "blue", (const uint8_t[]){3, 6}, 2, 1);
    png_bytes_begin(&p, 2, 1, 8, GRAY_ALPHA, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 9, 0, 8, 255}, 5);
    png_bytes_end(&p);
    expect(&p, "er", (const uint8_t[]){9, 8}, 2, 1);
    png_bytes_begin(&p, 1, 1, 16, RGBA, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 255, 255, 1, 1, 0, 129, 0, 0}, 9);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){255}, 1, 1);
    expect(&p, "blue", (const uint8_t[]){1}, 1, 1);
}

static void palette(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 4, 1, 2, PALETTE, 0);
    png_bytes_chunk(&p, "PLTE", (const uint8_t[]){1, 2, 3, 11, 12, 13, 21, 22, 23}, 9);
    png_bytes_chunk(&p, "tRNS", (const uint8_t[]){0}, 1);
    png_bytes_rows(&p, (const uint8_t[]){0, 0x18}, 2); /* 0 1 2 0 */
    png_bytes_end(&p);
    expect(&p, "green", (const uint8_t[]){2, 12, 22, 2}, 4, 1);
}

/* Adam7 of 3 x 2: passes 1, 4, 6 and 7 hold pixels (0,0), (2,0), (1,0), row 1. */
static void interlaced(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 3, 2, 8, GRAY, 1);
    png_bytes_rows(&p, (const uint8_t[]){0, 1, 0, 3, 0, 2, 0, 4, 5, 6}, 10);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){1, 2, 3, 4, 5, 6}, 3, 2);
    png_bytes_begin(&p, 3, 2, 8, RGB, 1);
    png_bytes_rows(&p, (const uint8_t[]){0, 1, 91, 0,  0, 3, 93, 0, 0, 2,  92,
                                         0, 0, 4,  94, 0, 5, 95, 0, 6, 96, 0},
                   22);
    png_bytes_end(&p);
    expect(&p, "green", (const uint8_t[]){91, 92, 93, 94, 95, 96}, 3, 2);
}

static void one_pixel(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 1, 1, 8, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 77}, 2);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){77}, 1, 1);
}

/* A 16 x 16 image in three IDATs with a text chunk between header and data. */
static void make_sample(struct png_bytes *p)
{
    uint8_t rows[16 * 17];
    for (int i = 0; i < 16 * 17; i++)
        rows[i] = i % 17 ? (uint8_t)(i * 37) : 0;
    png_bytes_begin(p, 16, 16, 8, GRAY, 0);
    png_bytes_chunk(p, "tEXt", (const uint8_t *)"Title\0cells", 11);
    png_bytes_split_rows(p, rows, sizeof rows, 3);
    png_bytes_end(p);
}

static void truncated_anywhere(void **state)
{
    (void)state;
    struct png_bytes p;
    make_sample(&p);
    assert_int_equal(decode(&p, "red"), 0);
    image_fini(&im);
    refuse(p.bytes, 0, "red", "is empty (0 bytes)");
    for (size_t n = 1; n < 8; n++)
        refuse(p.bytes, n, "red", "is not a PNG");
    for (size_t n = 8; n < p.n; n++)
        refuse(p.bytes, n, "red", "cannot be decoded: the file ends too early (truncated)");
}

static void any_flipped_byte(void **state)
{
    (void)state;
    struct png_bytes p;
    make_sample(&p);
    for (size_t i = 0; i < p.n; i++) {
        p.bytes[i] ^= 0x10;
        memset(&e, 0, sizeof e);
        assert_int_equal(png_file_decode(p.bytes, p.n, "a.png", "red", &im, &e), -1);
        assert_null(im.pixels);
        p.bytes[i] ^= 0x10;
    }
    p.bytes[p.idat + 10] ^= 1;
    refuse(p.bytes, p.n, "red", "IDAT: CRC error");
}

static void too_few_rows(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 4, 4, 8, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){0, 1, 2, 3, 4, 0, 1, 2}, 8);
    png_bytes_end(&p);
    refuse(p.bytes, p.n, "red", "Not enough");
    png_bytes_begin(&p, 4, 4, 8, GRAY, 0);
    png_bytes_end(&p);
    refuse(p.bytes, p.n, "red", "cannot be decoded");
}

static void huge_and_bombs(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 16385, 1, 8, GRAY, 0);
    png_bytes_end(&p);
    refuse(p.bytes, p.n, "red", "cannot be decoded");
    png_bytes_begin(&p, 16384, 16384, 8, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){0}, 1);
    png_bytes_end(&p);
    refuse(p.bytes, p.n, "red", "it is larger than 16384 pixels a side or 64 megapixels");
    png_bytes_begin(&p, 0x7FFFFFFF, 0x7FFFFFFF, 16, RGBA, 1);
    png_bytes_end(&p);
    refuse(p.bytes, p.n, "red", "cannot be decoded");
    png_bytes_begin(&p, 0, 4, 8, GRAY, 0);
    png_bytes_end(&p);
    refuse(p.bytes, p.n, "red", "cannot be decoded");
}

static void unknown_chunks_are_skipped(void **state)
{
    (void)state;
    static const uint8_t data[40];
    struct png_bytes p;
    png_bytes_begin(&p, 1, 1, 8, GRAY, 0);
    for (int i = 0; i < 1000; i++)
        png_bytes_chunk(&p, i % 2 ? "zTXt" : "meXx", data, sizeof data);
    png_bytes_rows(&p, (const uint8_t[]){0, 5}, 2);
    png_bytes_end(&p);
    expect(&p, "red", (const uint8_t[]){5}, 1, 1);
}

static void other_formats(void **state)
{
    (void)state;
    refuse((const uint8_t *)"\xFF\xD8\xFF\xE0\0\x10JFIF", 10, "red",
           "a.png: is a JPEG, not a PNG: convert it");
    refuse((const uint8_t *)"II*\0........", 12, "red", "is a TIFF, not a PNG: convert it");
    refuse((const uint8_t *)"GIF89a", 6, "red", "is a GIF");
    refuse((const uint8_t *)"<html>.....", 11, "red", "a.png: is not a PNG");
}

static void files_that_are_none(void **state)
{
    (void)state;
    assert_int_equal(image_load_png(scratch_path("absent.png"), "red", &im, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(image_load_png(scratch_folder, "red", &im, &e), -1);
    assert_non_null(strstr(e.text, "is a folder, not a regular file"));
    assert_int_equal(mkfifo(scratch_path("pipe.png"), 0600), 0);
    assert_int_equal(image_load_png(scratch_path("pipe.png"), "red", &im, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(image_load_png(scratch_write("zero.png", "", 0), "red", &im, &e), -1);
    assert_non_null(strstr(e.text, "zero.png: is empty (0 bytes)"));
}

static void allocations_that_fail(void **state)
{
    (void)state;
    struct png_bytes p;
    png_bytes_begin(&p, 3, 2, 8, RGB, 1);
    png_bytes_rows(&p, (const uint8_t[]){0, 1, 91, 0,  0, 3, 93, 0, 0, 2,  92,
                                         0, 0, 4,  94, 0, 5, 95, 0, 6, 96, 0},
                   22);
    png_bytes_end(&p);
    int failures = 0;
    for (bool done = false; !done;) {
        mem_fail_after(failures + 1);
        done = !decode(&p, "red");
        mem_fail_after(0);
        if (done)
            break;
        assert_null(im.pixels);
        assert_true(e.code == ERR_NOMEM || e.code == ERR_DATA);
        failures++;
    }
    image_fini(&im);
    assert_in_range(failures, 5, 60);
}

static void written_and_read_back(void **state)
{
    (void)state;
    struct image from;
    assert_int_equal(image_alloc(&from, 100, 37, "test", &e), 0);
    struct rng r = rng_stream(1, RNG_TEST, 0, 0);
    for (int i = 0; i < 3700; i++)
        from.pixels[i] = (uint8_t)rng_u32(&r);
    const char *path = scratch_path("out.png");
    assert_int_equal(image_save_png(&from, path, &e), 0);
    assert_int_equal(image_load_png(path, "yellow", &im, &e), 0);
    assert_int_equal(im.width, 100);
    assert_int_equal(im.height, 37);
    assert_memory_equal(im.pixels, from.pixels, 3700);
    image_fini(&im);
    assert_int_equal(image_save_png(&from, scratch_path("absent/out.png"), &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    mem_fail_after(3);
    assert_int_equal(image_save_png(&from, path, &e), -1);
    mem_fail_after(0);
    assert_int_equal(e.code, ERR_NOMEM);
    image_fini(&from);
}

/* Rows of every filter, one after the other: the predictor of the first row, left edge included, is
 * zero; libpng must see the same. */
static void gray_8_by_both_decoders(void **state)
{
    (void)state;
    enum { W = 61, H = 40 };
    struct png_bytes p;
    uint8_t rows[H * (W + 1)];
    struct rng r = rng_stream(2, RNG_TEST, 0, 0);
    for (int split = 1; split <= 3; split++) { /* IDAT chunks */
        for (int i = 0; i < H * (W + 1); i++)
            rows[i] = i % (W + 1) ? (uint8_t)rng_u32(&r) : (uint8_t)rng_below(&r, 5);
        rows[0] = (uint8_t)(split + 1);
        png_bytes_begin(&p, W, H, 8, GRAY, 0);
        png_bytes_chunk(&p, "tEXt", (const uint8_t *)"a\0b", 3);
        png_bytes_split_rows(&p, rows, sizeof rows, split);
        png_bytes_end(&p);
        struct image plain;
        assert_true(png_plain_decode(p.bytes, p.n, &plain));
        assert_int_equal(png_file_decode_any(p.bytes, p.n, "a.png", "red", &im, &e), 0);
        assert_int_equal(plain.width, W);
        assert_int_equal(plain.height, H);
        assert_memory_equal(plain.pixels, im.pixels, W * H);
        image_fini(&plain);
        image_fini(&im);
    }
}

/* One row of each filter after 1 2 3, by hand. */
static void filters(void **state)
{
    (void)state;
    static const struct {
        uint8_t row[4], want[3];
    } cases[] = {
        {{0, 9, 8, 7}, {9, 8, 7}},     {{1, 9, 8, 255}, {9, 17, 16}},
        {{2, 9, 8, 253}, {10, 10, 0}}, {{3, 9, 8, 7}, {9, 13, 15}}, /* halves of 0+1, 9+2, 13+3 */
        {{4, 9, 8, 1}, {10, 18, 19}}, /* 1, then 10 (nearest to 11), then 18 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct png_bytes p;
        uint8_t rows[8] = {0, 1, 2, 3};
        memcpy(rows + 4, cases[i].row, 4);
        png_bytes_begin(&p, 3, 2, 8, GRAY, 0);
        png_bytes_rows(&p, rows, 8);
        png_bytes_end(&p);
        assert_true(png_plain_decode(p.bytes, p.n, &im));
        assert_memory_equal(im.pixels + 3, cases[i].want, 3);
        image_fini(&im);
    }
}

/* Kinds that it does not know, and files with the least flaw, are left to libpng. */
static void not_plain(void **state)
{
    (void)state;
    struct png_bytes p, q;
    const uint8_t row[] = {0, 1, 2, 3};
    png_bytes_begin(&p, 3, 1, 8, GRAY, 0);
    png_bytes_rows(&p, row, 4);
    png_bytes_end(&p);
    assert_true(png_plain_decode(p.bytes, p.n, &im));
    image_fini(&im);
    for (size_t cut = 8; cut < p.n; cut++)
        assert_false(png_plain_decode(p.bytes, cut, &im));
    for (size_t at = 8; at < p.n; at++) { /* every byte is under a checksum, or is one */
        q = p;
        q.bytes[at] ^= 1;
        assert_false(png_plain_decode(q.bytes, q.n, &im));
    }
    static const int forms[][3] = {{16, GRAY, 0}, {8, RGB, 0}, {8, GRAY_ALPHA, 0}, {8, GRAY, 1}};
    for (int i = 0; i < 4; i++) {
        png_bytes_begin(&p, 3, 1, forms[i][0], forms[i][1], forms[i][2]);
        png_bytes_rows(&p, row, 4);
        png_bytes_end(&p);
        assert_false(png_plain_decode(p.bytes, p.n, &im));
    }
    png_bytes_begin(&p, 3, 1, 8, GRAY, 0);
    png_bytes_rows(&p, (const uint8_t[]){5, 1, 2, 3}, 4); /* no such filter */
    png_bytes_end(&p);
    assert_false(png_plain_decode(p.bytes, p.n, &im));
    png_bytes_begin(&p, 3, 1, 8, GRAY, 0);
    png_bytes_rows(&p, row, 3); /* a byte is missing */
    png_bytes_end(&p);
    assert_false(png_plain_decode(p.bytes, p.n, &im));
    png_bytes_begin(&p, 3, 1, 8, GRAY, 0);
    png_bytes_chunk(&p, "NEED", row, 4); /* critical, unknown */
    png_bytes_rows(&p, row, 4);
    png_bytes_end(&p);
    assert_false(png_plain_decode(p.bytes, p.n, &im));
    mem_fail_after(1);
    png_bytes_begin(&p, 3, 1, 8, GRAY, 0);
    png_bytes_rows(&p, row, 4);
    png_bytes_end(&p);
    assert_false(png_plain_decode(p.bytes, p.n, &im));
    mem_fail_after(0);
    assert_null(im.pixels);
}

static uint64_t sum_of(const char *path)
{
    assert_non_null(path);
    if (image_load_png(path, "red", &im, &e))
        fail_msg("%s", e.text);
    uint64_t sum = 0;
    for (int i = 0; i < im.width * im.height; i++)
        sum += im.pixels[i];
    image_fini(&im);
    return sum;
}

/* Sums of pixels as Pillow and NumPy read the same files; 16 bits as (v + 128) // 257. */
static void real_files(void **state)
{
    (void)state;
    const char *path = scratch_real("real_tiles/57_F11_1_t00_red.png");
    if (!path)
        return;
    assert_int_equal(sum_of(path), 14364745);
    assert_int_equal(sum_of(scratch_real("traps/gray16_2048_green.png")), 5000038);
    assert_int_equal(
        image_load_png(scratch_real("traps/jpeg_bytes_named_png_green.png"), "green", &im, &e), -1);
    assert_non_null(strstr(e.text, "is a JPEG, not a PNG: convert it"));
    assert_int_equal(image_load_png(scratch_real("traps/zero_bytes_red.png"), "red", &im, &e), -1);
    assert_non_null(strstr(e.text, "is empty (0 bytes)"));
}

static void colour_comes_back(void **state)
{
    (void)state;
    static const char *const stains[] = {"red", "green", "blue"};
    const uint8_t rgb[] = {0, 1, 2, 255, 128, 7, 9, 8, 7, 60, 50, 40, 33, 22, 11, 200, 100, 0};
    uint8_t *bytes, plane[6];
    size_t n;
    assert_int_equal(png_file_encode_rgb(rgb, 3, 2, "a.png", &bytes, &n, &e), 0);
    for (int c = 0; c < 3; c++) {
        for (int i = 0; i < 6; i++)
            plane[i] = rgb[3 * i + c];
        assert_int_equal(png_file_decode(bytes, n, "a.png", stains[c], &im, &e), 0);
        assert_int_equal(im.width * 100 + im.height, 302);
        assert_memory_equal(im.pixels, plane, sizeof plane);
        image_fini(&im);
    }
    free(bytes);
}

/* Twice the file, the inflated rows and the pixels; in three colours where it is interlaced. */
static void memory(void **state)
{
    (void)state;
    uint8_t head[PNG_FILE_HEAD] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0,
                                   0,    13,  'I', 'H', 'D',  'R',  0,    0,    2, 0,
                                   0,    0,   1,   0,   8,    0,    0,    0,    0};
    assert_int_equal(png_file_memory(head, 1000), 2 * 1000 + 2 * 512 * 256);
    head[28] = 1;
    assert_int_equal(png_file_memory(head, 1000), 2 * 1000 + 4 * 512 * 256);
    head[16] = 1; /* 16 million pixels wide: it would be refused */
    assert_int_equal(png_file_memory(head, 1000), 0);
    head[16] = 0;
    head[22] = 0; /* no rows */
    assert_int_equal(png_file_memory(head, 1000), 0);
    head[22] = 1;
    head[1] = 'X';
    assert_int_equal(png_file_memory(head, 1000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gray_8),
        cmocka_unit_test(colour_comes_back),
        cmocka_unit_test(gray_8_by_both_decoders),
        cmocka_unit_test(filters),
        cmocka_unit_test(not_plain),
        cmocka_unit_test(gray_of_few_bits),
        cmocka_unit_test(gray_16),
        cmocka_unit_test(colour),
        cmocka_unit_test(alpha_is_dropped),
        cmocka_unit_test(palette),
        cmocka_unit_test(interlaced),
        cmocka_unit_test(one_pixel),
        cmocka_unit_test(truncated_anywhere),
        cmocka_unit_test(any_flipped_byte),
        cmocka_unit_test(too_few_rows),
        cmocka_unit_test(huge_and_bombs),
        cmocka_unit_test(unknown_chunks_are_skipped),
        cmocka_unit_test(other_formats),
        cmocka_unit_test(files_that_are_none),
        cmocka_unit_test(allocations_that_fail),
        cmocka_unit_test(written_and_read_back),
        cmocka_unit_test(real_files),
        cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
