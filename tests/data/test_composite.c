/* Pictures of small planes; every pixel is worked out by hand. */
#include "data/composite.h"
#include "test.h"

/* 4 x 4, two by two squares of one value each, one value a stain. */
static const uint8_t red[16] = {255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t green[16] = {0, 0, 100, 100, 0, 0, 100, 100, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t yellow[16] = {0, 0, 0, 0, 0, 0, 0, 0, 51, 51, 0, 0, 51, 51, 0, 0};

static const struct composite_planes planes = {
    3, 4, 4, {red, green, yellow}, {"red", "green", "yellow"}};

static uint8_t rgb[64 * 64 * 3];

static void assert_pixel(int width, int x, int y, int r, int g, int b)
{
    const uint8_t *p = rgb + 3 * (y * width + x);
    if (p[0] != r || p[1] != g || p[2] != b)
        fail_msg("pixel %d,%d is %d %d %d, expected %d %d %d", x, y, p[0], p[1], p[2], r, g, b);
}

static void draw(unsigned channels, double gain, double zoom, double x, double y, int w, int h)
{
    struct composite_view v = {channels, gain, zoom, x, y};
    composite_draw(&planes, &v, w, h, rgb);
}

static void test_stains_have_their_colors(void **state)
{
    (void)state;
    draw(COMPOSITE_ALL, 1, 1, .5, .5, 4, 4);
    assert_pixel(4, 0, 0, 255, 0, 0);
    assert_pixel(4, 3, 1, 0, 100, 0);
    assert_pixel(4, 1, 2, 26, 26, 0); /* half of 51: two colours */
    assert_pixel(4, 3, 3, 0, 0, 0);
    draw(1 | 2, 1, 1, .5, .5, 4, 4); /* without yellow */
    assert_pixel(4, 0, 0, 255, 0, 0);
    assert_pixel(4, 1, 2, 0, 0, 0);
}

static void test_gain_stops_at_full(void **state)
{
    (void)state;
    draw(COMPOSITE_ALL, 2, 1, .5, .5, 4, 4);
    assert_pixel(4, 0, 0, 255, 0, 0);
    assert_pixel(4, 2, 0, 0, 200, 0);
    assert_pixel(4, 0, 3, 51, 51, 0);
}

/* Level .6 is the full colour; above it goes to white: at 1 by four fifths. */
static void test_one_stain_goes_to_white(void **state)
{
    (void)state;
    draw(1, 1, 1, .5, .5, 4, 4);
    assert_pixel(4, 0, 0, 255, 204, 204);
    draw(2, 1, 1, .5, .5, 4, 4);
    assert_pixel(4, 2, 0, 0, 167, 0); /* 100 / 255 / .6 * 255 */
    draw(2, 1.53, 1, .5, .5, 4, 4);   /* 100 * 1.53 / 255 = .6 */
    assert_pixel(4, 2, 0, 0, 255, 0);
}

static void test_smaller_averages_larger_repeats(void **state)
{
    (void)state;
    draw(COMPOSITE_ALL, 1, 1, .5, .5, 1, 1);
    /* Means: red 63.75, green 25, yellow 12.75, of which 6.375 count. In parts of 255: red
     * .25 + .75 * .025 = .26875, green .0980 + .9020 * .025 = .12059. */
    assert_pixel(1, 0, 0, 69, 31, 0);
    draw(COMPOSITE_ALL, 1, 1, .5, .5, 16, 16);
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) {
            assert_pixel(16, x, y, 255, 0, 0);
            assert_pixel(16, x + 8, y, 0, 100, 0);
            assert_pixel(16, x, y + 8, 26, 26, 0);
        }
}

static void test_outside_is_black(void **state)
{
    (void)state;
    draw(COMPOSITE_ALL, 1, 1, .5, .5, 8, 4); /* two columns at each side are outside */
    assert_pixel(8, 1, 0, 0, 0, 0);
    assert_pixel(8, 2, 0, 255, 0, 0);
    assert_pixel(8, 5, 0, 0, 100, 0);
    assert_pixel(8, 6, 0, 0, 0, 0);
}

static void test_zoom_and_its_middle(void **state)
{
    (void)state;
    draw(COMPOSITE_ALL, 1, 2, .75, .25, 4, 4); /* the square at the upper right */
    for (int i = 0; i < 16; i++)
        assert_pixel(4, i % 4, i / 4, 0, 100, 0);
    draw(COMPOSITE_ALL, 1, 2, 5, -3, 4, 4); /* no further than the edges */
    assert_pixel(4, 0, 0, 0, 100, 0);
    assert_pixel(4, 3, 3, 0, 100, 0);
    draw(COMPOSITE_ALL, 1, 2, .5, .5, 4, 4); /* its middle: a quarter of each square */
    assert_pixel(4, 1, 1, 255, 0, 0);
    assert_pixel(4, 2, 1, 0, 100, 0);
    struct composite_view v = {COMPOSITE_ALL, 1, 2, .5, .5};
    assert_true(composite_scale(&planes, &v, 4, 40) == 2);
    v.zoom = 1;
    assert_true(composite_scale(&planes, &v, 2, 40) == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stains_have_their_colors),
        cmocka_unit_test(test_gain_stops_at_full),
        cmocka_unit_test(test_one_stain_goes_to_white),
        cmocka_unit_test(test_smaller_averages_larger_repeats),
        cmocka_unit_test(test_outside_is_black),
        cmocka_unit_test(test_zoom_and_its_middle),
    };
    return cmocka_run_group_tests_name("composite", tests, NULL, NULL);
}
