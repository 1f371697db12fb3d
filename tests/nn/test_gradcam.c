/* Maps of Grad-CAM against PyTorch's autograd in double precision (tests/reference/
 * nn_gradcam_vectors.py), and the contract of nn/gradcam.h. */
#include "formula.h"
#include "nn/gradcam.h"
#include "test.h"

enum { CHANNELS = 4, CLASSES = 28, PLACES_MAX = 64 };

struct seen {
    int h, w;
    float maps[PLACES_MAX * CLASSES], logits[CLASSES];
};

static struct net *make(const char *model, int width, int size, bool train, struct workers *team)
{
    struct err e = {0};
    struct net_plan plan = {.model = model,
                            .channels = CHANNELS,
                            .classes = CLASSES,
                            .size = size,
                            .batch = train ? 2 : 1,
                            .train = train,
                            .dropout = .5F,
                            .width = width};
    struct net *net = net_new(&plan, team, &e);
    if (!net)
        fail_msg("%s", e.text);
    return net;
}

static void look(struct net *net, int seed, int size, struct seen *out)
{
    struct err e = {0};
    float *x = formula_image(seed, 1, size, CHANNELS);
    *out = (struct seen){0};
    gradcam_size(net, &out->h, &out->w);
    assert_in_range(out->h * out->w, 1, PLACES_MAX);
    if (gradcam_maps(net, x, out->maps, out->logits, NULL, &e))
        fail_msg("%s", e.text);
    free(x);
}

static void check(const struct ref *r, const char *name, const char *model, int width)
{
    static struct seen got;
    int seed = (int)ref_get(r, "seed")->data[0], size = (int)ref_get(r, "%s:size", name)->data[0];
    const struct ref_tensor *maps = ref_get(r, "%s:maps", name);
    struct net *net = make(model, width, size, false, NULL);
    formula_fill(net_params(net), seed);
    look(net, seed, size, &got);
    assert_int_equal(got.h, maps->shape[0]);
    assert_int_equal(got.w, maps->shape[1]);
    double error = ref_distance(got.maps, maps->data, maps->count);
    if (!(error < 2e-5))
        fail_msg("%s: relative error %.3g", name, error);
    assert_true(ref_distance(got.logits, ref_get(r, "%s:logits", name)->data, CLASSES) < 2e-5);
    net_free(net);
}

static void test_against_pytorch(void **state)
{
    (void)state;
    struct ref r = ref_open("nn_gradcam.bin");
    check(&r, "narrow", "resnet18", 4);
    check(&r, "resnet18", "resnet18", 0);
    check(&r, "resnet34", "resnet34", 0);
    ref_close(&r);
}

/* Nor does it matter what a network was planned for. */
static void test_same_bits_with_any_team(void **state)
{
    (void)state;
    static struct seen one, other;
    struct net *net = make("resnet18", 8, 130, false, NULL);
    formula_fill(net_params(net), 3);
    look(net, 3, 130, &one);
    net_free(net);
    for (int team = 2; team <= 4; team++) {
        struct workers *w = workers_new(team, 0, NULL);
        net = make("resnet18", 8, 130, team == 4, w);
        formula_fill(net_params(net), 3);
        look(net, 3, 130, &other);
        assert_memory_equal(&one, &other, sizeof one);
        net_free(net);
        workers_free(w);
    }
}

static void test_logits_are_those_of_inference(void **state)
{
    (void)state;
    static struct seen got;
    struct err e = {0};
    float logits[CLASSES];
    struct net *net = make("resnet34", 8, 64, false, NULL);
    float *x = formula_image(5, 1, 64, CHANNELS);
    net_init(net, 5);
    look(net, 5, 64, &got);
    assert_int_equal(net_infer(net, x, 1, logits, &e), 0);
    assert_memory_equal(got.logits, logits, sizeof logits);
    free(x);
    net_free(net);
}

static void test_cancelled_and_broken(void **state)
{
    (void)state;
    float maps[PLACES_MAX * CLASSES], logits[CLASSES];
    struct err e = {0};
    atomic_bool cancel = true;
    struct net *net = make("resnet18", 4, 32, false, NULL);
    float *x = formula_image(5, 1, 32, CHANNELS);
    net_init(net, 5);
    assert_int_equal(gradcam_maps(net, x, maps, logits, &cancel, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    cancel = false;
    assert_int_equal(gradcam_maps(net, x, maps, logits, &cancel, &e), 0);
    struct params *p = net_params(net);
    p->values[params_find(p, "fc.bias")->offset + 3] = NAN;
    assert_int_equal(gradcam_maps(net, x, maps, logits, NULL, &e), -1);
    assert_int_equal(e.code, ERR_NUMERIC);
    free(x);
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_pytorch),
        cmocka_unit_test(test_same_bits_with_any_team),
        cmocka_unit_test(test_logits_are_those_of_inference),
        cmocka_unit_test(test_cancelled_and_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
