/* Small maps over small pictures; every number is worked out by hand. */
#include "data/heatmap.h"
#include "near.h"
#include "test.h"

static const uint8_t plane[32];
static const struct composite_planes square = {1, 4, 4, {plane}, {"red"}},
                                     wide = {1, 8, 4, {plane}, {"red"}};
static const float values[] = {0, 4, 0, 8, NAN, NAN}; /* none of what follows the map counts */
static const struct heatmap map = {2, 2, 1, values};

static float levels[64];

static void look(const struct composite_planes *p, double zoom, double x, double y, int w, int h)
{
    struct composite_view v = {COMPOSITE_ALL, 1, zoom, x, y};
    heatmap_levels(&map, p, &v, w, h, levels);
}

static void expect(const double *wanted, int n)
{
    for (int i = 0; i < n; i++)
        assert_near((double)levels[i], wanted[i], 1e-6);
}

/* The middles of four pixels lie at -1/4, 1/4, 3/4 and 5/4 between the two numbers of a side, the
 * outermost are those numbers; the most is 8. */
static void test_between_the_numbers(void **state)
{
    (void)state;
    look(&square, 1, .5, .5, 4, 4);
    expect((double[]){0, .125, .375, .5, 0, .15625, .46875, .625, 0, .21875, .65625, .875, 0, .25,
                      .75, 1},
           16);
}

static void test_outside_of_the_image(void **state)
{
    (void)state;
    look(&square, 1, .5, .5, 8, 4); /* two columns at each side */
    expect((double[]){-1, -1, 0, .125, .375, .5, -1, -1}, 8);
    look(&wide, 1, .5, .5, 4, 4); /* the image is half as high as wide: a row above, one below */
    expect((double[]){-1, -1, -1, -1, 0, .125, .375, .5, 0, .25, .75, 1, -1, -1, -1, -1}, 16);
}

/* The lower right quarter in four pixels a side: 5/8, 7/8 and then 1 between the numbers. */
static void test_magnified(void **state)
{
    (void)state;
    look(&square, 2, 1, 1, 4, 4);
    expect((double[]){.5078125, .7109375, .8125, .8125}, 4);
    assert_near((double)levels[15], 1, 1e-6);
}

static void test_one_of_many_maps(void **state)
{
    (void)state;
    static const float many[] = {9, 0, 9, 4, 9, 0, 9, 8};
    const struct heatmap one = {2, 2, 2, many + 1};
    const struct composite_view whole = {COMPOSITE_ALL, 1, 1, .5, .5};
    heatmap_levels(&one, &square, &whole, 2, 2, levels);
    expect((double[]){0, .5, 0, 1}, 4);
    static const float nothing[4];
    const struct heatmap none = {2, 2, 1, nothing};
    heatmap_levels(&none, &square, &whole, 2, 2, levels);
    expect((double[]){0, 0, 0, 0}, 4);
}

static void assert_pixel(const uint8_t *p, int r, int g, int b)
{
    if (p[0] != r || p[1] != g || p[2] != b)
        fail_msg("%d %d %d, expected %d %d %d", p[0], p[1], p[2], r, g, b);
}

/* Without heat a stain is as grey as it is bright; where there is most .65 of yellow, at half its
 * brightness over black; what lies outside stays. */
static void test_colors(void **state)
{
    (void)state;
    uint8_t rgb[12] = {200, 10, 0, 0, 0, 0, 255, 255, 255, 1, 2, 3};
    heatmap_paint((float[]){0, 1, 1, -1}, 4, 1, false, rgb);
    assert_pixel(rgb, 200, 200, 200);
    assert_pixel(rgb + 3, 83, 73, 16);
    assert_pixel(rgb + 6, 255, 236, 122);
    assert_pixel(rgb + 9, 1, 2, 3);
}

static void test_the_line_of_half(void **state)
{
    (void)state;
    uint8_t rgb[27] = {0};
    heatmap_paint((float[]){.1F, .2F, .4F, .2F, .6F, .7F, .4F, .7F, 1}, 3, 3, true, rgb);
    for (int i = 0; i < 9; i++) {
        bool line = i == 4 || i == 5 || i == 7; /* not the corner, which only touches it */
        assert_int_equal(rgb[3 * i + 2] == 255, line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_between_the_numbers),
        cmocka_unit_test(test_outside_of_the_image),
        cmocka_unit_test(test_magnified),
        cmocka_unit_test(test_one_of_many_maps),
        cmocka_unit_test(test_colors),
        cmocka_unit_test(test_the_line_of_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
