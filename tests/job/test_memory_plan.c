/* Planned memory against counts by hand: torchvision's ResNet-18 with 4 channels and 28 classes has
 * 11,689,512 + 64*49 - 972*513 parameters and 2*4800 running statistics. */
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "core/memory_plan.h"
#include "core/train_config.h"
#include "data/loader.h"
#include "job/dataset.h"
#include "nn/ema.h"
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
        assert_int_equal(ema_begin(net_params(net), &e), 0);
    struct memory_plan f = memory_plan_of(net, optim, 12345);
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
    struct memory_plan f = {617000000, 170400000, 169600000, 68000000, 0};
    memory_plan_text(&f, text, sizeof text);
    assert_string_equal(
        text, "1025 MB: activations 617, weights and gradients 170, optimiser 170, batches 68");
    assert_true(fabs(memory_plan_mb(&f) - 1025) < 1e-9);
    f.averaged = 85000000;
    memory_plan_text(&f, text, sizeof text);
    assert_string_equal(text, "1110 MB: activations 617, weights and gradients 170, optimiser 170, "
                              "batches 68, averaged weights 85");
    assert_true(fabs(memory_plan_mb(&f) - 1110) < 1e-9);
}

/* The plan of a training that is to come is that of one that was made. */
static void check_plan_is_what_is_made(const char *optimizer, const char *ema,
                                       const char *accumulate)
{
    struct err e = {0};
    struct memory_plan planned, made;
    struct conf *c = conf_new();
    const char *const pairs[][2] = {{"train.model", "resnet18"},
                                    {"train.width", "16"},
                                    {"train.size", "64"},
                                    {"train.batch", "4"},
                                    {"train.optimizer", optimizer},
                                    {"train.ema", ema},
                                    {"train.accumulate", accumulate}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(conf_set(c, pairs[i][0], pairs[i][1], "test", &e), 0);
    struct net_plan plan = train_config_net(c, NULL, 4, 28, true);
    struct workers *team = workers_new(3, 0, &e);
    assert_int_equal(memory_plan_training(&planned, c, &plan, team, &e), 0);
    struct optim_plan optim_plan = train_config_optim(c);
    struct net *net = net_new(&plan, team, &e);
    struct optim *optim = optim_new(&optim_plan, net_params(net), &e);
    if (strcmp(ema, "0") != 0)
        assert_int_equal(ema_begin(net_params(net), &e), 0);
    made = memory_plan_of(net, optim, 0);
    assert_int_equal(planned.activations, made.activations);
    assert_int_equal(planned.weights, made.weights);
    assert_int_equal(planned.optimiser, made.optimiser);
    assert_int_equal(planned.averaged, made.averaged);
    /* two loaders of two batches of 4 images of 64 x 64 x 4 and 28 targets, and a sample's bytes */
    assert_int_equal(planned.batches, 2 * 2 * (4 * (64 * 64 * 4 + 28) * 4 + 64 * 64 * 4));
    optim_free(optim);
    net_free(net);
    workers_free(team);
    conf_free(c);
}

static void test_plan_is_what_is_made(void **state)
{
    (void)state;
    check_plan_is_what_is_made("adamw", "0.99", "1");
    check_plan_is_what_is_made("sgd", "0", "2");
}

/* 321 MB in a group of 300 MB: refused by name, with what helps. A little more room is told. */
static void test_fits(void **state)
{
    (void)state;
    struct err e = {0};
    struct memory_plan f = {.activations = 300000000, .weights = 21000000};
    struct limits_memory limit = {
        .bytes = 300000000, .used = 20000000, .own = 20000000, .by = "memory.max of /x"};
    struct log_line line;
    assert_int_equal(memory_plan_fits(&f, "run night", "lower train.batch (16)", &limit, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_string_equal(
        e.text, "run night: does not fit into memory: it plans 321 MB: activations 300, "
                "weights and gradients 21, optimiser 0, batches 0, and this process holds "
                "20 MB already, but memory.max of /x allows 300 MB: lower train.batch (16), "
                "or raise that limit");
    limit.bytes = 340999999;
    assert_int_equal(memory_plan_fits(&f, "run night", NULL, &limit, &e), -1);
    uint64_t before = log_last();
    limit.bytes = 341000000;
    assert_int_equal(memory_plan_fits(&f, "run night", NULL, &limit, &e), 0);
    assert_true(log_last() == before + 1 && log_read(log_last(), &line));
    assert_int_equal(line.level, LOG_WARN);
    assert_non_null(strstr(line.text, "memory.max of /x"));
    limit.bytes = 1000000000;
    assert_int_equal(memory_plan_fits(&f, "run night", NULL, &limit, &e), 0);
    limit.bytes = UINT64_MAX;
    assert_int_equal(memory_plan_fits(&f, "run night", NULL, &limit, &e), 0);
    assert_true(log_last() == before + 1);
    /* 1000 MB would do, but another process has 700 */
    limit.bytes = 1000000000;
    limit.used = 720000000;
    assert_int_equal(memory_plan_fits(&f, "run night", NULL, &limit, &e), -1);
    assert_non_null(strstr(e.text,
                           ", and 720 MB are in use already, 20 MB of them by this process, "
                           "but memory.max of /x allows 1000 MB: raise that limit"));
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
        cmocka_unit_test(test_plan_is_what_is_made),
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_batches),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
