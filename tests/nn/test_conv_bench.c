/* The list of a network's convolutions against torchvision's structure and the published work per
 * layer (He et al. 2016, table 1: 3.6 and 1.8 GFLOP of multiply-adds at 224 px with three
 * channels), and that a pass of a layer runs. */
#include <math.h>
#include <string.h>

#include "nn/conv_bench.h"
#include "test.h"

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

static struct conv_bench *open_layer(const char *model, int size, int number, int batch,
                                     struct conv_bench_layer *layer)
{
    struct err e = {0};
    struct conv_bench_layer layers[LAYERS];
    list(model, 4, size, layers);
    *layer = layers[number];
    struct conv_bench *b = conv_bench_new(layer, batch, NULL, &e);
    assert_non_null(b);
    return b;
}

static void test_passes(void **state)
{
    (void)state;
    struct conv_bench_layer l;
    for (int i = 0; i < 3; i++) {
        struct conv_bench *b = open_layer("resnet18", 64, i, 2, &l);
        double direct = conv_bench_direct_gflop(b), one = 2 * multiply_adds(&l) / l.count;
        assert_true(fabs(direct - 2 * one) < 1e-12); /* of two images */
        for (int pass = 0; pass < CONV_BENCH_PASSES; pass++) {
            double seconds = conv_bench_run(b, (enum conv_bench_pass)pass);
            assert_true(pass == CONV_BENCH_DATA && l.first ? seconds == 0 : seconds > 0);
        }
        conv_bench_free(b);
    }
}

/* F(4x4,3x3) takes 36 products for 16 outputs instead of 144: a quarter where tiles fit, and less
 * is gained where they hang over (14 px: 4 x 4 tiles for 196 outputs). 7x7/2 of 4 channels takes 49
 * of 16 instead of 49 of 4 for each of 16 outputs; 3x3/2 takes 81 instead of 144. */
static void test_multiplications(void **state)
{
    (void)state;
    struct conv_bench_layer l;
    const struct {
        int size, layer, width;
        const char *algorithm;
        double ratio;
    } cases[] = {{256, 0, 256, "winograd-stem", 1 / 4.},
                 {256, 1, 64, "winograd", 1 / 4.},
                 {256, 2, 64, "gemm", 1},
                 {256, 3, 64, "winograd-strided", 81 / 144.},
                 {224, 7, 14, "winograd", 16 * 36 / (196 * 9.)}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conv_bench *b = open_layer("resnet34", cases[i].size, cases[i].layer, 4, &l);
        assert_int_equal(l.w, cases[i].width);
        assert_string_equal(conv_bench_algorithm(b), cases[i].algorithm);
        double ratio = conv_bench_real_gflop(b) / conv_bench_direct_gflop(b);
        assert_true(fabs(ratio - cases[i].ratio) < 1e-9);
        conv_bench_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),        cmocka_unit_test(test_work),
        cmocka_unit_test(test_unknown_model), cmocka_unit_test(test_few_places),
        cmocka_unit_test(test_passes),        cmocka_unit_test(test_multiplications),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
