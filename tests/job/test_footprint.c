/* Planned memory against counts by hand: torchvision's ResNet-18 with 4 channels and 28 classes has
 * 11,689,512 + 64*49 - 972*513 parameters and 2*4800 running statistics. */
#include <math.h>
#include <string.h>

#include "data/loader.h"
#include "footprint.h"
#include "job/dataset.h"
#include "nn/average.h"
#include "small_work.h"

enum { PARAMETERS = 11689512 + 64 * 49 - 972 * 513, STATISTICS = 2 * 4800 };

static void check_parts(bool train, enum optim_kind kind)
{
    struct err e = {0};
    struct net_plan plan = {
        .model = "resnet18", .channels = 4, .classes = 28, .size = 32, .batch = 2, .train = train};
    bool parts = train && kind == OPTIM_SGD; /* batches collected: their gradients, and averages */
    struct optim_plan optim_plan = {.kind = kind, .accumulate = parts};
    struct net *net = net_new(&plan, NULL, &e);
    assert_non_null(net);
    struct optim *optim = train ? optim_new(&optim_plan, net_params(net), &e) : NULL;
    if (parts)
        assert_int_equal(average_begin(net_params(net), &e), 0);
    struct footprint f = footprint_of(net, optim, 12345);
    assert_int_equal(f.averaged, parts ? 4 * PARAMETERS : 0);
    assert_int_equal(f.weights, 4 * ((train ? 2 : 1) * PARAMETERS + STATISTICS));
    assert_int_equal(f.optimiser, train ? 4 * 2 * PARAMETERS : 0);
    assert_int_equal(f.batches, 12345);
    assert_int_equal(f.activations + f.weights, net_memory(net));
    /* at least what conv1 makes of two images */
    assert_true(f.activations > 4 * 2 * 64 * 16 * 16);
    optim_free(optim);
    net_free(net);
}

static void test_parts(void **state)
{
    (void)state;
    check_parts(true, OPTIM_ADAMW);
    check_parts(true, OPTIM_SGD);
    check_parts(false, OPTIM_SGD);
}

static void test_text(void **state)
{
    (void)state;
    char text[128];
    struct footprint f = {617000000, 170400000, 169600000, 68000000, 0};
    footprint_text(&f, text, sizeof text);
    assert_string_equal(
        text, "1025 MB: activations 617, weights and gradients 170, optimiser 170, batches 68");
    assert_true(fabs(footprint_mb(&f) - 1025) < 1e-9);
    f.averaged = 85000000;
    footprint_text(&f, text, sizeof text);
    assert_string_equal(text, "1110 MB: activations 617, weights and gradients 170, optimiser 170, "
                              "batches 68, averaged weights 85");
    assert_true(fabs(footprint_mb(&f) - 1110) < 1e-9);
}

/* Two batches of 8 images of 32 x 32 x 4 and 28 targets. */
static void test_batches(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct job_control control = {0};
    struct job j;
    struct dataset d;
    small_work_open(&w, "batches", 1);
    job_init(&j, &w, &control, (struct job_observer){0});
    assert_int_equal(dataset_open(&d, &j, &e), 0);
    assert_int_equal(dataset_pixels(&d, &j, 32, &e), 0);
    struct loader_plan plan = {.cache = d.cache, .k = 28, .batch = 8, .depth = 1};
    /* two batches of 8, each with one sample's bytes as the cache holds them */
    assert_int_equal(loader_memory(&plan), 2 * (8 * (32 * 32 * 4 + 28) * 4 + 32 * 32 * 4));
    dataset_close(&d);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_batches),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
