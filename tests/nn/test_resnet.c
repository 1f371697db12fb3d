/* What the list of operations comes to: how deep its tensors lie, and the memory of a training.
 * Torchvision's ResNet-34 has 9,536 parameters in conv1 and bn1, 221,952 and 1,116,416 in layer1
 * and layer2, 6,822,400 and 13,114,368 in layer3 and layer4, and 513,000 in fc. */
#include "net/resnet.h"
#include "test.h"

static void test_depths(void **state)
{
    (void)state;
    struct err e = {0};
    struct net_plan plan = {
        .model = "resnet34", .channels = 3, .classes = 1000, .size = 32, .batch = 1};
    struct net *net = net_new(&plan, NULL, &e);
    const struct params *p = net_params(net);
    size_t counts[NET_DEPTHS] = {0};
    for (int i = 0; i < p->n; i++)
        counts[net_depth(&p->table[i])] += p->table[i].buffer ? 0 : p->table[i].count;
    assert_int_equal(counts[NET_DEPTH_LOW], 9536 + 221952 + 1116416);
    assert_int_equal(counts[NET_DEPTH_HIGH], 6822400 + 13114368);
    assert_int_equal(counts[NET_DEPTH_HEAD], 513000);
    net_free(net);
}

/* At 128 px, 32 channels in the first stage, an image's convolutions give 610,304 floats (64^2*32 +
 * 6*32^2*32 + 9*16^2*64 + 13*8^2*128 + 7*4^2*256). Of the blocks' sums only those at the ends of
 * the stages are kept, 61,440 of 225,280, and nothing that is normalised; a quarter more is room
 * for gradients. */
static void test_little_is_kept_for_backward(void **state)
{
    (void)state;
    enum { BATCH = 4, CONVOLUTIONS = 610304, ENDS = 61440 };
    struct err e = {0};
    struct graph g;
    struct net_plan plan = {.model = "resnet34", .channels = 4, .classes = 28, .width = 32};
    graph_init(&g, 128, 128, plan.channels, NULL);
    g.most_kept = SIZE_MAX; /* the first convolution's output, too */
    resnet_build(&g, resnet_find(plan.model, NULL), &plan);
    assert_int_equal(graph_plan(&g, BATCH, true, &e), 0);
    assert_true(g.slot_floats > (size_t)BATCH * (CONVOLUTIONS + ENDS));
    assert_true(g.slot_floats < (size_t)BATCH * (CONVOLUTIONS + ENDS) / 4 * 5);
    graph_fini(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depths),
        cmocka_unit_test(test_little_is_kept_for_backward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
