/* The scalar tier against plain double arithmetic and every other one, bit for bit, against it;
 * random sizes and tails, in place where the contract allows it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "kern/kern.h"
#include "near.h"
#include "test.h"

static const int widths[] = {1, 3, 8, 15, 16, 17, 28, 31, 32, 64, 65, 100};

enum { WIDTHS = 12, ROWS = 37, MOST = 100 * ROWS };

static const struct kern *reference(void)
{
    return kern_choose("scalar", NULL);
}

static float *numbers(uint32_t stream, size_t count)
{
    struct rng r = rng_stream(3, RNG_TEST, stream, 0);
    float *v = malloc((count + 1) * sizeof *v);
    for (size_t i = 0; i < count; i++)
        v[i] = (float)rng_range(&r, -2, 2);
    return v;
}

/* Inputs of all kernels, and everything that they make of them. */
struct outputs {
    float add[MOST], apply[4][MOST], masked[MOST], back[MOST], relu_masked[MOST], best[MOST],
        route[MOST];
    double sums[2][100], dots[2][100], relu_dots[2][100];
    uint8_t taps[MOST];
};

struct inputs {
    int c;
    float *x, *y, *dy, *scale, *shift, *d;
};

static struct inputs make_inputs(int c)
{
    size_t count = (size_t)c * ROWS, width = (size_t)c;
    return (struct inputs){c,
                           numbers(1, count),
                           numbers(2, count),
                           numbers(3, count),
                           numbers(4, width),
                           numbers(5, width),
                           numbers(6, width)};
}

static void free_inputs(struct inputs *in)
{
    free(in->x);
    free(in->y);
    free(in->dy);
    free(in->scale);
    free(in->shift);
    free(in->d);
}

static struct outputs *run_all(const struct kern *k, const struct inputs *in)
{
    struct outputs *o = calloc(1, sizeof *o);
    int c = in->c;
    size_t count = (size_t)c * ROWS, bytes = count * sizeof(float);
    memcpy(o->add, in->y, bytes);
    k->add(o->add, in->x, count);
    k->norm_sums(in->x, ROWS, c, o->sums[0], o->sums[1]);
    for (int kind = 0; kind < 4; kind++) {
        memcpy(o->apply[kind], in->x, bytes); /* in place */
        k->norm_apply(o->apply[kind], kind & 1 ? in->y : NULL, ROWS, c, in->scale, in->shift,
                      kind & 2, o->apply[kind]);
    }
    memcpy(o->masked, in->dy, bytes);
    k->norm_back_sums(o->masked, in->y, in->x, ROWS, c, o->dots[0], o->dots[1]);
    memcpy(o->back, in->dy, bytes);
    k->norm_back_apply(o->back, in->x, ROWS, c, in->scale, in->shift, in->d, o->back);
    memcpy(o->relu_masked, in->dy, bytes);
    k->norm_relu_back_sums(o->relu_masked, in->x, ROWS, c, in->scale, in->shift, o->relu_dots[0],
                           o->relu_dots[1]);
    memcpy(o->best, in->x, bytes);
    k->max_update(in->y, (int)count, 1, o->best, o->taps);
    k->max_update(in->y, (int)count, 2, o->best, o->taps); /* equal: must not win */
    memcpy(o->route, in->x, bytes);
    k->max_route(in->dy, o->taps, (int)count, 1, o->route);
    return o;
}

static void check_element(const struct inputs *in, const struct outputs *o, int i)
{
    int j = i % in->c;
    double x = in->x[i], y = in->y[i], dy = in->dy[i];
    assert_near(o->add[i], y + x, 1e-6);
    double v = x * in->scale[j] + in->shift[j];
    assert_near(o->apply[0][i], v, 1e-6);
    assert_near(o->apply[1][i], v + y, 1e-6);
    assert_near(o->apply[2][i], fmax(v, 0), 1e-6);
    assert_near(o->apply[3][i], fmax(v + y, 0), 1e-6);
    assert_near(o->masked[i], y > 0 ? dy : 0, 0);
    assert_near(o->back[i], in->scale[j] * dy + in->shift[j] * x + in->d[j], 2e-6);
    assert_near(o->relu_masked[i], v > 0 ? dy : 0, 0);
    assert_near(o->best[i], fmax(x, y), 0);
    assert_int_equal(o->taps[i], y > x ? 1 : 0);
    assert_near(o->route[i], y > x ? x + dy : x, 1e-6);
}

static void check_sums(const struct inputs *in, const struct outputs *o)
{
    for (int j = 0; j < in->c; j++) {
        double sum = 0, square = 0, gradient = 0, dot = 0, relu = 0, relu_dot = 0;
        for (int i = j; i < in->c * ROWS; i += in->c) {
            sum += in->x[i];
            square += (double)in->x[i] * in->x[i];
            gradient += o->masked[i];
            dot += (double)o->masked[i] * in->x[i];
            float passed = in->x[i] * in->scale[j] + in->shift[j] > 0 ? in->dy[i] : 0;
            relu += passed;
            relu_dot += (double)passed * in->x[i];
        }
        assert_near(o->sums[0][j], sum, 1e-12);
        assert_near(o->sums[1][j], square, 1e-12);
        assert_near(o->dots[0][j], gradient, 1e-12);
        assert_near(o->dots[1][j], dot, 1e-12);
        assert_near(o->relu_dots[0][j], relu, 1e-12);
        assert_near(o->relu_dots[1][j], relu_dot, 1e-12);
    }
}

static void test_scalar_tier(void **state)
{
    (void)state;
    const struct kern *scalar = reference();
    for (int w = 0; w < WIDTHS; w++) {
        struct inputs in = make_inputs(widths[w]);
        struct outputs *o = run_all(scalar, &in);
        for (int i = 0; i < in.c * ROWS; i++)
            check_element(&in, o, i);
        check_sums(&in, o);
        free(o);
        free_inputs(&in);
    }
}

static void test_tiers_give_the_same_bits(void **state)
{
    (void)state;
    const struct kern *tier;
    for (int t = 0; (tier = kern_at(t)) != reference(); t++) {
        for (int w = 0; w < WIDTHS; w++) {
            struct inputs in = make_inputs(widths[w]);
            struct outputs *want = run_all(reference(), &in), *got = run_all(tier, &in);
            assert_memory_equal(got, want, sizeof *got);
            free(want);
            free(got);
            free_inputs(&in);
        }
    }
}

/* NaN passes through ReLU, sums and the max pool in every tier; it must not be hidden. */
static void test_nan_survives(void **state)
{
    (void)state;
    const struct kern *k;
    for (int t = 0; (k = kern_at(t)); t++) {
        for (int at = 0; at < 20; at += 19) {
            float x[20], y[20], one[20], zero[20] = {0}, best[20] = {0};
            uint8_t taps[20] = {0};
            for (int i = 0; i < 20; i++)
                x[i] = one[i] = 1;
            x[at] = NAN;
            k->norm_apply(x, NULL, 1, 20, one, zero, true, y);
            assert_true(isnan(y[at]) && !isnan(y[at ? 0 : 19]));
            k->max_update(x, 20, 4, best, taps);
            assert_true(isnan(best[at]) && taps[at] == 4);
            k->max_update(one, 20, 5, best, taps);
            assert_true(isnan(best[at]) && taps[at] == 4);
        }
    }
}

static void test_choice(void **state)
{
    (void)state;
    struct err e = {0};
    int n = 0;
    for (; kern_at(n); n++)
        assert_ptr_equal(kern_choose(kern_at(n)->name, &e), kern_at(n));
    assert_true(n >= 2);
    assert_string_equal(kern_at(n - 1)->name, "scalar");
    assert_string_equal(kern_at(n - 2)->name, "vector");
    assert_ptr_equal(kern_best(), kern_at(0));
    assert_ptr_equal(kern_choose("auto", &e), kern_best());
}

static void test_no_such_tier(void **state)
{
    (void)state;
    struct err e = {0};
    assert_null(kern_choose("mmx", &e));
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.text, "'mmx'"));
    assert_non_null(strstr(e.text, "vector, scalar"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalar_tier),  cmocka_unit_test(test_tiers_give_the_same_bits),
        cmocka_unit_test(test_nan_survives), cmocka_unit_test(test_choice),
        cmocka_unit_test(test_no_such_tier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
