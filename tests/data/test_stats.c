/* Channel statistics against numbers by hand and by numpy. */
#include <math.h>

#include "data/stats.h"
#include "data/tiny_set.h"
#include "test.h"

static struct cache *open_at(struct tiny_set *t, int size)
{
    struct err e;
    struct cache *c = cache_open(t->cache, &t->x, size, NULL, NULL, NULL, NULL, &e);
    if (!c)
        fail_msg("%s", e.text);
    return c;
}

static void write_gray(const struct tiny_set *t, int row, int channel, int side,
                       const uint8_t *pixels)
{
    struct image im;
    assert_int_equal(image_alloc(&im, side, side, "plane", NULL), 0);
    memcpy(im.pixels, pixels, (size_t)side * (size_t)side);
    tiny_write_image(t, row, channel, &im);
    image_fini(&im);
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-14;
}

static void test_by_hand(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(2, 1);
    const uint8_t dark[4] = {0, 0, 0, 51}, light[4] = {255, 255, 51, 51};
    write_gray(t, 0, 0, 2, dark);
    write_gray(t, 1, 0, 2, light);
    struct cache *c = open_at(t, 2);
    const int rows[] = {0, 1};
    struct stats s;
    assert_int_equal(stats_measure(c, rows, 2, NULL, &s, NULL), 0);
    assert_int_equal(s.samples, 2);
    assert_int_equal(s.channels, 1);
    assert_int_equal(s.size, 2);
    /* 0 0 0 .2 and 1 1 .2 .2: means .05 and .6; variances .0075 and .16; pooled mean 2.6 / 8,
     * mean of squares 2.12 / 8. */
    assert_true(near(s.per_image_mean[0], .325));
    assert_true(near(s.per_image_std[0], (sqrt(.0075) + .4) / 2));
    assert_true(near(s.pooled_mean[0], .325));
    assert_true(near(s.pooled_std[0], sqrt(2.12 / 8 - .325 * .325)));
    assert_int_equal(s.histogram[0][0], 3);
    assert_int_equal(s.histogram[0][51], 3);
    assert_int_equal(s.histogram[0][255], 2);
    cache_close(c);
    tiny_free(t);
}

/* The planes of tiny_set, 40 samples, 3 channels; tests/reference/stats.py gives the figures. */
static void test_against_numpy(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(40, 3);
    struct cache *c = open_at(t, TINY_SIDE);
    int rows[40], n = 0;
    for (int row = 0; row < 40; row++)
        if (row % 4 != 1)
            rows[n++] = row;
    struct stats s;
    assert_int_equal(stats_measure(c, rows, n, NULL, &s, NULL), 0);
    assert_int_equal(s.samples, 30);
    const double pooled_mean[] = {0.50164124909222962, 0.50474945533769067, 0.49984023238925196},
                 pooled_std[] = {0.28752714945176711, 0.2901360579618083, 0.2922306011404659};
    const double image_mean[] = {0.5016412490922294, 0.50474945533769067, 0.4998402323892519},
                 image_std[] = {0.27683672861752012, 0.27922182744891777, 0.28254090229608447};
    for (int ch = 0; ch < 3; ch++) {
        assert_true(near(s.pooled_mean[ch], pooled_mean[ch]));
        assert_true(near(s.pooled_std[ch], pooled_std[ch]));
        assert_true(near(s.per_image_mean[ch], image_mean[ch]));
        assert_true(near(s.per_image_std[ch], image_std[ch]));
        uint64_t pixels = 0;
        for (int v = 0; v < 256; v++)
            pixels += s.histogram[ch][v];
        assert_true(pixels == 30 * TINY_SIDE * TINY_SIDE);
    }
    cache_close(c);
    tiny_free(t);
}

static void test_same_bits_for_any_team(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(60, 4);
    struct cache *c = open_at(t, TINY_SIDE);
    int rows[60];
    struct stats one, many;
    for (int row = 0; row < 60; row++)
        rows[row] = row;
    assert_int_equal(stats_measure(c, rows, 60, NULL, &one, NULL), 0);
    for (int team = 2; team <= 5; team++) {
        struct workers *w = workers_new(team, 0, NULL);
        assert_int_equal(stats_measure(c, rows, 60, w, &many, NULL), 0);
        assert_memory_equal(&one, &many, sizeof one);
        workers_free(w);
    }
    cache_close(c);
    tiny_free(t);
}

static void test_bad_samples_are_left_out(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(3, 1);
    const uint8_t all_100[4] = {100, 100, 100, 100}, nothing[1] = {0};
    char path[4096];
    for (int row = 0; row < 2; row++)
        write_gray(t, row, 0, 2, all_100);
    tiny_write_bytes(tiny_path(t, 2, 0, path), nothing, 0);
    struct cache *c = open_at(t, 2);
    const int rows[] = {2, 0, 1};
    struct stats s;
    struct err e = {0};
    assert_int_equal(stats_measure(c, rows, 3, NULL, &s, &e), 0);
    assert_int_equal(s.samples, 2);
    assert_true(near(s.pooled_mean[0], 100 / 255.0));
    assert_true(s.pooled_std[0] == 0);
    assert_int_equal(stats_measure(c, rows, 1, NULL, &s, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    cache_close(c);
    tiny_free(t);
}

static void test_damaged_sample(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(4, 1);
    cache_close(open_at(t, TINY_SIDE));
    FILE *file = fopen(t->cache, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -1, SEEK_END), 0);
    fputc(0x77, file);
    fclose(file);
    struct cache *c = open_at(t, TINY_SIDE);
    const int rows[] = {0, 1, 2, 3};
    struct stats s;
    struct err e = {0};
    assert_int_equal(stats_measure(c, rows, 4, NULL, &s, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "s03: checksum differs"));
    cache_close(c);
    tiny_free(t);
}

/* Cut short under its reader: an error that names the file and says what to do, whichever of the
 * team came upon it. */
static void test_cut_short(void **state)
{
    (void)state;
    struct tiny_set *t = tiny_new(40, 2);
    struct cache *c = open_at(t, TINY_SIDE);
    struct workers *w = workers_new(3, 0, NULL);
    int rows[40];
    for (int row = 0; row < 40; row++)
        rows[row] = row;
    struct stats s;
    struct err e = {0};
    assert_int_equal(stats_measure(c, rows, 40, w, &s, NULL), 0);
    off_t sample = 2 * TINY_SIDE * TINY_SIDE;
    assert_int_equal(truncate(t->cache, tiny_cache_bytes(t) - 20 * sample), 0);
    assert_int_equal(stats_measure(c, rows, 40, w, &s, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "sample s20:"));
    assert_non_null(strstr(e.text, t->cache));
    assert_non_null(strstr(e.text, "delete the file"));
    assert_int_equal(stats_measure(c, rows, 20, w, &s, &e), 0);
    workers_free(w);
    cache_close(c);
    tiny_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_against_numpy),
        cmocka_unit_test(test_same_bits_for_any_team),
        cmocka_unit_test(test_bad_samples_are_left_out),
        cmocka_unit_test(test_damaged_sample),
        cmocka_unit_test(test_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
