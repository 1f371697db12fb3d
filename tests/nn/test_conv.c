/* The convolution's algorithms: all passes of Winograd's against plain sums in double, the same
 * bits for any team, gradients that add up, and which layers get which algorithm. */
#include <math.h>

#include "conv.h"
#include "direct.h"
#include "layer.h"
#include "near.h"

struct conv_case {
    const char *algorithm;
    int shape[4], channels, kernel, stride;
};

/* Fused blocks, with a thin last one and partial sums; panels with filters made once or by every
 * block, in one chunk or several; squares and points; parts of columns; edge tiles. */
static const struct conv_case cases[] = {
    {"winograd", {2, 33, 22, 32}, 64, 3, 1},
    {"winograd", {1, 67, 70, 64}, 96, 3, 1},
    {"winograd", {3, 6, 5, 32}, 288, 3, 1},
    {"winograd", {2, 4, 9, 288}, 32, 3, 1},
    {"winograd", {1, 2, 2, 32}, 32, 3, 1},
    {"winograd", {1, 61, 63, 96}, 64, 3, 1},
    {"winograd", {1, 30, 44, 96}, 96, 3, 1},
    {"winograd", {2, 40, 37, 64}, 96, 3, 1},
    {"winograd", {1, 67, 70, 32}, 32, 3, 1},
    {"winograd-stem", {1, 181, 165, 4}, 32, 7, 2},
    {"winograd-stem", {2, 32, 48, 4}, 64, 7, 2},
    {"winograd-stem", {3, 67, 90, 3}, 32, 7, 2},
    {"winograd-stem", {1, 1, 2, 1}, 96, 7, 2},
    {"winograd-stem", {2, 33, 31, 8}, 32, 7, 2},
    {"winograd-stem", {1, 64, 61, 5}, 64, 7, 2},
    {"winograd-strided", {2, 32, 47, 32}, 64, 3, 2},
    {"winograd-strided", {1, 97, 82, 64}, 32, 3, 2},
    {"winograd-strided", {3, 9, 8, 96}, 160, 3, 2},
    {"winograd-strided", {2, 1, 2, 32}, 32, 3, 2},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static void build(struct graph *g, const void *spec)
{
    const struct conv_case *c = spec;
    g->convolution = c->algorithm;
    conv_add(g, "x", 0, c->channels, c->kernel, c->stride, c->kernel / 2);
}

static struct layer make(const struct conv_case *c, struct workers *w)
{
    struct layer t = layer_make("case", build, c, c->shape, w);
    assert_string_equal(t.g.ops[0].algorithm->name, c->algorithm);
    return t;
}

static void check(const char *pass, const struct conv_case *c, const float *got, const double *want,
                  size_t count)
{
    double error = near_distance(got, want, count);
    if (!(error < 3e-6))
        fail_msg("%s of [%d,%d,%d,%d]->%d: relative error %.3g", pass, c->shape[0], c->shape[1],
                 c->shape[2], c->shape[3], c->channels, error);
}

static void test_against_double(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        struct layer t = make(&cases[i], NULL);
        for (size_t j = 0; j < t.x_count; j++)
            t.x[j] = t.x[j] < 0 ? 0 : t.x[j]; /* as after a ReLU */
        struct direct want = direct_passes(&t);
        check("forward", &cases[i], layer_forward(&t, true), want.y, t.y_count);
        layer_backward(&t);
        check("data gradient", &cases[i], graph_gradient(&t.g, 0), want.dx, t.x_count);
        check("weight gradient", &cases[i], t.g.params.gradients, want.dw, t.g.params.count);
        direct_free(&want);
        layer_free(&t);
    }
}

static void check_same_bits(const struct conv_case *c, struct workers *team)
{
    struct layer a = make(c, NULL), b = make(c, team);
    assert_memory_equal(layer_forward(&a, true), layer_forward(&b, true),
                        a.y_count * sizeof(float));
    layer_backward(&a);
    layer_backward(&b);
    assert_memory_equal(graph_gradient(&a.g, 0), graph_gradient(&b.g, 0),
                        a.x_count * sizeof(float));
    assert_memory_equal(a.g.params.gradients, b.g.params.gradients,
                        a.g.params.count * sizeof(float));
    layer_free(&a);
    layer_free(&b);
}

static void test_same_bits_with_any_team(void **state)
{
    (void)state;
    for (int count = 2; count <= 3; count++) {
        struct workers *team = workers_new(count, 0, NULL);
        assert_non_null(team);
        for (int i = 0; i < CASES; i++)
            check_same_bits(&cases[i], team);
        workers_free(team);
    }
}

/* Fewer images than planned give the same rows, and nothing beyond them. */
static void test_part_of_a_batch(void **state)
{
    (void)state;
    struct layer t = make(&cases[2], NULL);
    float *y = graph_output(&t.g, 1), *whole = malloc(t.y_count * sizeof *whole);
    memcpy(whole, layer_forward(&t, true), t.y_count * sizeof *whole);
    for (size_t i = 0; i < t.y_count; i++)
        y[i] = 123;
    t.n = 2;
    layer_forward(&t, true);
    size_t part = t.y_count / 3 * 2;
    assert_memory_equal(y, whole, part * sizeof *y);
    for (size_t i = part; i < t.y_count; i++)
        assert_float_equal(y[i], 123, 0);
    free(whole);
    layer_free(&t);
}

/* The input feeds two convolutions: its gradient is the sum of theirs, each taken alone. */
static void build_twins(struct graph *g, const void *spec)
{
    const struct conv_case *c = spec;
    g->convolution = c->algorithm;
    int a = conv_add(g, "one", 0, c->channels, 3, c->stride, 1);
    int b = conv_add(g, "two", 0, c->channels, 3, c->stride, 1);
    batchnorm_add(g, "bn", a, b, false);
}

static void check_twins(struct conv_case c)
{
    struct layer a = layer_make("twins", build_twins, &c, c.shape, NULL);
    c.algorithm = "gemm";
    struct layer b = layer_make("twins", build_twins, &c, c.shape, NULL);
    assert_true(a.g.ops[0].algorithm != b.g.ops[0].algorithm);
    layer_forward(&a, true);
    layer_forward(&b, true);
    layer_backward(&a);
    layer_backward(&b);
    assert_true(a.g.ops[0].accumulate != a.g.ops[1].accumulate);
    double *want = malloc(a.x_count * sizeof *want);
    for (size_t i = 0; i < a.x_count; i++)
        want[i] = graph_gradient(&b.g, 0)[i];
    assert_true(near_distance(graph_gradient(&a.g, 0), want, a.x_count) < 5e-6);
    free(want);
    layer_free(&a);
    layer_free(&b);
}

static void test_gradients_add_up(void **state)
{
    (void)state;
    check_twins((struct conv_case){"winograd", {2, 9, 6, 32}, 32, 3, 1});
    check_twins((struct conv_case){"winograd-strided", {2, 19, 16, 32}, 32, 3, 2});
}

/* Which algorithm a layer gets by its shape. */
static void build_mixed(struct graph *g, const void *spec)
{
    (void)spec;
    int x = conv_add(g, "a", 0, 32, 7, 2, 3);
    x = conv_add(g, "b", x, 32, 3, 1, 1);
    x = conv_add(g, "c", x, 32, 3, 2, 1);
    x = conv_add(g, "d", x, 32, 1, 1, 0);
    x = conv_add(g, "e", x, 48, 3, 1, 1);
    x = conv_add(g, "f", x, 32, 7, 1, 3);
    x = conv_add(g, "g", x, 32, 3, 1, 1);
    x = conv_add(g, "h", x, 32, 3, 2, 1);
    conv_add(g, "i", x, 32, 7, 2, 3);
}

static void test_choice(void **state)
{
    (void)state; /* kernel; 48 channels; stride; 2*2*2 tiles are too few; 32 channels */
    static const char *const want[] = {"winograd-stem", "winograd", "winograd-strided",
                                       "gemm",          "gemm",     "gemm",
                                       "winograd",      "gemm",     "gemm"};
    struct layer t = layer_make("mixed", build_mixed, NULL, (int[]){2, 45, 44, 4}, NULL);
    for (int i = 0; i < 9; i++)
        assert_string_equal(t.g.ops[i].algorithm->name, want[i]);
    layer_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_double),  cmocka_unit_test(test_same_bits_with_any_team),
        cmocka_unit_test(test_part_of_a_batch), cmocka_unit_test(test_gradients_add_up),
        cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
