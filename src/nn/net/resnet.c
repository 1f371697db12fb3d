/* ResNet-18 and ResNet-34 (He et al. 2016) with torchvision's structure and names: 7x7/2
 * convolution, batch norm, ReLU, 3x3/2 max pool, four stages of basic blocks (the first block of
 * stages 2 to 4 halves the plane and doubles the channels, with a 1x1/2 projection as its
 * shortcut), global average, dropout, linear. Only a description; graph.c runs it. */
#include "resnet.h"

#include <stdio.h>
#include <string.h>

static int projection(struct graph *g, const char *block, int in, int channels, int stride)
{
    char name[PARAM_NAME_MAX];
    snprintf(name, sizeof name, "%s.downsample.0", block);
    int x = conv_add(g, name, in, channels, 1, stride, 0);
    snprintf(name, sizeof name, "%s.downsample.1", block);
    return batchnorm_add(g, name, x, -1, false);
}

static int basic_block(struct graph *g, const char *block, int in, int channels, int stride)
{
    char name[PARAM_NAME_MAX];
    int skip = in;
    if (stride != 1 || g->acts[in].c != channels)
        skip = projection(g, block, in, channels, stride);
    snprintf(name, sizeof name, "%s.conv1", block);
    int x = conv_add(g, name, in, channels, 3, stride, 1);
    snprintf(name, sizeof name, "%s.bn1", block);
    x = batchnorm_add(g, name, x, -1, true);
    snprintf(name, sizeof name, "%s.conv2", block);
    x = conv_add(g, name, x, channels, 3, 1, 1);
    snprintf(name, sizeof name, "%s.bn2", block);
    return batchnorm_add(g, name, x, skip, true);
}

void resnet_build(struct graph *g, const struct resnet_spec *spec, const struct net_plan *plan)
{
    int channels = plan->width > 0 ? plan->width : 64;
    int x = conv_add(g, "conv1", 0, channels, 7, 2, 3);
    x = batchnorm_add(g, "bn1", x, -1, true);
    g->stem_end = g->n_ops;
    x = pooling_add_max(g, x, 3, 2, 1);
    for (int stage = 0; stage < 4; stage++, channels *= 2)
        for (int b = 0; b < spec->blocks[stage]; b++) {
            char name[PARAM_NAME_MAX / 2];
            snprintf(name, sizeof name, "layer%d.%d", stage + 1, b);
            x = basic_block(g, name, x, channels, stage > 0 && b == 0 ? 2 : 1);
        }
    x = pooling_add_average(g, x);
    g->head = g->n_ops;
    if (plan->dropout > 0)
        x = head_add_dropout(g, x, plan->dropout);
    head_add_linear(g, "fc", x, plan->classes);
}

enum net_depth resnet_depth(const char *name)
{
    if (!strncmp(name, "fc.", 3))
        return NET_DEPTH_HEAD;
    return !strncmp(name, "layer3.", 7) || !strncmp(name, "layer4.", 7) ? NET_DEPTH_HIGH
                                                                        : NET_DEPTH_LOW;
}

static const struct resnet_spec specs[] = {
    {"resnet18", {2, 2, 2, 2}},
    {"resnet34", {3, 4, 6, 3}},
};

const struct resnet_spec *resnet_find(const char *name, const char **known)
{
    if (known)
        *known = "resnet18, resnet34";
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        if (!strcmp(specs[i].name, name))
            return &specs[i];
    return NULL;
}
