/* Frozen layers against PyTorch in double precision (tests/reference/nn_frozen_vectors.py) with
 * every CPU tier, and what freezing promises: not one bit of what is frozen changes, whatever the
 * optimiser. */
#include "formula.h"
#include "layer.h"
#include "nn/optim.h"

enum { CHANNELS = 4, CLASSES = 28, BATCH = 3, SIZE = 67, STEPS = 3 };

static struct ref reference;

static void check(const char *key, const float *got, size_t count, double bound)
{
    const struct ref_tensor *want = ref_get(&reference, "%s", key);
    double sketch[512] = {0}, error;
    if (want->count == count) {
        error = ref_distance(got, want->data, count);
    } else {
        assert_int_equal(want->count, 512);
        ref_sketch(key, got, count, sketch, 512);
        error = ref_sketch_distance(sketch, want);
    }
    if (!(error < bound))
        fail_msg("%s: relative error %.3g", key, error);
}

struct norm_case {
    const char *name;
    int shape[4];
    bool relu, skip;
};

static const struct norm_case norm_cases[] = {
    {"frozen:plain", {3, 5, 4, 5}, false, false},
    {"frozen:relu", {2, 4, 5, 17}, true, false},
    {"frozen:skip", {2, 3, 5, 16}, true, true},
    {"frozen:blocks", {2, 29, 31, 40}, true, true},
};

static void build_norm(struct graph *g, const void *spec)
{
    const struct norm_case *c = spec;
    int z = c->skip ? conv_add(g, "identity", 0, c->shape[3], 1, 1, 0) : 0;
    batchnorm_add(g, "x", z, c->skip ? 0 : -1, c->relu);
}

static void fill_norm(struct layer *t, const struct norm_case *c)
{
    struct params *p = &t->g.params;
    char key[64];
    snprintf(key, sizeof key, "%s:x", c->name);
    ref_uniform(key, t->x, t->x_count, 3, 0.7);
    snprintf(key, sizeof key, "%s:running_mean", c->name);
    const struct param *row = params_find(p, "x.running_mean");
    ref_uniform(key, p->buffers + row->offset, row->count, 1, 0.5);
    snprintf(key, sizeof key, "%s:running_var", c->name);
    row = params_find(p, "x.running_var");
    ref_uniform(key, p->buffers + row->offset, row->count, 1, 1);
    row = params_find(p, "identity.weight");
    for (size_t i = 0; row && i < row->count; i++)
        p->values[row->offset + i] = i % ((size_t)c->shape[3] + 1) == 0;
}

static void check_batchnorm(void)
{
    for (size_t i = 0; i < sizeof norm_cases / sizeof norm_cases[0]; i++) {
        const struct norm_case *c = &norm_cases[i];
        struct layer t = layer_make(c->name, build_norm, c, c->shape, NULL);
        struct params *p = &t.g.params;
        char key[64];
        fill_norm(&t, c);
        float *kept = malloc(p->buffer_count * sizeof *kept);
        memcpy(kept, p->buffers, p->buffer_count * sizeof *kept);
        graph_freeze(&t.g, 0, t.g.n_ops);
        snprintf(key, sizeof key, "%s:y", c->name);
        check(key, layer_forward(&t, true), t.y_count, 2e-6);
        layer_backward(&t);
        snprintf(key, sizeof key, "%s:dx", c->name);
        check(key, graph_gradient(&t.g, 0), t.x_count, 2e-6);
        for (size_t j = 0; j < p->count; j++)
            assert_true(p->gradients[j] == 0);
        assert_memory_equal(p->buffers, kept, p->buffer_count * sizeof *kept);
        free(kept);
        layer_free(&t);
    }
}

static void test_batchnorm(void **state)
{
    (void)state;
    for (int i = 0; (layer_kern = kern_at(i)); i++)
        check_batchnorm();
}

/* A narrow network, its image and its linear loss, as the script makes them from a seed. */
struct subject {
    struct net *net;
    float *x, logits[BATCH * CLASSES];
    int seed;
};

static double linear(void *context, const float *logits, int n, float *dlogits)
{
    struct subject *s = context;
    char key[32];
    snprintf(key, sizeof key, "%d:dlogits", s->seed);
    ref_uniform(key, dlogits, (size_t)n * CLASSES, 1, 0);
    memcpy(s->logits, logits, sizeof s->logits);
    return 0;
}

static struct subject make(int seed, struct workers *w)
{
    struct err e = {0};
    struct net_plan plan = {.model = "resnet18",
                            .channels = CHANNELS,
                            .classes = CLASSES,
                            .size = SIZE,
                            .batch = BATCH,
                            .train = true,
                            .width = 4,
                            .kern = layer_kern};
    struct subject s = {.net = net_new(&plan, w, &e), .seed = seed};
    if (!s.net)
        fail_msg("%s", e.text);
    formula_fill(net_params(s.net), seed);
    s.x = formula_image(seed, BATCH, SIZE, CHANNELS);
    return s;
}

static void release(struct subject *s)
{
    net_free(s->net);
    free(s->x);
}

static void pass(struct subject *s, int64_t step)
{
    struct err e = {0};
    if (net_train(s->net, s->x, BATCH, 1, step, linear, s, NULL, &e))
        fail_msg("%s", e.text);
}

/* Whether a row of the table learns when a network is frozen. */
static bool learns(const struct param *row, enum net_frozen what)
{
    bool stem = !strncmp(row->name, "conv1.", 6) || !strncmp(row->name, "bn1.", 4);
    return !strncmp(row->name, "fc.", 3) || what == NET_FROZEN_NONE ||
           (stem && what == NET_FROZEN_TRUNK);
}

static void check_gradients(const struct params *p, enum net_frozen what, const char *name)
{
    char key[96];
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        const float *g = p->gradients + row->offset;
        snprintf(key, sizeof key, "%s:d%s", name, row->name);
        if (row->buffer)
            continue;
        if (learns(row, what))
            check(key, g, row->count, 1e-5);
        for (size_t j = 0; j < row->count && !learns(row, what); j++)
            assert_true(g[j] == 0);
    }
}

static void check_against_pytorch(enum net_frozen what, const char *name)
{
    struct subject s = make((int)ref_get(&reference, "%s:seed", name)->data[0], NULL);
    struct params *p = net_params(s.net);
    char key[96];
    memset(p->gradients, 0x55, p->count * sizeof *p->gradients); /* of a step before */
    net_freeze(s.net, what);
    pass(&s, 0);
    snprintf(key, sizeof key, "%s:logits", name);
    check(key, s.logits, BATCH * CLASSES, 1e-5);
    check_gradients(p, what, name);
    const struct param *row = params_find(p, "bn1.running_mean");
    snprintf(key, sizeof key, "%s:running_mean", name);
    check(key, p->buffers + row->offset, row->count, 1e-5);
    row = params_find(p, "bn1.running_var");
    snprintf(key, sizeof key, "%s:running_var", name);
    check(key, p->buffers + row->offset, row->count, 1e-5);
    release(&s);
}

static void test_networks(void **state)
{
    (void)state;
    for (int i = 0; (layer_kern = kern_at(i)); i++) {
        check_against_pytorch(NET_FROZEN_TRUNK, "trunk");
        check_against_pytorch(NET_FROZEN_ALL, "all");
    }
}

struct copy {
    float *values, *buffers;
};

static struct copy copy_of(const struct params *p)
{
    struct copy c = {malloc(p->count * sizeof(float)), malloc(p->buffer_count * sizeof(float))};
    memcpy(c.values, p->values, p->count * sizeof(float));
    memcpy(c.buffers, p->buffers, p->buffer_count * sizeof(float));
    return c;
}

static void drop(struct copy *c)
{
    free(c->values);
    free(c->buffers);
}

static void run_steps(struct subject *s, struct optim *o, int first, int steps)
{
    for (int i = first; i < first + steps; i++) {
        pass(s, i);
        optim_step(o, net_params(s->net), &(struct optim_pace){.lr = .01}, NULL);
    }
}

/* Every row that learns changes, buffers too; of the others not one bit. */
static void check_changes(const struct params *p, const struct copy *before, enum net_frozen what)
{
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        const float *now = (row->buffer ? p->buffers : p->values) + row->offset;
        const float *was = (row->buffer ? before->buffers : before->values) + row->offset;
        bool same = !memcmp(now, was, row->count * sizeof *now);
        if (same == learns(row, what))
            fail_msg("%s %s", row->name, same ? "did not learn" : "changed");
    }
}

static void test_frozen_stays(void **state)
{
    (void)state;
    static const struct optim_plan plans[] = {{OPTIM_ADAMW, 0, .9, .999, 1e-8, .05, false},
                                              {OPTIM_SGD, .9, 0, 0, 0, .05, false}};
    for (int kind = 0; kind < 2; kind++)
        for (int what = NET_FROZEN_NONE; what <= NET_FROZEN_ALL; what++) {
            struct subject s = make(1, NULL);
            struct params *p = net_params(s.net);
            struct optim *o = optim_new(&plans[kind], p, NULL);
            run_steps(&s, o, 0, STEPS); /* momentum and gradients that must not linger */
            struct copy before = copy_of(p);
            net_freeze(s.net, (enum net_frozen)what);
            run_steps(&s, o, STEPS, STEPS);
            check_changes(p, &before, (enum net_frozen)what);
            drop(&before);
            optim_free(o);
            release(&s);
        }
}

/* Freezing leaves no trace behind: afterwards the network trains as one that never was frozen. */
static void test_thawed(void **state)
{
    (void)state;
    struct subject a = make(1, NULL), b = make(1, NULL);
    struct params *p = net_params(a.net), *q = net_params(b.net);
    for (int what = NET_FROZEN_TRUNK; what <= NET_FROZEN_ALL; what++) {
        net_freeze(a.net, (enum net_frozen)what);
        pass(&a, 0);
        memcpy(p->buffers, q->buffers, q->buffer_count * sizeof(float)); /* of bn1 */
        net_freeze(a.net, NET_FROZEN_NONE);
        pass(&a, 1);
        pass(&b, 1);
        assert_memory_equal(a.logits, b.logits, sizeof a.logits);
        assert_memory_equal(p->gradients, q->gradients, q->count * sizeof(float));
        assert_memory_equal(p->buffers, q->buffers, q->buffer_count * sizeof(float));
    }
    release(&a);
    release(&b);
}

static void test_same_bits_with_any_team(void **state)
{
    (void)state;
    struct workers *team = workers_new(3, 0, NULL);
    for (int what = NET_FROZEN_TRUNK; what <= NET_FROZEN_ALL; what++) {
        struct subject a = make(1, NULL), b = make(1, team);
        net_freeze(a.net, (enum net_frozen)what);
        net_freeze(b.net, (enum net_frozen)what);
        pass(&a, 0);
        pass(&b, 0);
        const struct params *p = net_params(a.net), *q = net_params(b.net);
        assert_memory_equal(a.logits, b.logits, sizeof a.logits);
        assert_memory_equal(p->gradients, q->gradients, q->count * sizeof(float));
        assert_memory_equal(p->buffers, q->buffers, q->buffer_count * sizeof(float));
        release(&a);
        release(&b);
    }
    workers_free(team);
}

/* The head on features is the network with a frozen trunk, in training and in inference. */
static void test_head_on_features(void **state)
{
    (void)state;
    struct err e = {0};
    struct subject a = make(1, NULL), b = make(1, NULL);
    struct params *p = net_params(a.net), *q = net_params(b.net);
    float features[BATCH * 32], logits[2][BATCH * CLASSES];
    assert_int_equal(net_feature_count(b.net), 32);
    assert_int_equal(net_train_head(b.net, features, BATCH, 1, 0, linear, &b, NULL, &e), -1);
    assert_int_equal(e.code, ERR_BUG); /* more than the head learns */
    net_freeze(a.net, NET_FROZEN_ALL);
    net_freeze(b.net, NET_FROZEN_ALL);
    pass(&a, 5);
    assert_int_equal(net_features(b.net, b.x, BATCH, features, &e), 0);
    pass(&b, 6); /* overwrites what the arena held */
    assert_int_equal(net_train_head(b.net, features, BATCH, 1, 5, linear, &b, NULL, &e), 0);
    assert_memory_equal(a.logits, b.logits, sizeof a.logits);
    assert_memory_equal(p->gradients, q->gradients, q->count * sizeof(float));
    assert_int_equal(net_infer(a.net, a.x, BATCH, logits[0], &e), 0);
    assert_int_equal(net_infer_head(b.net, features, BATCH, logits[1], &e), 0);
    assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
    release(&a);
    release(&b);
}

int main(void)
{
    reference = ref_open("nn_frozen.bin");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batchnorm),
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_frozen_stays),
        cmocka_unit_test(test_thawed),
        cmocka_unit_test(test_same_bits_with_any_team),
        cmocka_unit_test(test_head_on_features),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ref_close(&reference);
    return failed;
}
