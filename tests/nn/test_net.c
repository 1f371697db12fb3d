/* Whole networks against torchvision in double precision (tests/reference/nn_net_vectors.py says
 * how its vectors stay clear of ReLU edges), and the contract of nn/net.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kern/kern.h"
#include "nn/net.h"
#include "reference.h"
#include "test.h"

enum { CHANNELS = 4, CLASSES = 28 };

/* Set by a test for the networks that it makes. */
static const char *convolution;
static const struct kern *kern;

static struct net *make(const char *model, int width, int size, int batch, bool train,
                        struct workers *w)
{
    struct err e = {0};
    struct net_plan plan = {.model = model,
                            .channels = CHANNELS,
                            .classes = CLASSES,
                            .size = size,
                            .batch = batch,
                            .train = train,
                            .width = width,
                            .convolution = convolution,
                            .kern = kern};
    struct net *net = net_new(&plan, w, &e);
    if (!net)
        fail_msg("%s", e.text);
    return net;
}

/* Weights as fill() of the script makes them, in torch's layout. */
static void fill(struct net *net, int seed)
{
    struct params *p = net_params(net);
    double features = params_find(p, "fc.weight")->shape[1];
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        char key[96];
        snprintf(key, sizeof key, "%d:%s", seed, row->name);
        double scale = 0.5, shift = strstr(row->name, "weight") ? 1 : 0;
        if (row->rank == 4) {
            scale = sqrt(12 * 2.0 / (row->shape[0] * row->shape[2] * row->shape[3]));
            shift = 0;
        } else if (!strncmp(row->name, "fc.", 3)) {
            scale = 2 / sqrt(features);
            shift = 0;
        } else if (row->buffer) {
            scale = 0;
            shift = strstr(row->name, "var") ? 1 : 0;
        }
        float *values = malloc(row->count * sizeof *values);
        ref_uniform(key, values, row->count, scale, shift);
        params_from_torch(p, row, values);
        free(values);
    }
}

static float *image(int seed, int batch, int size)
{
    size_t count = (size_t)batch * (size_t)size * (size_t)size * CHANNELS;
    float *x = malloc(count * sizeof *x);
    char key[32];
    snprintf(key, sizeof key, "%d:input", seed);
    ref_uniform(key, x, count, 3.4, 0);
    return x;
}

/* A linear "loss": its gradient is given; keeps the logits. */
struct linear_loss {
    int seed;
    float logits[16 * CLASSES];
};

static double linear(void *context, const float *logits, int n, float *dlogits)
{
    struct linear_loss *l = context;
    size_t count = (size_t)n * CLASSES;
    char key[32];
    snprintf(key, sizeof key, "%d:dlogits", l->seed);
    ref_uniform(key, dlogits, count, 1, 0);
    memcpy(l->logits, logits, count * sizeof *logits);
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)logits[i] * dlogits[i];
    return sum;
}

struct saved_run {
    struct net *net;
    float *x;
    int seed, batch, size;
    struct linear_loss loss;
};

static void train_pass(struct saved_run *t, int64_t step)
{
    struct err e = {0};
    double value;
    if (net_train(t->net, t->x, t->batch, 1, step, linear, &t->loss, &value, &e))
        fail_msg("%s", e.text);
}

static struct saved_run start(const struct ref *r, const char *model, int width, struct workers *w)
{
    struct saved_run t = {.seed = (int)ref_get(r, "seed")->data[0],
                          .batch = (int)ref_get(r, "batch")->data[0],
                          .size = (int)ref_get(r, "size")->data[0]};
    t.net = make(model, width, t.size, t.batch, true, w);
    fill(t.net, t.seed);
    t.x = image(t.seed, t.batch, t.size);
    t.loss.seed = t.seed;
    train_pass(&t, 0);
    return t;
}

static void finish(struct saved_run *t)
{
    net_free(t->net);
    free(t->x);
}

static void check_distance(const char *what, double distance, double bound)
{
    if (!(distance < bound))
        fail_msg("%s, %s kernels, %s: %.3g from PyTorch, not below %g", what,
                 (kern ? kern : kern_best())->name, convolution ? convolution : "by shape",
                 distance, bound);
}

/* Logits of both modes within 1e-4. */
static void check_train_logits(const struct saved_run *t, const struct ref *r)
{
    const float *want = ref_get(r, "train_logits")->data;
    size_t count = (size_t)t->batch * CLASSES;
    check_distance("a logit", ref_largest_difference(t->loss.logits, want, count), 1e-4);
}

/* After the script's number of training passes. */
static void check_infer_logits(struct saved_run *t, const struct ref *r)
{
    size_t count = (size_t)t->batch * CLASSES;
    for (int i = 1; i < (int)ref_get(r, "passes")->data[0]; i++)
        train_pass(t, i);
    struct err e = {0};
    float logits[16 * CLASSES];
    assert_int_equal(net_infer(t->net, t->x, t->batch, logits, &e), 0);
    check_distance("a logit",
                   ref_largest_difference(logits, ref_get(r, "eval_logits")->data, count), 1e-4);
}

static void sketch_rows(const struct params *p, const char *suffix, double *sketch, size_t buckets)
{
    for (int i = 0; i < p->n; i++)
        if (p->table[i].buffer && strstr(p->table[i].name, suffix))
            ref_sketch(p->table[i].name, p->buffers + p->table[i].offset, p->table[i].count, sketch,
                       buckets);
}

/* `whole`: the statistics' passes too; else what one pass tells. */
static void check_against_sketches(const char *file, const char *model, bool whole)
{
    struct ref r = ref_open(file);
    struct saved_run t = start(&r, model, 0, NULL);
    const struct params *p = net_params(t.net);
    static double gradient[4096], mean[512], var[512];
    memset(gradient, 0, sizeof gradient);
    memset(mean, 0, sizeof mean);
    memset(var, 0, sizeof var);
    for (int i = 0; i < p->n; i++)
        if (!p->table[i].buffer)
            ref_sketch(p->table[i].name, p->gradients + p->table[i].offset, p->table[i].count,
                       gradient, 4096);
    check_distance(model, ref_sketch_distance(gradient, ref_get(&r, "gradient_sketch")), 1e-3);
    sketch_rows(p, "running_mean", mean, 512);
    sketch_rows(p, "running_var", var, 512);
    check_distance(model, ref_sketch_distance(mean, ref_get(&r, "mean_sketch")), 1e-5);
    check_distance(model, ref_sketch_distance(var, ref_get(&r, "var_sketch")), 1e-5);
    check_train_logits(&t, &r);
    if (whole)
        check_infer_logits(&t, &r);
    finish(&t);
    ref_close(&r);
}

static void test_resnet18(void **state)
{
    (void)state;
    check_against_sketches("nn_resnet18.bin", "resnet18", true);
}

static void test_resnet34(void **state)
{
    (void)state;
    check_against_sketches("nn_resnet34.bin", "resnet34", true);
}

/* The same bounds with each way to compute convolutions; by shape, small planes mix them. */
static const char *const algorithms[] = {"winograd", "winograd-strided", "winograd-stem", "gemm",
                                         NULL};

static void test_resnet_with_each_algorithm(void **state)
{
    (void)state;
    for (int i = 0; (convolution = algorithms[i]); i++) {
        check_against_sketches("nn_resnet18.bin", "resnet18", true);
        check_against_sketches("nn_resnet34.bin", "resnet34", true);
    }
}

/* And with each CPU tier behind the fastest, which the tests above go by: all algorithms, and by
 * shape. */
static void test_resnet_with_each_tier(void **state)
{
    (void)state;
    for (int tier = 1; (kern = kern_at(tier)); tier++)
        for (int i = 0; i < 5; i++) {
            convolution = algorithms[i];
            check_against_sketches("nn_resnet18.bin", "resnet18", false);
            if (!convolution && kern_at(tier + 1)) /* plain C takes its time */
                check_against_sketches("nn_resnet34.bin", "resnet34", false);
        }
}

static void check_narrow_network(void)
{
    struct ref r = ref_open("nn_narrow.bin");
    struct saved_run t = start(&r, "resnet18", 4, NULL);
    const struct params *p = net_params(t.net);
    float *all = malloc(p->count * sizeof *all);
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        if (row->buffer) {
            const struct ref_tensor *want = ref_get(&r, "buffer:%s", row->name);
            assert_int_equal(want->count, row->count);
            assert_true(ref_distance(p->buffers + row->offset, want->data, row->count) < 1e-5);
            continue;
        }
        const struct ref_tensor *want = ref_get(&r, "gradient:%s", row->name);
        assert_int_equal(want->count, row->count);
        assert_true(ref_distance(p->gradients + row->offset, want->data, row->count) < 1e-3);
        memcpy(all + row->offset, want->data, row->count * sizeof *all);
    }
    check_distance("the narrow network", ref_distance(p->gradients, all, p->count), 1e-4);
    free(all);
    check_train_logits(&t, &r);
    check_infer_logits(&t, &r);
    finish(&t);
    ref_close(&r);
}

/* Every gradient and every running statistic, tensor by tensor and as one vector. */
static void test_narrow_network_whole_gradient(void **state)
{
    (void)state;
    for (int tier = 0; (kern = kern_at(tier)); tier++)
        check_narrow_network();
}

static void test_published_sizes(void **state)
{
    (void)state;
    struct net *net = make("resnet34", 0, 256, 1, false, NULL);
    const struct params *p = net_params(net);
    assert_int_equal(p->count, 21302172);
    assert_null(p->gradients);
    assert_in_range((int)(net_gflop(net) * 1000), 9660, 9680); /* 9.67 */
    int vectors = 0;
    for (int i = 0; i < p->n; i++)
        vectors += p->table[i].buffer;
    assert_int_equal(vectors, 2 * 36);
    assert_int_equal(p->n, 218 - 36); /* torch counts num_batches_tracked too */
    const struct param *row = params_find(p, "layer4.0.downsample.0.weight");
    assert_int_equal(row->shape[0], 512);
    assert_int_equal(row->shape[1], 256);
    assert_int_equal(row->shape[3], 1);
    assert_true(row->decay);
    assert_false(params_find(p, "layer3.5.bn2.weight")->decay);
    assert_false(params_find(p, "fc.bias")->decay);
    assert_null(params_find(p, "layer3.6.bn2.weight"));
    size_t infer = net_memory(net);
    net_free(net);
    net = make("resnet34", 0, 256, 2, true, NULL);
    size_t train = net_memory(net);
    net_free(net);
    assert_true(infer < 110u << 20); /* weights 85 MB, two planes of the stem, scratch */
    assert_true(train < 350u << 20); /* weights and gradients 170 MB, 45 MB per image, scratch */
}

/* The bytes of logits, gradients and statistics after two passes with a team of a given size. */
struct bits {
    float train_logits[16 * CLASSES], infer_logits[16 * CLASSES];
    float *gradients, *buffers;
    size_t gradient_count, buffer_count;
};

static struct bits run_with(const char *model, int width, int size, int batch, int team)
{
    struct err e = {0};
    struct workers *w = workers_new(team, 0, &e);
    assert_non_null(w);
    struct saved_run t = {.seed = 5, .batch = batch, .size = size, .loss = {.seed = 5}};
    t.net = make(model, width, size, batch, true, w);
    net_init(t.net, 77);
    t.x = image(5, batch, size);
    train_pass(&t, 0);
    train_pass(&t, 1);
    struct bits b = {0};
    memcpy(b.train_logits, t.loss.logits, sizeof b.train_logits);
    assert_int_equal(net_infer(t.net, t.x, batch, b.infer_logits, &e), 0);
    const struct params *p = net_params(t.net);
    b.gradient_count = p->count;
    b.buffer_count = p->buffer_count;
    b.gradients = malloc(p->count * sizeof(float));
    b.buffers = malloc(p->buffer_count * sizeof(float));
    memcpy(b.gradients, p->gradients, p->count * sizeof(float));
    memcpy(b.buffers, p->buffers, p->buffer_count * sizeof(float));
    finish(&t);
    workers_free(w);
    return b;
}

static void free_bits(struct bits *b)
{
    free(b->gradients);
    free(b->buffers);
}

static void check_team_sizes(const char *model, int width, int size, int batch)
{
    struct bits one = run_with(model, width, size, batch, 1);
    for (int team = 2; team <= 3; team++) {
        struct bits b = run_with(model, width, size, batch, team);
        assert_memory_equal(b.train_logits, one.train_logits, sizeof one.train_logits);
        assert_memory_equal(b.infer_logits, one.infer_logits, sizeof one.infer_logits);
        assert_memory_equal(b.gradients, one.gradients, one.gradient_count * sizeof(float));
        assert_memory_equal(b.buffers, one.buffers, one.buffer_count * sizeof(float));
        free_bits(&b);
    }
    free_bits(&one);
}

static void test_same_bits_with_any_team(void **state)
{
    (void)state;
    check_team_sizes("resnet18", 0, 64, 3);
    check_team_sizes("resnet34", 8, 97, 5);
}

/* A network planned for inference shares memory more tightly; its logits are the same. */
static void test_inference_plan_agrees(void **state)
{
    (void)state;
    struct err e = {0};
    float a[5 * CLASSES], b[5 * CLASSES];
    float *x = image(3, 5, 50);
    struct net *train = make("resnet18", 8, 50, 5, true, NULL);
    struct net *infer = make("resnet18", 8, 50, 5, false, NULL);
    net_init(train, 9);
    net_init(infer, 9);
    assert_int_equal(net_infer(train, x, 5, a, &e), 0);
    assert_int_equal(net_infer(infer, x, 5, b, &e), 0);
    assert_memory_equal(a, b, sizeof a);
    net_free(train);
    net_free(infer);
    free(x);
}

static void test_initial_weights(void **state)
{
    (void)state;
    struct net *net = make("resnet18", 16, 64, 1, false, NULL);
    net_init(net, 1);
    struct params *p = net_params(net);
    const struct param *row = params_find(p, "layer4.1.conv2.weight");
    double sum = 0, square = 0;
    for (size_t i = 0; i < row->count; i++) {
        double v = p->values[row->offset + i];
        sum += v;
        square += v * v;
    }
    double expected = 2.0 / (128 * 9); /* variance of He, fan out */
    assert_true(fabs(square / (double)row->count / expected - 1) < 0.02);
    assert_true(fabs(sum / (double)row->count) < 4 * sqrt(expected / (double)row->count));
    row = params_find(p, "fc.weight");
    float bound = 1 / sqrtf(128), largest = 0;
    for (size_t i = 0; i < row->count; i++)
        largest = fmaxf(largest, fabsf(p->values[row->offset + i]));
    assert_true(largest <= bound && largest > 0.99f * bound);
    row = params_find(p, "layer1.0.bn1.running_var");
    assert_float_equal(p->buffers[row->offset], 1, 0);
    float before = p->values[0];
    net_init(net, 2);
    assert_true(p->values[0] != before);
    net_init(net, 1);
    assert_true(p->values[0] == before);
    net_free(net);
}

static struct net *make_sizes(int size, int other)
{
    struct err e = {0};
    struct net_plan plan = {.model = "resnet18",
                            .channels = CHANNELS,
                            .classes = CLASSES,
                            .size = size,
                            .other_size = other,
                            .batch = 3,
                            .train = true,
                            .width = 8};
    struct net *net = net_new(&plan, NULL, &e);
    if (!net)
        fail_msg("%s", e.text);
    return net;
}

/* A network of two sizes works at each like one made for it alone, in the memory of the larger. */
static void test_two_sizes(void **state)
{
    (void)state;
    static const int sizes[] = {64, 33};
    struct net *both = make_sizes(64, 33), *alone[] = {make_sizes(64, 0), make_sizes(33, 0)};
    struct linear_loss loss[2] = {{.seed = 4}, {.seed = 4}};
    struct err e = {0};
    assert_int_equal(net_memory(both), net_memory(alone[0]));
    net_init(both, 3);
    for (int turn = 0; turn < 4; turn++) {
        struct net *one = alone[turn % 2];
        struct params *p = net_params(both), *q = net_params(one);
        float *x = image(turn, 3, sizes[turn % 2]);
        memcpy(q->values, p->values, p->count * sizeof(float));
        memcpy(q->buffers, p->buffers, p->buffer_count * sizeof(float));
        net_use_size(both, sizes[turn % 2]);
        assert_int_equal(net_train(both, x, 3, 1, turn, linear, &loss[0], NULL, &e), 0);
        assert_int_equal(net_train(one, x, 3, 1, turn, linear, &loss[1], NULL, &e), 0);
        assert_memory_equal(loss[0].logits, loss[1].logits, 3 * CLASSES * sizeof(float));
        assert_memory_equal(p->gradients, q->gradients, p->count * sizeof(float));
        assert_memory_equal(p->buffers, q->buffers, p->buffer_count * sizeof(float));
        free(x);
    }
    struct net *turned = make_sizes(33, 64); /* the larger may come second */
    assert_int_equal(net_memory(turned), net_memory(alone[0]));
    net_free(turned);
    net_free(both);
    net_free(alone[0]);
    net_free(alone[1]);
}

static double not_finite(void *context, const float *logits, int n, float *dlogits)
{
    (void)context, (void)logits;
    memset(dlogits, 0, (size_t)n * CLASSES * sizeof *dlogits);
    return NAN;
}

static void test_numeric_errors(void **state)
{
    (void)state;
    struct err e = {0};
    struct net *net = make("resnet18", 4, 40, 2, true, NULL);
    net_init(net, 1);
    float *x = image(1, 2, 40), logits[2 * CLASSES];
    struct linear_loss loss = {.seed = 1};
    double value;
    assert_int_equal(net_train(net, x, 2, 1, 0, not_finite, NULL, &value, &e), -1);
    assert_int_equal(e.code, ERR_NUMERIC);
    x[1234] = NAN; /* must come through every ReLU and pool */
    assert_int_equal(net_infer(net, x, 2, logits, &e), -1);
    assert_int_equal(e.code, ERR_NUMERIC);
    assert_int_equal(net_train(net, x, 2, 1, 0, linear, &loss, &value, &e), -1);
    assert_int_equal(e.code, ERR_NUMERIC);
    net_free(net);
    free(x);
}

static void test_refused_plans(void **state)
{
    (void)state;
    const struct net_plan good = {.model = "resnet18",
                                  .channels = 4,
                                  .classes = 2,
                                  .size = 32,
                                  .batch = 1,
                                  .train = true,
                                  .width = 2};
    struct net_plan bad[7] = {good, good, good, good, good, good, good};
    bad[0].model = "resnet50";
    bad[1].channels = 9;
    bad[2].size = 31;
    bad[3].batch = 0;
    bad[4].dropout = NAN;
    bad[5].classes = 0;
    bad[6].other_size = 31;
    for (int i = 0; i < 7; i++) {
        struct err e = {0};
        assert_null(net_new(&bad[i], NULL, &e));
        assert_int_equal(e.code, ERR_CONFIG);
    }
    struct err e = {0};
    struct net *net = net_new(&good, NULL, &e);
    float x[32 * 32 * 4] = {0};
    double value;
    net_init(net, 1);
    assert_int_equal(net_train(net, x, 1, 1, 0, linear, NULL, &value, &e), -1);
    assert_non_null(strstr(e.text, "batch of 2"));
    assert_int_equal(net_train(net, x, 2, 1, 0, linear, NULL, &value, &e), -1);
    assert_int_equal(e.code, ERR_BUG);
    net_free(net);
}

static void test_no_memory(void **state)
{
    (void)state;
    const struct net_plan plan = {.model = "resnet18",
                                  .channels = 4,
                                  .classes = 2,
                                  .size = 32,
                                  .batch = 2,
                                  .train = true,
                                  .width = 2};
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        mem_fail_after(n);
        struct net *net = net_new(&plan, NULL, &e);
        mem_fail_after(0);
        net_free(net);
        if (net)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    assert_int_equal(failures, 4); /* arena, values, buffers, gradients */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resnet18),
        cmocka_unit_test(test_resnet34),
        cmocka_unit_test(test_resnet_with_each_algorithm),
        cmocka_unit_test(test_resnet_with_each_tier),
        cmocka_unit_test(test_narrow_network_whole_gradient),
        cmocka_unit_test(test_published_sizes),
        cmocka_unit_test(test_same_bits_with_any_team),
        cmocka_unit_test(test_inference_plan_agrees),
        cmocka_unit_test(test_initial_weights),
        cmocka_unit_test(test_two_sizes),
        cmocka_unit_test(test_numeric_errors),
        cmocka_unit_test(test_refused_plans),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
