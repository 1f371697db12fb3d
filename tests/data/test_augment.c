/* The eight views against numpy's transpose, flipud and fliplr, and the normalisation by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/augment.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views_of_known_pixels),
        cmocka_unit_test(test_views_across_tiles),
        cmocka_unit_test(test_table_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
