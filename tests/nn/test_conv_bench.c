/* The list of a network's convolutions against torchvision's structure and the published work per
 * layer (He et al. 2016, table 1: 3.6 and 1.8 GFLOP of multiply-adds at 224 px with three
 * channels), and that a pass of a layer runs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "nn/conv_bench.h"

enum { LAYERS = 32 };

static int list(const char *model, int channels, int size, struct conv_bench_layer *layers)
{
    struct err e = {0};
    struct net_plan plan = {
        .model = model, .channels = channels, .classes = 28, .size = size, .batch = 2};
    int n = conv_bench_layers(&plan, layers, LAYERS, &e);
    assert_true(n > 0);
    return n;
}

static double multiply_adds(const struct conv_bench_layer *l)
{
    return 1e-9 * l->count * l->out_h * l->out_w * l->out_c * l->kernel * l->kernel * l->c;
}

static void test_layers(void **state)
{
    (void)state;
    struct conv_bench_layer l[LAYERS];
    int n = list("resnet34", 4, 256, l), count = 0, square = 0;
    assert_int_equal(n, 11);
    for (int i = 0; i < n; i++) {
        count += l[i].count;
        square += l[i].kernel == 3 && l[i].stride == 1 ? l[i].count : 0;
        assert_int_equal(l[i].first, i == 0);
    }
    assert_int_equal(count, 36);
    assert_int_equal(square, 29); /* 6 + 7 + 11 + 5 */
    assert_string_equal(l[0].stage, "conv1");
    assert_int_equal(l[0].kernel, 7);
    assert_int_equal(l[0].out_h, 128);
    assert_string_equal(l[1].stage, "layer1");
    assert_int_equal(l[1].count, 6);
    assert_int_equal(l[1].w, 64);
    assert_string_equal(l[n - 1].stage, "layer4");
    assert_int_equal(l[n - 1].out_c, 512);
    assert_int_equal(l[n - 1].out_w, 8);
    assert_int_equal(l[n - 1].count, 5);
}

static void test_work(void **state)
{
    (void)state;
    struct conv_bench_layer l[LAYERS];
    const struct {
        const char *model;
        double published;
    } cases[] = {{"resnet34", 3.6}, {"resnet18", 1.8}};
    for (int c = 0; c < 2; c++) {
        int n = list(cases[c].model, 3, 224, l);
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += multiply_adds(&l[i]);
        assert_true(fabs(sum - cases[c].published) < .08);
    }
}

static void test_unknown_model(void **state)
{
    (void)state;
    struct err e = {0};
    struct conv_bench_layer l[LAYERS];
    struct net_plan plan = {.model = "vgg16", .channels = 4, .classes = 28, .size = 64, .batch = 1};
    assert_int_equal(conv_bench_layers(&plan, l, LAYERS, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.text, "resnet34"));
}

/* Fewer places than layers: the list is cut, not overrun. */
static void test_few_places(void **state)
{
    (void)state;
    struct err e = {0};
    struct conv_bench_layer l[3] = {0};
    struct net_plan plan = {
        .model = "resnet18", .channels = 4, .classes = 28, .size = 64, .batch = 1};
    assert_int_equal(conv_bench_layers(&plan, l, 2, &e), 2);
    assert_int_equal(l[2].count, 0);
}

static void test_passes(void **state)
{
    (void)state;
    struct err e = {0};
    struct conv_bench_layer layers[LAYERS];
    list("resnet18", 4, 64, layers);
    for (int i = 0; i < 2; i++) {
        struct conv_bench *b = conv_bench_new(&layers[i], 2, NULL, &e);
        assert_non_null(b);
        double direct = conv_bench_direct_gflop(b), one = 4 * multiply_adds(&layers[i]);
        assert_true(fabs(direct - one / layers[i].count) < 1e-12);
        for (int pass = 0; pass < CONV_BENCH_PASSES; pass++) {
            double real = conv_bench_real_gflop(b, (enum conv_bench_pass)pass);
            assert_true(real > 0 && real <= direct * 1.5); /* tiles at the edges may overlap */
            assert_true(strlen(conv_bench_algorithm(b, (enum conv_bench_pass)pass)) > 0);
            double seconds = conv_bench_run(b, (enum conv_bench_pass)pass);
            assert_true(seconds >= 0 && (seconds > 0 || pass == CONV_BENCH_DATA));
            if (pass == CONV_BENCH_DATA && layers[i].first)
                assert_true(seconds == 0);
        }
        conv_bench_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),        cmocka_unit_test(test_work),
        cmocka_unit_test(test_unknown_model), cmocka_unit_test(test_few_places),
        cmocka_unit_test(test_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
