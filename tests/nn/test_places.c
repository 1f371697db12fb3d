/* That what a whole network of the published width makes of an image does not depend on the batch
 * that the image is in. */
#include "formula.h"
#include "test.h"

enum { CHANNELS = 4, CLASSES = 28 };

static struct net *make(int size, int batch)
{
    struct err e = {0};
    struct net_plan plan = {.model = "resnet18",
                            .channels = CHANNELS,
                            .classes = CLASSES,
                            .size = size,
                            .batch = batch};
    struct net *net = net_new(&plan, NULL, &e);
    if (!net)
        fail_msg("%s", e.text);
    return net;
}

/* One image alone gives the features and logits that it has in a batch. */
static void check_alone(struct net *net, const float *x, const float *features, const float *logits)
{
    struct err e = {0};
    int f = net_feature_count(net);
    float *got = malloc((size_t)f * sizeof *got), head[CLASSES];
    assert_int_equal(net_features(net, x, 1, got, &e), 0);
    assert_memory_equal(got, features, (size_t)f * sizeof *got);
    assert_int_equal(net_infer_head(net, got, 1, head, &e), 0);
    assert_memory_equal(head, logits, sizeof head);
    assert_int_equal(net_infer(net, x, 1, head, &e), 0);
    assert_memory_equal(head, logits, sizeof head);
    free(got);
}

static void copy_params(struct net *to, struct net *from)
{
    const struct params *p = net_params(from), *q = net_params(to);
    memcpy(q->values, p->values, p->count * sizeof *p->values);
    memcpy(q->buffers, p->buffers, p->buffer_count * sizeof *p->buffers);
}

static void check_places(struct net *weights, int size, int batch)
{
    struct err e = {0};
    size_t pixels = (size_t)size * (size_t)size * CHANNELS;
    struct net *net = make(size, batch);
    float *x = formula_image(6, batch, size, CHANNELS), *first = malloc(pixels * sizeof *first);
    int f = net_feature_count(net), last = batch - 1;
    size_t bytes = (size_t)f * sizeof(float);
    float *a = malloc(bytes * (size_t)batch), *b = malloc(bytes * (size_t)batch);
    float *logits = malloc((size_t)batch * CLASSES * sizeof *logits);
    copy_params(net, weights);
    assert_int_equal(net_features(net, x, batch, a, &e), 0);
    memcpy(first, x, pixels * sizeof *x); /* the first image goes last */
    memmove(x, x + pixels, (size_t)last * pixels * sizeof *x);
    memcpy(x + (size_t)last * pixels, first, pixels * sizeof *x);
    assert_int_equal(net_features(net, x, batch, b, &e), 0);
    assert_memory_equal(b, a + f, (size_t)last * bytes);
    assert_memory_equal(b + (ptrdiff_t)last * f, a, bytes);
    assert_int_equal(net_infer_head(net, b, batch, logits, &e), 0);
    for (int i = 0; i < batch; i += last)
        check_alone(net, x + (size_t)i * pixels, b + (ptrdiff_t)i * f,
                    logits + (ptrdiff_t)i * CLASSES);
    free(x), free(first), free(a), free(b), free(logits);
    net_free(net);
}

/* What becomes of an image does not depend on its place in the batch, nor on the batch's other
 * images, at sizes whose rows fill the blocks of the products and at others. */
static void test_places_in_a_batch(void **state)
{
    (void)state;
    static const int cases[][2] = {{32, 8}, {64, 33}, {97, 16}, {100, 16}};
    struct net *weights = make(32, 1);
    net_init(weights, 8);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_places(weights, cases[i][0], cases[i][1]);
    net_free(weights);
}

/* Nor on the batch that the network has memory for, when it is told whom to compute like: at this
 * size some layers are computed in another way for one image than for sixteen. */
static void test_like_batch(void **state)
{
    (void)state;
    enum { SIZE = 128 };
    struct err e = {0};
    struct net_plan plan = {.model = "resnet18",
                            .channels = CHANNELS,
                            .classes = CLASSES,
                            .size = SIZE,
                            .batch = 16,
                            .width = 32};
    struct net *all = net_new(&plan, NULL, &e);
    plan.batch = 1;
    plan.like_batch = 16;
    struct net *one = net_new(&plan, NULL, &e);
    assert_true(all && one);
    assert_true(net_memory(one) < net_memory(all));
    net_init(all, 8);
    copy_params(one, all);
    float *x = formula_image(6, 16, SIZE, CHANNELS), a[16 * CLASSES], b[CLASSES];
    assert_int_equal(net_infer(all, x, 16, a, &e), 0);
    for (size_t i = 0; i < 16; i += 5) {
        assert_int_equal(net_infer(one, x + i * SIZE * SIZE * CHANNELS, 1, b, &e), 0);
        assert_memory_equal(b, a + i * CLASSES, sizeof b);
    }
    free(x);
    net_free(all);
    net_free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_in_a_batch),
        cmocka_unit_test(test_like_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
