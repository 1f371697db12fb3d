/* The convolution's algorithms: all passes against plain sums in double with every CPU tier, the
 * same bits for any team and any place in a batch, gradients that add up, and which layers get
 * which algorithm. */
#include <math.h>

#include "direct.h"
#include "layer.h"
#include "near.h"
#include "ops/conv.h"

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
    /* Rows a few more than a multiple of 256, and columns that fill no panel */
    {"gemm", {3, 4, 43, 64}, 64, 3, 1},
    {"gemm", {3, 26, 20, 48}, 40, 3, 2},
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
        fail_msg("%s of [%d,%d,%d,%d]->%d, %s kernels: relative error %.3g", pass, c->shape[0],
                 c->shape[1], c->shape[2], c->shape[3], c->channels, layer_kern->name, error);
}

/* `want`: filled by the first call. */
static void check_passes(const struct conv_case *c, struct direct *want)
{
    struct layer t = make(c, NULL);
    for (size_t j = 0; j < t.x_count; j++)
        t.x[j] = t.x[j] < 0 ? 0 : t.x[j]; /* as after a ReLU */
    if (!want->y)
        *want = direct_passes(&t);
    check("forward", c, layer_forward(&t, true), want->y, t.y_count);
    layer_backward(&t);
    check("data gradient", c, graph_gradient(&t.g, 0), want->dx, t.x_count);
    check("weight gradient", c, t.g.params.gradients, want->dw, t.g.params.count);
    layer_free(&t);
}

static void test_against_double(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        struct direct want = {0};
        for (int tier = 0; (layer_kern = kern_at(tier)); tier++)
            check_passes(&cases[i], &want);
        direct_free(&want);
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

/* The first image goes last. */
static void turn_batch(float *v, size_t count, int n)
{
    size_t image = count / (size_t)n, rest = count - image;
    float *first = malloc(image * sizeof *first);
    memcpy(first, v, image * sizeof *v);
    memmove(v, v + image, rest * sizeof *v);
    memcpy(v + rest, first, image * sizeof *v);
    free(first);
}

static float *copy_of(const float *v, size_t count)
{
    float *copy = malloc(count * sizeof *copy);
    memcpy(copy, v, count * sizeof *copy);
    return copy;
}

static bool is_winograd(const struct conv_case *c)
{
    return strcmp(c->algorithm, "gemm") != 0;
}

/* The data gradient of a first layer is the general one, which promises less. */
static bool places_its_gradient(const struct conv_case *c)
{
    return is_winograd(c) && c->kernel == 3;
}

static void check_places(const struct conv_case *c)
{
    struct layer t = make(c, NULL);
    float *y = copy_of(layer_forward(&t, true), t.y_count);
    layer_backward(&t);
    float *dx = copy_of(graph_gradient(&t.g, 0), t.x_count);
    for (int turn = 1; turn < t.n; turn++) {
        turn_batch(t.x, t.x_count, t.n);
        turn_batch(t.dy, t.y_count, t.n);
        turn_batch(y, t.y_count, t.n);
        turn_batch(dx, t.x_count, t.n);
        assert_memory_equal(layer_forward(&t, true), y, t.y_count * sizeof *y);
        layer_backward(&t);
        if (places_its_gradient(c))
            assert_memory_equal(graph_gradient(&t.g, 0), dx, t.x_count * sizeof *dx);
    }
    free(y), free(dx);
    layer_free(&t);
}

static void test_places_in_a_batch(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++)
        check_places(&cases[i]);
}

/* Each image alone, in a graph planned for all of them and in one planned for it. */
static void check_alone(const struct conv_case *c)
{
    struct conv_case single = *c;
    single.shape[0] = 1;
    struct layer all = make(c, NULL), one = make(&single, NULL);
    float *x = copy_of(all.x, all.x_count), *y = copy_of(layer_forward(&all, true), all.y_count);
    struct layer *const both[] = {&all, &one};
    for (int image = 0; image < c->shape[0]; image++)
        for (int i = 0; i < 2; i++) {
            memcpy(both[i]->x, x + (size_t)image * one.x_count, one.x_count * sizeof *x);
            both[i]->n = 1;
            assert_memory_equal(layer_forward(both[i], true), y + (size_t)image * one.y_count,
                                one.y_count * sizeof *y);
        }
    free(x), free(y);
    layer_free(&all);
    layer_free(&one);
}

static void test_size_of_a_batch(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++)
        check_alone(&cases[i]);
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
    x = conv_add(g, "i", x, 32, 7, 2, 3);
    x = conv_add(g, "j", x, 32, 3, 2, 1);
    x = conv_add(g, "k", x, 32, 3, 1, 1);
    x = conv_add(g, "l", x, 32, 3, 2, 1);
    conv_add(g, "m", x, 32, 3, 1, 1);
}

static void test_choice(void **state)
{
    (void)state; /* kernel; 48 channels; stride; 2*3*3 tiles are too few; 32 channels; in 9 outputs
                  * a tile saves, in 4 it does not */
    static const char *const want[] = {
        "winograd-stem", "winograd", "winograd-strided", "gemm", "gemm", "gemm", "winograd", "gemm",
        "gemm",          "gemm",     "winograd",         "gemm", "gemm"};
    struct layer t = layer_make("mixed", build_mixed, NULL, (int[]){2, 90, 88, 4}, NULL);
    for (int i = 0; i < 13; i++)
        assert_string_equal(t.g.ops[i].algorithm->name, want[i]);
    layer_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_double),  cmocka_unit_test(test_same_bits_with_any_team),
        cmocka_unit_test(test_part_of_a_batch), cmocka_unit_test(test_places_in_a_batch),
        cmocka_unit_test(test_size_of_a_batch), cmocka_unit_test(test_gradients_add_up),
        cmocka_unit_test(test_choice),
    };
    cmocka_set_test_filter(getenv("TEST_FILTER")); /* tests/cli/blas.sh repeats some */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
