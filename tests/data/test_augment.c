/* The eight views against numpy's transpose, flipud and fliplr; maps and light against torch's
 * grid_sample and by hand; and 10,000 draws against the laws they are drawn from. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/augment.h"
#include "near.h"
#include "reference/augment_vectors.h"
#include "test.h"

/* a = [[1,2,3],[4,5,6],[7,8,9]]; v & 4: a.T, then v & 2: flipud, then v & 1: fliplr. */
static const uint8_t expected[AUGMENT_VIEWS][9] = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9}, {3, 2, 1, 6, 5, 4, 9, 8, 7}, {7, 8, 9, 4, 5, 6, 1, 2, 3},
    {9, 8, 7, 6, 5, 4, 3, 2, 1}, {1, 4, 7, 2, 5, 8, 3, 6, 9}, {7, 4, 1, 8, 5, 2, 9, 6, 3},
    {3, 6, 9, 2, 5, 8, 1, 4, 7}, {9, 6, 3, 8, 5, 2, 7, 4, 1},
};

static void identity_table(float *table, int channels)
{
    for (int c = 0; c < channels; c++)
        for (int v = 0; v < 256; v++)
            table[c * 256 + v] = (float)v;
}

static void test_views_of_known_pixels(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 5; channels++) {
        uint8_t planes[5 * 9];
        float table[5 * 256], out[5 * 9];
        identity_table(table, channels);
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < 9; i++)
                planes[c * 9 + i] = (uint8_t)(i + 1 + 10 * c);
        for (int v = 0; v < AUGMENT_VIEWS; v++) {
            augment_copy(planes, channels, 3, v, table, out);
            for (int i = 0; i < 9; i++)
                for (int c = 0; c < channels; c++)
                    assert_int_equal((int)out[i * channels + c], expected[v][i] + 10 * c);
        }
    }
}

/* Larger than a tile and no multiple of it: position by position. */
static void test_views_across_tiles(void **state)
{
    (void)state;
    enum { S = 71, C = 4 };
    uint8_t *planes = malloc(C * S * S);
    float *out = malloc(sizeof *out * C * S * S), table[C * 256];
    assert_non_null(planes);
    assert_non_null(out);
    identity_table(table, C);
    for (int i = 0; i < C * S * S; i++)
        planes[i] = (uint8_t)(i * 2654435761u >> 24);
    for (int v = 0; v < AUGMENT_VIEWS; v++) {
        augment_copy(planes, C, S, v, table, out);
        for (int y = 0; y < S; y++)
            for (int x = 0; x < S; x++) {
                int a = v & 2 ? S - 1 - y : y, b = v & 1 ? S - 1 - x : x;
                int from = v & 4 ? b * S + a : a * S + b;
                for (int c = 0; c < C; c++)
                    assert_true(out[(y * S + x) * C + c] == (float)planes[c * S * S + from]);
            }
    }
    free(planes);
    free(out);
}

static void test_table_by_hand(void **state)
{
    (void)state;
    const float mean[2] = {0.0f, 0.25f}, std[2] = {1.0f, 0.5f};
    float table[2 * 256];
    augment_table(mean, std, 2, table);
    assert_true(table[0] == 0.0f);
    assert_true(table[255] == 1.0f);
    assert_true(table[51] == 0.2f);
    assert_true(table[256] == -0.5f);
    assert_true(table[256 + 255] == 1.5f);
    assert_true(fabsf(table[256 + 153] - 0.7f) < 1e-7f); /* (.6 - .25) / .5 */
}

static void apply(const struct augment_draw *d, const float *mean, const float *std, float *out)
{
    float table[AUGMENT_C * 256];
    struct augment_norm norm = {.mean = mean, .std = std, .table = table};
    augment_table(mean, std, AUGMENT_C, table);
    augment_apply(augment_planes, AUGMENT_C, AUGMENT_S, d, &norm, out);
}

/* As bytes come in: mean 0 and deviation 1/255, so that a value is a byte. */
static void apply_bytes(const struct augment_draw *d, float *out)
{
    const float mean[AUGMENT_C] = {0}, std[AUGMENT_C] = {1 / 255.0f, 1 / 255.0f};
    apply(d, mean, std, out);
}

static double byte_at(int channel, int y, int x)
{
    return augment_planes[(channel * AUGMENT_S + y) * AUGMENT_S + x];
}

static void test_maps_and_light_as_torch(void **state)
{
    (void)state;
    for (int i = 0; i < AUGMENT_CASES; i++) {
        float out[AUGMENT_S * AUGMENT_S * AUGMENT_C];
        struct augment_draw d = augment_view(augment_cases[i].view);
        d.angle = augment_cases[i].angle;
        d.scale = augment_cases[i].scale;
        d.right = augment_cases[i].right;
        d.down = augment_cases[i].down;
        memcpy(d.gain, augment_cases[i].gain, sizeof augment_cases[i].gain);
        memcpy(d.contrast, augment_cases[i].contrast, sizeof augment_cases[i].contrast);
        apply(&d, augment_mean, augment_std, out);
        for (int j = 0; j < AUGMENT_S * AUGMENT_S * AUGMENT_C; j++)
            assert_near(out[j], augment_cases[i].out[j], 2e-4); /* steep between pixels: 8 in std */
    }
}

/* Rotations by 90 and 180 degrees, counter-clockwise, are views 6 and 3 but for the rounding of the
 * angle; across tiles, and with four channels. */
static void test_rotations_by_quarters(void **state)
{
    (void)state;
    enum { S = 71, C = 4 };
    const float mean[C] = {0}, std[C] = {1 / 255.0f, 1 / 255.0f, 1 / 255.0f, 1 / 255.0f};
    uint8_t *planes = malloc(C * S * S);
    float *out = malloc(sizeof *out * C * S * S), *view = malloc(sizeof *view * C * S * S);
    float table[C * 256];
    struct augment_norm norm = {.mean = mean, .std = std, .table = table};
    augment_table(mean, std, C, table);
    for (int i = 0; i < C * S * S; i++)
        planes[i] = (uint8_t)(i * 2654435761u >> 24);
    for (int quarters = 1; quarters <= 2; quarters++) {
        struct augment_draw d = augment_view(0);
        d.angle = 90 * quarters;
        augment_apply(planes, C, S, &d, &norm, out);
        augment_copy(planes, C, S, quarters == 1 ? 6 : 3, table, view);
        for (int i = 0; i < C * S * S; i++)
            assert_near(out[i], view[i], .05);
    }
    free(planes);
    free(out);
    free(view);
}

/* Three whole pixels to the right and two up: the border repeats its mirror image. */
static void test_shift_by_whole_pixels(void **state)
{
    (void)state;
    float out[AUGMENT_S * AUGMENT_S * AUGMENT_C];
    struct augment_draw d = augment_view(0);
    d.right = 3.0 / (double)AUGMENT_S;
    d.down = -2.0 / (double)AUGMENT_S;
    apply_bytes(&d, out);
    for (int y = 0; y < AUGMENT_S; y++)
        for (int x = 0; x < AUGMENT_S; x++)
            for (int c = 0; c < AUGMENT_C; c++) {
                int from_x = x < 3 ? 2 - x : x - 3;
                int from_y = y < AUGMENT_S - 2 ? y + 2 : 2 * AUGMENT_S - 3 - y;
                assert_near(out[(y * AUGMENT_S + x) * AUGMENT_C + c], byte_at(c, from_y, from_x),
                            .01);
            }
}

/* Twice as large: the middle stays, and half-way pixels are means of two. */
static void test_magnified_twice(void **state)
{
    (void)state;
    float out[AUGMENT_S * AUGMENT_S * AUGMENT_C];
    struct augment_draw d = augment_view(0);
    d.scale = 2;
    apply_bytes(&d, out);
    for (int x = 0; x < AUGMENT_S; x++) {
        int left = (5 + x) / 2, right = (6 + x) / 2; /* 5 + (x - 5) / 2 */
        assert_near(out[(5 * AUGMENT_S + x) * AUGMENT_C],
                    (byte_at(0, 5, left) + byte_at(0, 5, right)) / 2, .01);
    }
}

/* Only the first stain, twice as bright, cut at 255; the view stays an exact move. */
static void test_brightness_by_hand(void **state)
{
    (void)state;
    float out[AUGMENT_S * AUGMENT_S * AUGMENT_C];
    struct augment_draw d = augment_view(1);
    d.gain[0] = 2;
    apply_bytes(&d, out);
    for (int y = 0; y < AUGMENT_S; y++)
        for (int x = 0; x < AUGMENT_S; x++) {
            const float *at = out + (y * AUGMENT_S + x) * AUGMENT_C;
            double bright = 2 * byte_at(0, y, AUGMENT_S - 1 - x);
            assert_near(at[0], bright > 255 ? 255 : bright, 1e-3);
            assert_near(at[1], byte_at(1, y, AUGMENT_S - 1 - x), 1e-3);
        }
}

/* Side 4 of 11 pixels about (3, 9.5): columns 1 to 4, rows 8 to 10 with the rest outside. */
static void test_cutout_by_hand(void **state)
{
    (void)state;
    float whole[AUGMENT_S * AUGMENT_S * AUGMENT_C], cut[AUGMENT_S * AUGMENT_S * AUGMENT_C];
    struct augment_draw d = augment_view(0);
    apply(&d, augment_mean, augment_std, whole);
    d.hole = 4.0 / (double)AUGMENT_S;
    d.hole_x = 3.0 / (double)AUGMENT_S;
    d.hole_y = 9.5 / (double)AUGMENT_S;
    apply(&d, augment_mean, augment_std, cut);
    for (int y = 0; y < AUGMENT_S; y++)
        for (int x = 0; x < AUGMENT_S; x++)
            for (int c = 0; c < AUGMENT_C; c++) {
                int i = (y * AUGMENT_S + x) * AUGMENT_C + c;
                bool inside = x >= 1 && x <= 4 && y >= 8;
                assert_true(cut[i] == (inside ? 0 : whole[i]));
            }
    d.hole = 1; /* as large as the image, about its corner: a quarter of it */
    d.hole_x = d.hole_y = 0;
    apply(&d, augment_mean, augment_std, cut);
    int zeros = 0;
    for (int i = 0; i < AUGMENT_S * AUGMENT_S * AUGMENT_C; i += AUGMENT_C)
        zeros += cut[i] == 0 && cut[i + 1] == 0;
    assert_int_equal(zeros, 25); /* rows and columns 0 to 4, whose middles lie below 5.5 */
}

enum { DRAWS = 10000 };
static const double draws = DRAWS;

static const struct augment everything = {.flip = true,
                                          .turn = true,
                                          .rotate = 30,
                                          .scale_low = .9,
                                          .scale_high = 1.3,
                                          .shift = .1,
                                          .brightness = .2,
                                          .contrast = .3,
                                          .cutout = .25};

static struct augment_draw draw_number(const struct augment *a, int i)
{
    struct rng r = rng_stream(20182, RNG_TEST, 3, (uint32_t)i);
    return augment_draw(a, &r);
}

/* One number of a draw, by its place in the structure. */
static double number(const struct augment_draw *d, size_t offset)
{
    double value;
    memcpy(&value, (const char *)d + offset, sizeof value);
    return value;
}

/* Uniform over low..high: never outside, within 1% of both ends (missed with probability e^-100),
 * mean and variance within five of their standard errors. */
static void check_uniform(size_t offset, double low, double high)
{
    double sum = 0, squares = 0, least = high, most = low, width = high - low;
    for (int i = 0; i < DRAWS; i++) {
        struct augment_draw d = draw_number(&everything, i);
        double v = number(&d, offset), u = (v - low) / width - .5;
        assert_true(v >= low && v <= high);
        sum += u;
        squares += u * u;
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    assert_near(sum / draws, 0, 5 * sqrt(1 / 12.0 / draws));
    assert_near(squares / draws, 1 / 12.0, 5 * sqrt(1 / 180.0 / draws));
    assert_true(least < low + .01 * width && most > high - .01 * width);
}

static void test_draws_are_uniform(void **state)
{
    (void)state;
    check_uniform(offsetof(struct augment_draw, angle), -30, 30);
    check_uniform(offsetof(struct augment_draw, scale), .9, 1.3);
    check_uniform(offsetof(struct augment_draw, right), -.1, .1);
    check_uniform(offsetof(struct augment_draw, down), -.1, .1);
    check_uniform(offsetof(struct augment_draw, hole_x), 0, 1);
    check_uniform(offsetof(struct augment_draw, hole_y), 0, 1);
    for (size_t c = 0; c < INDEX_CHANNELS_MAX; c++) {
        check_uniform(offsetof(struct augment_draw, gain) + c * sizeof(double), .8, 1.2);
        check_uniform(offsetof(struct augment_draw, contrast) + c * sizeof(double), .7, 1.3);
    }
}

/* No number follows another: products of what was drawn for an image average to 0. */
static void test_draws_are_independent(void **state)
{
    (void)state;
    const struct {
        size_t offset;
        double low, high;
    } parts[] = {{offsetof(struct augment_draw, angle), -30, 30},
                 {offsetof(struct augment_draw, scale), .9, 1.3},
                 {offsetof(struct augment_draw, right), -.1, .1},
                 {offsetof(struct augment_draw, down), -.1, .1},
                 {offsetof(struct augment_draw, gain[0]), .8, 1.2},
                 {offsetof(struct augment_draw, gain[1]), .8, 1.2},
                 {offsetof(struct augment_draw, contrast[0]), .7, 1.3},
                 {offsetof(struct augment_draw, hole_x), 0, 1},
                 {offsetof(struct augment_draw, hole_y), 0, 1}};
    enum { PARTS = sizeof parts / sizeof *parts };
    double sums[PARTS][PARTS] = {{0}};
    for (int i = 0; i < DRAWS; i++) {
        struct augment_draw d = draw_number(&everything, i);
        double u[PARTS];
        for (int p = 0; p < PARTS; p++)
            u[p] =
                (number(&d, parts[p].offset) - parts[p].low) / (parts[p].high - parts[p].low) - .5;
        for (int p = 0; p < PARTS; p++)
            for (int q = 0; q < p; q++)
                sums[p][q] += u[p] * u[q];
    }
    for (int p = 0; p < PARTS; p++)
        for (int q = 0; q < p; q++)
            assert_near(sums[p][q] / draws, 0, 5 / 12.0 / sqrt(draws));
}

/* Each of the views that flips and turns allow equally often, within five standard deviations of
 * the binomial law; the others never. */
static void test_frequencies_of_views(void **state)
{
    (void)state;
    static const int allowed[4][AUGMENT_VIEWS] = {{1, 0, 0, 0, 0, 0, 0, 0},
                                                  {1, 1, 1, 1, 0, 0, 0, 0},  /* mirrored */
                                                  {1, 0, 0, 1, 0, 1, 1, 0},  /* np.rot90 */
                                                  {1, 1, 1, 1, 1, 1, 1, 1}}; /* both */
    for (int kind = 0; kind < 4; kind++) {
        const struct augment a = {.flip = kind & 1, .turn = kind & 2};
        int count[AUGMENT_VIEWS] = {0};
        double n = 0;
        for (int v = 0; v < AUGMENT_VIEWS; v++)
            n += allowed[kind][v];
        for (int i = 0; i < DRAWS; i++)
            count[draw_number(&a, i).view]++;
        for (int v = 0; v < AUGMENT_VIEWS; v++) {
            double p = allowed[kind][v] / n;
            assert_near(count[v], draws * p, 5 * sqrt(draws * p * (1 - p)));
        }
    }
}

/* What is off does nothing, and leaves what the others drew. */
static void test_parts_by_themselves(void **state)
{
    (void)state;
    const struct augment nothing = {0}, rotate = {.rotate = 30};
    const struct augment one = {.scale_low = 1, .scale_high = 1}, larger = {.scale_high = 1.1};
    assert_false(augment_any(&nothing));
    assert_false(augment_any(&one));
    assert_true(augment_any(&rotate));
    assert_true(augment_any(&larger));
    for (int i = 0; i < 100; i++) {
        struct augment_draw d = draw_number(&nothing, i), still = augment_view(0);
        d.hole_x = d.hole_y = 0; /* where no hole is */
        assert_int_equal(d.view, 0);
        assert_memory_equal(&d.angle, &still.angle,
                            sizeof d - offsetof(struct augment_draw, angle));
        assert_true(draw_number(&rotate, i).angle == draw_number(&everything, i).angle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views_of_known_pixels),
        cmocka_unit_test(test_views_across_tiles),
        cmocka_unit_test(test_table_by_hand),
        cmocka_unit_test(test_maps_and_light_as_torch),
        cmocka_unit_test(test_rotations_by_quarters),
        cmocka_unit_test(test_shift_by_whole_pixels),
        cmocka_unit_test(test_magnified_twice),
        cmocka_unit_test(test_brightness_by_hand),
        cmocka_unit_test(test_cutout_by_hand),
        cmocka_unit_test(test_draws_are_uniform),
        cmocka_unit_test(test_draws_are_independent),
        cmocka_unit_test(test_frequencies_of_views),
        cmocka_unit_test(test_parts_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
