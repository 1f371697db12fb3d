/* Convolution 3x3, stride 1, by Winograd's F(4x4,3x3), a quarter of the multiplications: which
 * layers it serves. conv_winograd_pass.c and conv_winograd_weights.c compute. */
#include "conv_winograd.h"

static bool winograd_serves(const struct graph *g, const struct op *op)
{
    return op->kernel == 3 && op->stride == 1 && op->pad == 1 &&
           g->acts[op->in].c % WINOGRAD_CHANNELS == 0 &&
           g->acts[op->out].c % WINOGRAD_CHANNELS == 0;
}

static double winograd_products(const struct graph *g, const struct op *op)
{
    const struct act *in = &g->acts[op->in];
    return (double)winograd_tiles_of_image(in->h, in->w) * (double)WINOGRAD_POINTS * in->c;
}

/* A tile costs 36 multiplications, however few of its 16 outputs lie in the image, where the
 * general way takes 9 for each output: on maps of 2x2, 1x4 or less nothing is saved, and the
 * transforms come on top. */
static bool winograd_pays(const struct graph *g, const struct op *op)
{
    return winograd_products(g, op) < conv_gemm.products(g, op);
}

static void winograd_plan(struct graph *g, const struct op *op)
{
    conv_winograd_pass_plan(g, op, false);
}

static void winograd_plan_backward(struct graph *g, const struct op *op)
{
    conv_winograd_pass_plan(g, op, true);
    conv_winograd_weights_plan(g, op);
}

const struct conv_algorithm conv_winograd = {
    .name = "winograd",
    .serves = winograd_serves,
    .pays = winograd_pays,
    .products = winograd_products,
    .fuses = winograd_serves,
    .plan = winograd_plan,
    .plan_backward = winograd_plan_backward,
    .sum_blocks = conv_winograd_pass_blocks,
    .forward = conv_winograd_pass_forward,
    .weight_gradient = conv_winograd_weights_gradient,
    .data_gradient = conv_winograd_pass_data_gradient,
};
