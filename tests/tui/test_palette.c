/* The 240 colours against xterm's list of them; the nearest one against all 240 tried in turn. */
#include "base/rng.h"
#include "draw/palette.h"
#include "test.h"

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        uint8_t number;
        int rgb[3];
    } known[] = {{16, {0, 0, 0}},        {21, {0, 0, 255}},      {46, {0, 255, 0}},
                 {67, {95, 135, 175}},   {130, {175, 95, 0}},    {196, {255, 0, 0}},
                 {226, {255, 255, 0}},   {231, {255, 255, 255}}, {232, {8, 8, 8}},
                 {244, {128, 128, 128}}, {255, {238, 238, 238}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct palette_color color = palette_color(known[i].number);
        assert_int_equal(color.number, known[i].number);
        assert_memory_equal(color.rgb, known[i].rgb, sizeof color.rgb);
    }
}

static float least_difference(const int rgb[3])
{
    float least = 1e9F;
    for (int n = 16; n < 256; n++) {
        struct palette_color color = palette_color((uint8_t)n);
        float one = palette_difference(rgb, color.rgb);
        least = one < least ? one : least;
    }
    return least;
}

/* Of equally near ones any: so the differences are compared, not the numbers. */
static void test_the_nearest(void **state)
{
    (void)state;
    struct rng r = rng_stream(5, RNG_TEST, 3, 0);
    for (int i = 0; i < 20000; i++) {
        int gray = (int)(rng_unit(&r) * 256), rgb[3];
        for (int c = 0; c < 3; c++)
            rgb[c] = i % 2 ? gray : (int)(rng_unit(&r) * 256);
        struct palette_color nearest = palette_color(palette_nearest(rgb));
        float found = palette_difference(rgb, nearest.rgb), least = least_difference(rgb);
        if (found > least)
            fail_msg("%d %d %d: %d is %.1f away, another %.1f", rgb[0], rgb[1], rgb[2],
                     nearest.number, (double)found, (double)least);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_the_nearest),
    };
    return cmocka_run_group_tests_name("palette", tests, NULL, NULL);
}
