/* Patches: against a plain walk over all indices, for odd sizes and any part of rows and taps. */
#include <stdlib.h>
#include <string.h>

#include "kern/im2col.h"
#include "test.h"

static void test_output_sizes(void **state)
{
    (void)state; /* PyTorch's floor formula, by hand */
    assert_int_equal(im2col_out(256, 7, 2, 3), 128);
    assert_int_equal(im2col_out(255, 7, 2, 3), 128);
    assert_int_equal(im2col_out(33, 7, 2, 3), 17);
    assert_int_equal(im2col_out(17, 3, 2, 1), 9);
    assert_int_equal(im2col_out(9, 1, 2, 0), 5);
    assert_int_equal(im2col_out(8, 1, 2, 0), 4);
    assert_int_equal(im2col_out(1, 3, 1, 1), 1);
}

enum { IMAGES = 2 };

static const struct im2col cases[] = {
    {7, 9, 3, 4, 5, 7, 2, 3}, {5, 4, 2, 5, 4, 3, 1, 1}, {6, 7, 4, 3, 4, 3, 2, 1},
    {6, 7, 5, 3, 4, 1, 2, 0}, {1, 1, 2, 1, 1, 7, 2, 3}, {2, 1, 1, 2, 1, 3, 1, 1},
};

static int image_floats(const struct im2col *g)
{
    return g->h * g->w * g->c;
}

/* Index into x of (row, tap, channel); -1 in the padding. */
static int source(const struct im2col *g, int row, int tap, int channel)
{
    int plane = g->out_h * g->out_w, image = row / plane;
    int y = row % plane / g->out_w * g->stride - g->pad + tap / g->kernel;
    int x = row % g->out_w * g->stride - g->pad + tap % g->kernel;
    if (y < 0 || y >= g->h || x < 0 || x >= g->w)
        return -1;
    return image * image_floats(g) + (y * g->w + x) * g->c + channel;
}

static void check_part(const struct im2col *g, const struct im2col_part *p)
{
    int count = IMAGES * image_floats(g), width = p->taps * g->c, length = p->rows * width;
    float *x = malloc((size_t)count * sizeof *x), *col = malloc((size_t)(length + 1) * sizeof *col);
    float *dx = malloc((size_t)count * sizeof *dx), *want = malloc((size_t)count * sizeof *want);
    for (int i = 0; i < count; i++) {
        x[i] = (float)(i + 1);
        dx[i] = want[i] = (float)(i % 5);
    }
    col[length] = -7; /* nothing is written beyond */
    im2col_pack(g, p, x, col);
    assert_true(col[length] == -7);
    for (int i = 0; i < length; i++) {
        int from = source(g, (int)p->first + i / width, p->tap + i % width / g->c, i % g->c);
        assert_true(col[i] == (from < 0 ? 0 : x[from]));
        col[i] = (float)(i % 11);
        if (from >= 0)
            want[from] += col[i];
    }
    im2col_add(g, p, kern_best(), col, dx);
    assert_memory_equal(dx, want, (size_t)count * sizeof *dx);
    free(x);
    free(col);
    free(dx);
    free(want);
}

static void test_all_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct im2col *g = &cases[i];
        int rows = IMAGES * g->out_h * g->out_w, taps = g->kernel * g->kernel;
        for (int first = 0; first < rows; first += 3)
            for (int n = 1; first + n <= rows; n += 4) {
                check_part(g, &(struct im2col_part){(size_t)first, n, 0, taps});
                check_part(g, &(struct im2col_part){(size_t)first, n, taps / 2, 1});
                check_part(g, &(struct im2col_part){(size_t)first, n, 0, g->kernel});
                check_part(g, &(struct im2col_part){(size_t)first, n, taps / 3, taps - taps / 3});
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_sizes),
        cmocka_unit_test(test_all_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
