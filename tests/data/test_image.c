/* The resize: by hand, against exact fractions (resize_vectors.py), and at its limits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/image.h"
#include "reference/resize_vectors.h"
#include "test.h"

static struct err e;

static void check(int width, int height, const uint8_t *pixels, int size, const uint8_t *expected)
{
    uint8_t copy[1024], out[1024];
    memcpy(copy, pixels, (size_t)(width * height));
    struct image im = {width, height, copy};
    assert_int_equal(image_resize(&im, size, out, &e), 0);
    assert_memory_equal(out, expected, (size_t)(size * size));
}

static void means_of_whole_pixels(void **state)
{
    (void)state;
    static const uint8_t four[] = {0, 4, 10, 20, 2, 2, 30, 41, 255, 255, 0, 1, 255, 254, 1, 0};
    check(4, 4, four, 2, (const uint8_t[]){2, 25, 255, 0}); /* 2, 25.25, 254.75, .5 */
    check(4, 4, four, 1, (const uint8_t[]){71});            /* 1132 / 16 = 70.75 */
    check(2, 1, (const uint8_t[]){0, 1}, 1, (const uint8_t[]){0});
    check(2, 1, (const uint8_t[]){1, 2}, 1, (const uint8_t[]){2});
    check(2, 1, (const uint8_t[]){254, 255}, 1, (const uint8_t[]){254});
}

/* Halving a plane of evenly spread levels must not move its mean: halves rounded up add 1/8. */
static void halving_keeps_the_mean(void **state)
{
    (void)state;
    enum { SIDE = 256, HALF = SIDE / 2 };
    uint8_t *small = xcalloc(1, HALF * HALF);
    struct image im;
    assert_int_equal(image_alloc(&im, SIDE, SIDE, "plane", &e), 0);
    double before = 0, after = 0;
    uint32_t x = 1;
    for (int i = 0; i < SIDE * SIDE; i++) {
        x = x * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        before += im.pixels[i] = (uint8_t)(x >> 24);
    }
    assert_int_equal(image_resize(&im, HALF, small, &e), 0);
    for (int i = 0; i < HALF * HALF; i++)
        after += small[i];
    /* The rounding of one result has a standard deviation of .31, of the mean of 16384 .0024. */
    assert_true(fabs(after / (HALF * HALF) - before / (SIDE * SIDE)) < 0.015);
    free(small);
    image_fini(&im);
}

/* 3 to 2: each result takes one pixel and half of the middle one. */
static void means_of_parts_of_pixels(void **state)
{
    (void)state;
    static const uint8_t three[] = {0, 90, 180, 0, 90, 180, 0, 90, 180};
    check(3, 3, three, 2, (const uint8_t[]){30, 150, 30, 150});
    static const uint8_t turned[] = {0, 0, 0, 90, 90, 90, 180, 180, 180};
    check(3, 3, turned, 2, (const uint8_t[]){30, 30, 150, 150});
}

/* 2 to 4, centres a quarter and three quarters between the two pixels, edges go on. */
static void growth(void **state)
{
    (void)state;
    static const uint8_t row[] = {0, 100, 0, 100};
    check(2, 2, row, 4,
          (const uint8_t[]){0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100});
    check(1, 1, (const uint8_t[]){7}, 3, (const uint8_t[]){7, 7, 7, 7, 7, 7, 7, 7, 7});
}

static void same_size_is_a_copy(void **state)
{
    (void)state;
    check(2, 2, (const uint8_t[]){9, 8, 7, 6}, 2, (const uint8_t[]){9, 8, 7, 6});
}

static void any_ratio(void **state)
{
    (void)state;
    enum { W = 23, H = 17 };
    uint8_t plane[W * H];
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            plane[y * W + x] = (uint8_t)((x * x * 7 + y * 31 + x * y * 13) % 256);
    check(W, H, plane, 1, resized_1);
    check(W, H, plane, 5, resized_5);
    check(W, H, plane, 8, resized_8);
    check(W, H, plane, 16, resized_16);
    check(W, H, plane, 20, resized_20); /* shrinks across, grows down */
    check(W, H, plane, 31, resized_31);
}

static void white_stays_white(void **state)
{
    (void)state;
    static const int sizes[][3] = {{16384, 3, 1}, {5, 4096, 64}, {2048, 2048, 33}, {1, 1, 500}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct image im;
        int size = sizes[i][2];
        assert_int_equal(image_alloc(&im, sizes[i][0], sizes[i][1], "test", &e), 0);
        memset(im.pixels, 255, (size_t)im.width * (size_t)im.height);
        uint8_t *out = malloc((size_t)(size * size));
        assert_non_null(out);
        assert_int_equal(image_resize(&im, size, out, &e), 0);
        for (int k = 0; k < size * size; k++)
            assert_int_equal(out[k], 255);
        free(out);
        image_fini(&im);
    }
}

static void limits(void **state)
{
    (void)state;
    struct image im;
    static const int wrong[][2] = {{0, 5}, {5, 0}, {-1, 5}, {16385, 1}, {1, 16385}, {16384, 16384}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(image_alloc(&im, wrong[i][0], wrong[i][1], "plane", &e), -1);
        assert_int_equal(e.code, ERR_DATA);
        assert_null(im.pixels);
    }
    assert_int_equal(image_alloc(&im, 8192, 8192, "plane", &e), 0);
    image_fini(&im);
    assert_null(im.pixels);
}

static void out_of_memory(void **state)
{
    (void)state;
    struct image im;
    uint8_t out[4];
    assert_int_equal(image_alloc(&im, 5, 5, "plane", &e), 0);
    int failures = 0;
    for (;; failures++) {
        mem_fail_after(failures + 1);
        int failed = image_resize(&im, 2, out, &e);
        mem_fail_after(0);
        if (!failed)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    assert_int_equal(failures, 7);
    image_fini(&im);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_of_whole_pixels),
        cmocka_unit_test(halving_keeps_the_mean),
        cmocka_unit_test(means_of_parts_of_pixels),
        cmocka_unit_test(growth),
        cmocka_unit_test(same_size_is_a_copy),
        cmocka_unit_test(any_ratio),
        cmocka_unit_test(white_stays_white),
        cmocka_unit_test(limits),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
