/* Every layer's backward against central differences of its own forward: the sum of dy*y, in
 * double, as a function of single inputs and parameters. Five points, so that batch norm's
 * curvature does not show; inputs keep clear of the kinks of ReLU and max pool by construction. */
#include "layer.h"

enum { SAMPLES = 40 };

static double loss(struct layer *t)
{
    const float *y = layer_forward(t, true);
    double sum = 0;
    for (size_t i = 0; i < t->y_count; i++)
        sum += (double)y[i] * t->dy[i];
    return sum;
}

static double loss_at(struct layer *t, float *v, float value)
{
    float before = *v;
    *v = value;
    double at = loss(t);
    *v = before;
    return at;
}

/* Richardson's (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, with the steps that floats allow. */
static double slope(struct layer *t, float *v, float h)
{
    float up = *v + h, down = *v - h, up2 = *v + 2 * h, down2 = *v - 2 * h;
    double near = (loss_at(t, v, up) - loss_at(t, v, down)) / ((double)up - down);
    double far = (loss_at(t, v, up2) - loss_at(t, v, down2)) / ((double)up2 - down2);
    return (4 * near - far) / 3;
}

/* Some entries of one array; the error counts relative to the largest entry of its gradient. */
static void check_array(struct layer *t, const char *name, float *v, const float *gradient,
                        size_t count, float h)
{
    float *wanted = malloc(count * sizeof *wanted);
    memcpy(wanted, gradient, count * sizeof *wanted); /* forward passes overwrite shared memory */
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(wanted[i]));
    assert_true(largest > 0);
    for (size_t s = 0; s < SAMPLES && s < count; s++) {
        size_t i = count <= SAMPLES ? s : ref_hash(s) % count;
        double error = fabs(slope(t, v + i, h) - wanted[i]) / largest;
        if (!(error < 1e-3))
            fail_msg("%s[%zu]: relative error %.3g", name, i, error);
    }
    free(wanted);
}

static void check_layer(const char *name, layer_build *build, const int shape[4], float h,
                        void (*adjust)(struct layer *))
{
    struct layer t = layer_make(name, build, NULL, shape, NULL);
    if (adjust)
        adjust(&t);
    struct params *p = &t.g.params;
    loss(&t);
    layer_backward(&t);
    float *gradients = malloc((p->count + 1) * sizeof *gradients);
    memcpy(gradients, p->gradients, p->count * sizeof *gradients);
    check_array(&t, "input", t.x, graph_gradient(&t.g, 0), t.x_count, h);
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        if (!row->buffer)
            check_array(&t, row->name, p->values + row->offset, gradients + row->offset, row->count,
                        h);
    }
    free(gradients);
    layer_free(&t);
}

static void build_stem(struct graph *g, const void *spec)
{
    (void)spec;
    conv_add(g, "x", 0, 6, 7, 2, 3);
}

static void build_same(struct graph *g, const void *spec)
{
    (void)spec;
    conv_add(g, "x", 0, 5, 3, 1, 1);
}

static void build_down(struct graph *g, const void *spec)
{
    (void)spec;
    conv_add(g, "x", 0, 5, 3, 2, 1);
}

static void build_project(struct graph *g, const void *spec)
{
    (void)spec;
    conv_add(g, "x", 0, 5, 1, 2, 0);
}

static void test_conv(void **state)
{
    (void)state; /* linear: a large step only lessens rounding */
    check_layer("conv", build_stem, (int[]){2, 9, 12, 4}, 0.5f, NULL);
    check_layer("conv", build_same, (int[]){2, 7, 5, 3}, 0.5f, NULL);
    check_layer("conv", build_down, (int[]){2, 7, 6, 3}, 0.5f, NULL);
    check_layer("conv", build_project, (int[]){2, 7, 6, 3}, 0.5f, NULL);
}

static void build_norm(struct graph *g, const void *spec)
{
    (void)spec;
    batchnorm_add(g, "x", 0, -1, false);
}

static void test_batchnorm(void **state)
{
    (void)state;
    check_layer("norm", build_norm, (int[]){3, 4, 3, 5}, 0.03f, NULL);
}

/* Even channels: the ReLU passes all; odd ones: it stops all; batch norm's values lie within 4. */
static void far_biases(struct layer *t)
{
    const struct param *row = params_find(&t->g.params, "x.bias");
    for (size_t i = 0; i < row->count; i++)
        t->g.params.values[row->offset + i] = i % 2 ? -9 : 9;
}

static void build_norm_relu(struct graph *g, const void *spec)
{
    (void)spec;
    batchnorm_add(g, "x", 0, -1, true);
}

static void test_batchnorm_relu(void **state)
{
    (void)state;
    check_layer("norm", build_norm_relu, (int[]){2, 3, 3, 4}, 0.03f, far_biases);
}

/* x feeds the convolution, and as a large skip decides each element's side of the ReLU. */
static void build_residual(struct graph *g, const void *spec)
{
    (void)spec;
    int z = conv_add(g, "conv", 0, 4, 3, 1, 1);
    batchnorm_add(g, "x", z, 0, true);
}

static void far_inputs(struct layer *t)
{
    for (size_t i = 0; i < t->x_count; i++)
        t->x[i] += t->x[i] < 0 ? -9 : 9;
}

static void test_residual(void **state)
{
    (void)state;
    check_layer("residual", build_residual, (int[]){2, 4, 3, 4}, 0.03f, far_inputs);
}

static void build_max(struct graph *g, const void *spec)
{
    (void)spec;
    pooling_add_max(g, 0, 3, 2, 1);
}

/* All different, at least .5 apart: no step changes a winner. */
static void distinct_inputs(struct layer *t)
{
    for (size_t i = 0; i < t->x_count; i++)
        t->x[i] = 0.5f * (float)(i * 37 % t->x_count);
}

static void test_max_pool(void **state)
{
    (void)state; /* 5*7*2*3 inputs: 37 has no factor in common with 210 */
    check_layer("max", build_max, (int[]){2, 5, 7, 3}, 0.1f, distinct_inputs);
}

static void build_head(struct graph *g, const void *spec)
{
    (void)spec;
    int x = pooling_add_average(g, 0);
    x = head_add_dropout(g, x, 0.4f);
    head_add_linear(g, "x", x, 7);
}

static void test_head(void **state)
{
    (void)state;
    check_layer("head", build_head, (int[]){3, 2, 3, 11}, 0.5f, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv),           cmocka_unit_test(test_batchnorm),
        cmocka_unit_test(test_batchnorm_relu), cmocka_unit_test(test_residual),
        cmocka_unit_test(test_max_pool),       cmocka_unit_test(test_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
