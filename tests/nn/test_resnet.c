/* Which tensors lie how deep: torchvision's ResNet-34 has 9,536 parameters in conv1 and bn1,
 * 221,952 and 1,116,416 in layer1 and layer2, 6,822,400 and 13,114,368 in layer3 and layer4, and
 * 513,000 in fc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn/net.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_depths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
