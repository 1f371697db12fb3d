/* Batch norm, ReLU and residual sums inside their neighbours, over several blocks of every
 * algorithm, with every CPU tier: values, gradients and running statistics against the same graph
 * by general convolutions, which fuse nothing. Fewer images than planned, too: what a pass chooses
 * must be what the scratch was planned for. */
#include "base/workers.h"
#include "layer.h"
#include "near.h"
#include "ops/conv.h"

/* Names the numbers: some for which no input of a ReLU is so near 0 that any tier's rounding
 * decides about it, which would change a gradient by a thousandth. */
#define NUMBERS "nu"

static const struct kern *kern; /* of the graphs that are built; NULL: the fastest */

static void begin(struct graph *g, const void *spec)
{
    g->convolution = spec;
    g->kern = kern ? kern : g->kern;
}

/* As at a network's begin: the image's gradient is nobody's, so the first convolution fuses. */
static void build_stem(struct graph *g, const void *spec)
{
    begin(g, spec);
    g->input_gradient = false;
    int x = conv_add(g, "conv1", 0, 32, 7, 2, 3);
    x = batchnorm_add(g, "bn1", x, -1, true);
    x = pooling_add_max(g, x, 3, 2, 1);
    x = conv_add(g, "conv2", x, 32, 3, 1, 1);
    batchnorm_add(g, "bn2", x, -1, true);
}

/* Two blocks of a stage and the first of the next, as ResNet has them. */
static void build_blocks(struct graph *g, const void *spec)
{
    begin(g, spec);
    int skip = conv_add(g, "conv0", 0, 32, 3, 1, 1);
    skip = batchnorm_add(g, "bn0", skip, -1, true);
    for (int i = 0; i < 2; i++) {
        char name[16];
        snprintf(name, sizeof name, "b%d.conv1", i);
        int x = conv_add(g, name, skip, 32, 3, 1, 1);
        snprintf(name, sizeof name, "b%d.bn1", i);
        x = batchnorm_add(g, name, x, -1, true);
        snprintf(name, sizeof name, "b%d.conv2", i);
        x = conv_add(g, name, x, 32, 3, 1, 1);
        snprintf(name, sizeof name, "b%d.bn2", i);
        skip = batchnorm_add(g, name, x, skip, true);
    }
    int short_cut = conv_add(g, "down.0", skip, 64, 1, 2, 0);
    short_cut = batchnorm_add(g, "down.1", short_cut, -1, false);
    int x = conv_add(g, "c.conv1", skip, 64, 3, 2, 1);
    x = batchnorm_add(g, "c.bn1", x, -1, true);
    x = conv_add(g, "c.conv2", x, 64, 3, 1, 1);
    batchnorm_add(g, "c.bn2", x, short_cut, true);
}

struct net_case {
    layer_build *build;
    int shape[4];
    const char *first; /* algorithm of the first convolution when chosen by shape */
};

static const struct net_case cases[] = {
    {build_stem, {2, 70, 66, 4}, "winograd-stem"},
    {build_blocks, {2, 70, 66, 32}, "winograd"},
    {build_blocks, {3, 20, 37, 32}, "winograd"},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static double distance_of(const float *got, const float *want, size_t count)
{
    double *wide = malloc(count * sizeof *wide);
    for (size_t i = 0; i < count; i++)
        wide[i] = want[i];
    double d = near_distance(got, wide, count);
    free(wide);
    return d;
}

static size_t outputs(const struct layer *t)
{
    const struct act *last = &t->g.acts[t->g.n_acts - 1];
    return (size_t)t->n * (size_t)last->h * (size_t)last->w * (size_t)last->c;
}

/* One training pass of `n` images, and one that only infers. */
static void check_passes(struct layer *a, struct layer *b, int n)
{
    a->n = b->n = n;
    a->y_count = b->y_count = outputs(a);
    assert_true(distance_of(layer_forward(a, true), layer_forward(b, true), outputs(a)) < 2e-5);
    layer_backward(a);
    layer_backward(b);
    const struct params *p = &a->g.params, *q = &b->g.params;
    assert_true(distance_of(p->gradients, q->gradients, p->count) < 1e-5);
    assert_true(distance_of(p->buffers, q->buffers, p->buffer_count) < 1e-5);
    assert_true(distance_of(layer_forward(a, false), layer_forward(b, false), outputs(a)) < 2e-5);
}

/* The same weights in a graph that only infers, where convolutions normalise what they write. */
static void check_inference(const struct net_case *c, struct layer *want)
{
    struct graph g;
    struct err e = {0};
    graph_init(&g, c->shape[1], c->shape[2], c->shape[3], want->g.workers);
    c->build(&g, NULL);
    assert_int_equal(graph_plan(&g, want->n, false, &e), 0);
    const struct params *p = &want->g.params;
    memcpy(g.params.values, p->values, p->count * sizeof *p->values);
    memcpy(g.params.buffers, p->buffers, p->buffer_count * sizeof *p->buffers);
    assert_true(g.ops[0].fold == 1 && g.ops[1].folded);
    graph_forward(&g, want->x, want->n, false, 0, 0);
    assert_true(distance_of(graph_value(&g, g.n_acts - 1), layer_forward(want, false),
                            outputs(want)) < 2e-5);
    graph_fini(&g);
}

static void check_against_general_convolutions(void)
{
    struct workers *team = workers_new(3, 0, NULL);
    for (int i = 0; i < CASES; i++) {
        const struct net_case *c = &cases[i];
        struct layer a = layer_make(NUMBERS, c->build, NULL, c->shape, team);
        struct layer b = layer_make(NUMBERS, c->build, "gemm", c->shape, team);
        assert_string_equal(a.g.ops[0].algorithm->name, c->first);
        assert_true(a.g.ops[0].fuses && !b.g.ops[0].fuses);
        check_passes(&a, &b, c->shape[0]);
        check_passes(&a, &b, 1);
        check_inference(c, &b);
        layer_free(&a);
        layer_free(&b);
    }
    workers_free(team);
}

static void test_against_general_convolutions(void **state)
{
    (void)state;
    for (int i = 0; (kern = kern_at(i)); i++)
        check_against_general_convolutions();
}

/* Nothing of it depends on the team. */
static void test_same_bits_with_any_team(void **state)
{
    (void)state;
    struct workers *team = workers_new(3, 0, NULL);
    for (int i = 0; i < CASES; i++) {
        struct layer a = layer_make(NUMBERS, cases[i].build, NULL, cases[i].shape, NULL);
        struct layer b = layer_make(NUMBERS, cases[i].build, NULL, cases[i].shape, team);
        assert_memory_equal(layer_forward(&a, true), layer_forward(&b, true),
                            outputs(&a) * sizeof(float));
        layer_backward(&a);
        layer_backward(&b);
        const struct params *p = &a.g.params, *q = &b.g.params;
        assert_memory_equal(p->gradients, q->gradients, p->count * sizeof *p->gradients);
        assert_memory_equal(p->buffers, q->buffers, p->buffer_count * sizeof *p->buffers);
        layer_free(&a);
        layer_free(&b);
    }
    workers_free(team);
}

static bool is_made_again(const struct layer *t)
{
    return t->g.acts[t->g.ops[0].out].again;
}

static void build_stem_again(struct graph *g, const void *spec)
{
    g->most_kept = 1;
    build_stem(g, spec);
}

static void build_stem_kept(struct graph *g, const void *spec)
{
    g->most_kept = SIZE_MAX;
    build_stem(g, spec);
}

static void test_made_again_or_kept(void **state)
{
    (void)state;
    struct workers *team = workers_new(2, 0, NULL);
    struct layer a = layer_make(NUMBERS, build_stem_again, NULL, cases[0].shape, team);
    struct layer b = layer_make(NUMBERS, build_stem_kept, NULL, cases[0].shape, team);
    assert_true(is_made_again(&a) && !is_made_again(&b));
    for (int n = 2; n >= 1; n--) {
        a.n = b.n = n;
        a.y_count = b.y_count = outputs(&a);
        layer_forward(&a, true);
        layer_forward(&b, true);
        layer_backward(&a);
        layer_backward(&b);
        const struct params *p = &a.g.params, *q = &b.g.params;
        assert_memory_equal(p->gradients, q->gradients, p->count * sizeof *p->gradients);
        assert_memory_equal(p->buffers, q->buffers, p->buffer_count * sizeof *p->buffers);
    }
    layer_free(&a);
    layer_free(&b);
    workers_free(team);
}

/* 32*(4*49 + 32*9) weights and 4*32 of batch norm: 16*31 pixels of 32 channels are more, 15*32
 * fewer. */
static void test_kept_up_to_the_size_of_the_parameters(void **state)
{
    (void)state;
    struct layer more = layer_make(NUMBERS, build_stem, NULL, (int[]){1, 32, 61, 4}, NULL);
    struct layer fewer = layer_make(NUMBERS, build_stem, NULL, (int[]){1, 30, 64, 4}, NULL);
    assert_int_equal(more.g.params.count, 15616);
    assert_true(is_made_again(&more) && !is_made_again(&fewer));
    layer_free(&more);
    layer_free(&fewer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_general_convolutions),
        cmocka_unit_test(test_same_bits_with_any_team),
        cmocka_unit_test(test_made_again_or_kept),
        cmocka_unit_test(test_kept_up_to_the_size_of_the_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
