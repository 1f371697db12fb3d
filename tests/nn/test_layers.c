/* Every layer's forward and backward against PyTorch in double precision
 * (tests/reference/nn_op_vectors.py), with every CPU tier and, for convolutions, every algorithm.
 */
#include "layer.h"
#include "ops/conv.h"

static struct ref reference;

/* A whole tensor, or its sketch when the reference holds one. */
static void check(const char *key, const float *got, size_t count)
{
    const struct ref_tensor *want = ref_get(&reference, "%s", key);
    double error;
    if (want->count == count) {
        error = ref_distance(got, want->data, count);
    } else {
        assert_int_equal(want->count, 512);
        double sketch[512] = {0};
        ref_sketch(key, got, count, sketch, 512);
        error = ref_sketch_distance(sketch, want);
    }
    if (!(error < 2e-6))
        fail_msg("%s, %s kernels, %s: relative error %.3g", key, layer_kern->name,
                 layer_convolution ? layer_convolution : "by shape", error);
}

static void with_each_tier(void (*test)(void))
{
    for (int i = 0; (layer_kern = kern_at(i)); i++)
        test();
}

static void check_part(const char *name, const char *part, const float *got, size_t count)
{
    char key[128];
    snprintf(key, sizeof key, "%s:%s", name, part);
    check(key, got, count);
}

static void check_pass(struct layer *t, const char *name)
{
    check_part(name, "y", layer_forward(t, true), t->y_count);
    layer_backward(t);
    check_part(name, "dx", graph_gradient(&t->g, 0), t->x_count);
    const struct params *p = &t->g.params;
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        if (row->buffer)
            continue;
        char part[80];
        snprintf(part, sizeof part, "d%s",
                 row->name[0] == 'x' ? strchr(row->name, '.') + 1 : row->name);
        check_part(name, part, p->gradients + row->offset, row->count);
    }
}

struct conv_case {
    const char *name;
    int shape[4], channels, kernel, stride, pad;
};

static void build_conv(struct graph *g, const void *spec)
{
    const struct conv_case *c = spec;
    conv_add(g, "x", 0, c->channels, c->kernel, c->stride, c->pad);
}

static const struct conv_case conv_cases[] = {
    {"conv:stem", {2, 13, 11, 4}, 8, 7, 2, 3},
    {"conv:same", {3, 9, 7, 5}, 6, 3, 1, 1},
    {"conv:down", {2, 11, 8, 6}, 7, 3, 2, 1},
    {"conv:project", {2, 9, 8, 6}, 5, 1, 2, 0},
    {"conv:one", {1, 1, 1, 3}, 4, 3, 1, 1},
    /* several chunks of rows, parts of columns and groups of taps: conv.c's block sizes */
    {"conv:stem_large", {2, 37, 41, 4}, 64, 7, 2, 3},
    {"conv:long", {3, 40, 45, 2}, 3, 3, 1, 1},
    {"conv:same_large", {3, 17, 19, 128}, 136, 3, 1, 1},
    {"conv:deep", {2, 9, 7, 520}, 130, 3, 1, 1},
    {"conv:down_deep", {5, 9, 10, 264}, 136, 3, 2, 1},
    {"conv:project_deep", {5, 9, 10, 264}, 136, 1, 2, 0},
    /* those that Winograd's algorithms serve; the large ones have several blocks of tiles */
    {"conv:square", {3, 9, 10, 32}, 64, 3, 1, 1},
    {"conv:square_large", {2, 46, 45, 32}, 32, 3, 1, 1},
    {"conv:square_small", {3, 2, 2, 96}, 64, 3, 1, 1},
    {"conv:halving", {3, 9, 10, 32}, 64, 3, 2, 1},
    {"conv:halving_large", {2, 33, 46, 64}, 32, 3, 2, 1},
    {"conv:entry", {2, 37, 30, 4}, 32, 7, 2, 3},
};

/* By one algorithm, where it serves; returns in how many cases it does. */
static int check_convolutions(void)
{
    int served = 0;
    for (size_t i = 0; i < sizeof conv_cases / sizeof conv_cases[0]; i++) {
        const struct conv_case *c = &conv_cases[i];
        struct layer t = layer_make(c->name, build_conv, c, c->shape, NULL);
        if (!strcmp(t.g.ops[0].algorithm->name, layer_convolution)) {
            check_pass(&t, c->name);
            served++;
        }
        layer_free(&t);
    }
    return served;
}

static void check_each_algorithm(void)
{
    static const struct {
        const char *name;
        int cases;
    } algorithms[] = {{"gemm", 17}, {"winograd", 3}, {"winograd-strided", 2}, {"winograd-stem", 2}};
    for (int i = 0; i < 4; i++) {
        layer_convolution = algorithms[i].name;
        assert_int_equal(check_convolutions(), algorithms[i].cases);
    }
    layer_convolution = NULL;
}

static void test_conv(void **state)
{
    (void)state;
    with_each_tier(check_each_algorithm);
}

/* A team of three gives the bits of one worker, in each pass of each kind of convolution. */
static void test_conv_same_bits(void **state)
{
    (void)state;
    struct workers *team = workers_new(3, 0, NULL);
    assert_non_null(team);
    for (size_t i = 0; i < sizeof conv_cases / sizeof conv_cases[0]; i++) {
        const struct conv_case *c = &conv_cases[i];
        struct layer a = layer_make(c->name, build_conv, c, c->shape, NULL);
        struct layer b = layer_make(c->name, build_conv, c, c->shape, team);
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
    workers_free(team);
}

/* Fewer images than planned: the same rows, nothing beyond them. */
static void test_part_of_a_batch(void **state)
{
    (void)state;
    const struct conv_case *c = &conv_cases[1];
    struct layer t = layer_make(c->name, build_conv, c, c->shape, NULL);
    size_t image = t.y_count / 3;
    float *y = graph_output(&t.g, 1);
    for (size_t i = 0; i < t.y_count; i++)
        y[i] = 123;
    t.n = 2;
    layer_forward(&t, true);
    assert_true(ref_distance(y, ref_get(&reference, "conv:same:y")->data, 2 * image) < 1e-6);
    for (size_t i = 2 * image; i < t.y_count; i++)
        assert_float_equal(y[i], 123, 0);
    layer_free(&t);
}

struct norm_case {
    const char *name;
    int shape[4];
    bool relu, skip;
};

static void build_norm(struct graph *g, const void *spec)
{
    const struct norm_case *c = spec;
    batchnorm_add(g, "x", 0, -1, c->relu);
}

/* y = relu(norm(1x1 identity convolution of x) + x): a layer cannot be its own skip. */
static void build_norm_skip(struct graph *g, const void *spec)
{
    const struct norm_case *c = spec;
    int z = conv_add(g, "identity", 0, c->shape[3], 1, 1, 0);
    batchnorm_add(g, "x", z, 0, c->relu);
}

static const struct norm_case norm_cases[] = {
    {"norm:plain", {3, 5, 4, 5}, false, false},
    {"norm:relu", {2, 4, 5, 17}, true, false},
    {"norm:skip", {2, 3, 5, 16}, true, true},
    {"norm:blocks", {2, 29, 31, 40}, true, true},
};

static void fill_identity(struct layer *t, int c)
{
    const struct param *row = params_find(&t->g.params, "identity.weight");
    for (size_t i = 0; i < row->count; i++)
        t->g.params.values[row->offset + i] = i % ((size_t)c + 1) == 0;
}

static void check_norm_vectors(const struct layer *t, const char *name)
{
    const struct params *p = &t->g.params;
    const struct param *row = params_find(p, "x.weight");
    check_part(name, "dweight", p->gradients + row->offset, row->count);
    row = params_find(p, "x.bias");
    check_part(name, "dbias", p->gradients + row->offset, row->count);
    row = params_find(p, "x.running_mean");
    check_part(name, "running_mean", p->buffers + row->offset, row->count);
    row = params_find(p, "x.running_var");
    check_part(name, "running_var", p->buffers + row->offset, row->count);
}

static void check_batchnorm(void)
{
    for (size_t i = 0; i < sizeof norm_cases / sizeof norm_cases[0]; i++) {
        const struct norm_case *c = &norm_cases[i];
        struct layer t =
            layer_make(c->name, c->skip ? build_norm_skip : build_norm, c, c->shape, NULL);
        char key[64];
        snprintf(key, sizeof key, "%s:x", c->name);
        ref_uniform(key, t.x, t.x_count, 3, 0.7);
        if (c->skip)
            fill_identity(&t, c->shape[3]);
        check_part(c->name, "y", layer_forward(&t, true), t.y_count);
        layer_backward(&t);
        check_part(c->name, "dx", graph_gradient(&t.g, 0), t.x_count);
        check_norm_vectors(&t, c->name);
        check_part(c->name, "y_eval", layer_forward(&t, false), t.y_count);
        layer_free(&t);
    }
}

static void test_batchnorm(void **state)
{
    (void)state;
    with_each_tier(check_batchnorm);
}

/* A channel that is constant, and far from 0: its variance must not become negative or lost. */
static void test_batchnorm_constant_channel(void **state)
{
    (void)state;
    static const struct norm_case c = {"norm:plain", {3, 5, 4, 5}, false, false};
    struct layer t = layer_make(c.name, build_norm, &c, c.shape, NULL);
    for (size_t i = 0; i < t.x_count; i++) {
        if (i % 5 == 0)
            t.x[i] = 1000.1f;
        if (i % 5 == 1)
            t.x[i] = 1000 + (float)(i / 5 % 2); /* mean 1000.5, deviation .5 */
    }
    const float *y = layer_forward(&t, true);
    const struct params *p = &t.g.params;
    float w = p->values[params_find(p, "x.weight")->offset + 1];
    const float *b = p->values + params_find(p, "x.bias")->offset;
    for (size_t i = 0; i < t.y_count; i += 5) {
        assert_float_equal(y[i], b[0], 0.05);
        float sign = i / 5 % 2 ? 1 : -1;
        assert_float_equal(y[i + 1], b[1] + sign * w, 1e-3);
    }
    assert_true(p->buffers[params_find(p, "x.running_var")->offset] < 0.9001f);
    layer_free(&t);
}

static void build_residual(struct graph *g, const void *spec)
{
    (void)spec;
    int z = conv_add(g, "conv", 0, 8, 3, 1, 1);
    batchnorm_add(g, "bn", z, 0, true);
}

static void check_residual(void)
{
    struct layer t = layer_make("residual", build_residual, NULL, (int[]){2, 6, 5, 8}, NULL);
    check_pass(&t, "residual");
    layer_free(&t);
}

static void test_residual(void **state)
{
    (void)state;
    with_each_tier(check_residual);
}

static void build_max(struct graph *g, const void *spec)
{
    (void)spec;
    pooling_add_max(g, 0, 3, 2, 1);
}

static void check_max_pool(void)
{
    static const struct {
        const char *name;
        int shape[4];
    } cases[] = {{"max:odd", {2, 9, 7, 5}}, {"max:even", {1, 8, 10, 16}}};
    for (int i = 0; i < 2; i++) {
        struct layer t = layer_make(cases[i].name, build_max, NULL, cases[i].shape, NULL);
        for (size_t j = 0; j < t.x_count; j++)
            t.x[j] = rintf(2 * t.x[j]); /* layer_make scales by 2, the script by 4 */
        check_pass(&t, cases[i].name);
        layer_free(&t);
    }
}

static void test_max_pool_with_ties(void **state)
{
    (void)state;
    with_each_tier(check_max_pool);
}

static void build_average(struct graph *g, const void *spec)
{
    (void)spec;
    pooling_add_average(g, 0);
}

static void check_average_pool(void)
{
    struct layer t = layer_make("average", build_average, NULL, (int[]){3, 5, 7, 18}, NULL);
    check_pass(&t, "average");
    layer_free(&t);
}

static void test_average_pool(void **state)
{
    (void)state;
    with_each_tier(check_average_pool);
}

static void build_linear(struct graph *g, const void *spec)
{
    (void)spec;
    head_add_linear(g, "x", 0, 28);
}

static void check_linear(void)
{
    struct layer t = layer_make("linear", build_linear, NULL, (int[]){3, 1, 1, 37}, NULL);
    check_pass(&t, "linear");
    layer_free(&t);
}

static void test_linear(void **state)
{
    (void)state;
    with_each_tier(check_linear);
}

static void build_dropout(struct graph *g, const void *spec)
{
    int x = pooling_add_average(g, 0);
    head_add_dropout(g, x, *(const float *)spec);
}

static size_t count_zeros(const float *v, size_t count)
{
    size_t zeros = 0;
    for (size_t i = 0; i < count; i++)
        zeros += v[i] == 0;
    return zeros;
}

static void test_dropout(void **state)
{
    (void)state;
    const float p = 0.25f;
    struct layer t = layer_make("dropout", build_dropout, &p, (int[]){4, 1, 1, 5000}, NULL);
    for (size_t i = 0; i < t.x_count; i++)
        t.x[i] = t.dy[i] = 3;
    const float *y = layer_forward(&t, true);
    float *kept = malloc(t.y_count * sizeof *kept);
    memcpy(kept, y, t.y_count * sizeof *kept);
    /* 20,000 draws: mean 5000, deviation 61 */
    assert_in_range(count_zeros(y, t.y_count), 4700, 5300);
    assert_memory_not_equal(y, y + 5000, 5000 * sizeof *y); /* samples differ */
    layer_backward(&t);
    for (size_t i = 0; i < t.y_count; i++) {
        assert_true(kept[i] == 0 || kept[i] == 4);
        assert_float_equal(graph_gradient(&t.g, 0)[i], kept[i], 0);
    }
    layer_forward(&t, true);
    assert_memory_equal(y, kept, t.y_count * sizeof *y); /* same seed and step */
    graph_forward(&t.g, t.x, t.n, true, 11, 4);
    assert_memory_not_equal(y, kept, t.y_count * sizeof *y);
    assert_int_equal(count_zeros(layer_forward(&t, false), t.y_count), 0);
    free(kept);
    layer_free(&t);

    const float all = 1;
    t = layer_make("dropout", build_dropout, &all, (int[]){1, 1, 1, 40}, NULL);
    assert_int_equal(count_zeros(layer_forward(&t, true), t.y_count), 40);
    layer_free(&t);
}

int main(void)
{
    reference = ref_open("nn_ops.bin");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv),
        cmocka_unit_test(test_conv_same_bits),
        cmocka_unit_test(test_part_of_a_batch),
        cmocka_unit_test(test_batchnorm),
        cmocka_unit_test(test_batchnorm_constant_channel),
        cmocka_unit_test(test_residual),
        cmocka_unit_test(test_max_pool_with_ties),
        cmocka_unit_test(test_average_pool),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_dropout),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ref_close(&reference);
    return failed;
}
