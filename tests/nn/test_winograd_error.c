/* How far every Winograd pass of a real network is from double precision: a network learns on drawn
 * cells (and on real ones, where there are any); then each of its convolutions gets the input, the
 * weights and the output gradient that it has there, and its three passes are compared with plain
 * sums in double. `test_winograd_error resnet34 256 8 40`: model, size, batch and steps. */
#include <unistd.h>

#include "data/image.h"
#include "data/synth.h"
#include "direct.h"
#include "near.h"
#include "net/resnet.h"
#include "nn/loss.h"
#include "nn/optim.h"
#include "ops/conv.h"

static const double ERROR_MAX = 1e-5; /* relative, L2 */

enum { CHANNELS = 4, CLASSES = 28, SEED = 5, BATCH_MAX = 64 };

struct study {
    const char *model;
    int size, batch, steps;
};

/* Planes [CHANNELS,size,size] of sample `i`. */
typedef int planes_fn(const struct study *s, int i, const struct labels *labels, uint8_t *planes,
                      struct err *e);

static int drawn_planes(const struct study *s, int i, const struct labels *labels, uint8_t *planes,
                        struct err *e)
{
    return synth_draw(SEED, (uint32_t)i, labels, s->size, planes, e);
}

static const char *real_path(int i, const char *stain)
{
    static const char *const wells[] = {"57_F11_1", "800_A6_1", "89_B5_1"};
    static char path[1024];
    const char *folder = getenv("HPA_REAL_DATA");
    snprintf(path, sizeof path, "%s/real_tiles/%s_t%d%d_%s.png", folder ? folder : "../shared/data",
             wells[i % 3], i / 3 % 2, i / 6 % 2, stain);
    return path;
}

static int real_planes(const struct study *s, int i, const struct labels *labels, uint8_t *planes,
                       struct err *e)
{
    static const char *const stains[CHANNELS] = {"red", "green", "blue", "yellow"};
    (void)labels;
    for (int c = 0; c < CHANNELS; c++, planes += s->size * s->size) {
        struct image im;
        if (image_load_png(real_path(i, stains[c]), stains[c], &im, e))
            return -1;
        int failed = image_resize(&im, s->size, planes, e);
        image_fini(&im);
        if (failed)
            return -1;
    }
    return 0;
}

/* To mean 0 and deviation 1 over the batch, channel by channel. */
static void normalise(float *x, size_t pixels)
{
    for (int c = 0; c < CHANNELS; c++) {
        double sum = 0, square = 0;
        for (size_t i = 0; i < pixels; i++) {
            double v = x[i * CHANNELS + c];
            sum += v;
            square += v * v;
        }
        double mean = sum / (double)pixels, variance = square / (double)pixels - mean * mean;
        for (size_t i = 0; i < pixels; i++)
            x[i * CHANNELS + c] = (float)((x[i * CHANNELS + c] - mean) / sqrt(variance + 1e-6));
    }
}

struct images {
    float *x, *y;
};

static void take_images(const struct study *s, planes_fn *planes_of, int first, struct images *out)
{
    struct labels labels[BATCH_MAX];
    struct err e = {0};
    size_t pixels = (size_t)s->size * (size_t)s->size;
    uint8_t *planes = malloc(CHANNELS * pixels);
    assert_int_equal(synth_labels(SEED + (uint64_t)first, s->batch, labels, &e), 0);
    for (int i = 0; i < s->batch; i++) {
        if (planes_of(s, first + i, &labels[i], planes, &e))
            fail_msg("%s", e.text);
        float *x = out->x + (size_t)i * pixels * CHANNELS;
        for (size_t at = 0; at < pixels * CHANNELS; at++)
            x[at] = planes[at % CHANNELS * pixels + at / CHANNELS];
        for (int k = 0; k < CLASSES; k++)
            out->y[i * CLASSES + k] = labels_has(&labels[i], k);
    }
    normalise(out->x, (size_t)s->batch * pixels);
    free(planes);
}

static void build_net(struct graph *g, const struct study *s, const char *convolution,
                      struct workers *w)
{
    struct net_plan plan = {.classes = CLASSES, .dropout = .5F};
    struct err e = {0};
    graph_init(g, s->size, s->size, CHANNELS, w);
    g->convolution = convolution;
    resnet_build(g, resnet_find(s->model, NULL), &plan);
    if (graph_plan(g, s->batch, true, &e))
        fail_msg("%s", e.text);
}

/* The loss of the forward pass, its gradient left for backward. */
static double take_loss(struct graph *g, const struct study *s, const struct images *images)
{
    struct loss focal = {.gamma = 2, .reduction = LOSS_SUM_CLASSES};
    int last = g->n_acts - 1;
    return loss_focal(&focal, graph_value(g, last), images->y, s->batch, CLASSES,
                      graph_gradient(g, last));
}

static void learn(struct graph *g, const struct study *s, planes_fn *planes_of,
                  struct images *images)
{
    struct optim_plan plan = {
        .kind = OPTIM_ADAMW, .beta1 = .9, .beta2 = .999, .epsilon = 1e-8, .weight_decay = 1e-2};
    struct optim *o = optim_new(&plan, &g->params, NULL);
    double first = 0, loss = 0;
    graph_init_params(g, SEED);
    for (int step = 0; step < s->steps; step++) {
        take_images(s, planes_of, step * s->batch, images);
        graph_forward(g, images->x, s->batch, true, SEED, step);
        loss = take_loss(g, s, images);
        first = step ? first : loss;
        graph_backward(g);
        optim_step(o, &g->params, &(struct optim_pace){.lr = 1e-3}, g->workers);
    }
    print_message("%s, %d px, batch %d: loss %.3f to %.3f in %d steps\n", s->model, s->size,
                  s->batch, first, loss, s->steps);
    assert_true(loss < first);
    optim_free(o);
}

static void build_one(struct graph *g, const void *spec)
{
    const struct op *op = spec;
    g->input_gradient = op->in > 0;
    conv_add(g, "x", 0, op->weight, op->kernel, op->stride, op->pad);
}

/* The convolution `op` of a network alone, with all that it has there. */
static struct layer take_out(struct graph *g, const struct op *op, const float *x)
{
    const struct act *in = &g->acts[op->in];
    struct op spec = *op;
    spec.weight = g->acts[op->out].c;
    struct layer t =
        layer_make("x", build_one, &spec, (int[]){g->n, in->h, in->w, in->c}, g->workers);
    memcpy(t.g.params.values, graph_weights(g, op->weight),
           t.g.params.count * sizeof *t.g.params.values);
    memcpy(t.x, x, t.x_count * sizeof *t.x);
    memcpy(t.dy, graph_gradient(g, op->out), t.y_count * sizeof *t.dy);
    return t;
}

/* Largest errors of forward, data gradient and weight gradient by one algorithm. */
struct worst {
    const char *algorithm;
    double pass[3];
};

static void compare(struct graph *g, const struct op *op, const float *x, struct worst *worst)
{
    struct layer t = take_out(g, op, x);
    const struct op *one = &t.g.ops[0];
    struct direct want = direct_passes(&t);
    double error[3] = {near_distance(layer_forward(&t, true), want.y, t.y_count)};
    layer_backward(&t);
    if (one->wants_input_gradient)
        error[1] = near_distance(graph_gradient(&t.g, 0), want.dx, t.x_count);
    error[2] = near_distance(t.g.params.gradients, want.dw, t.g.params.count);
    print_message("| %s | %s | %dx%d, %d to %d | %.1e | %.1e | %.1e |\n",
                  g->params.table[op->weight].name, one->algorithm->name, t.g.acts[1].h,
                  t.g.acts[1].w, t.g.acts[0].c, t.g.acts[1].c, error[0], error[1], error[2]);
    for (int i = 0; i < 4; i++)
        for (int pass = 0; pass < 3 && !strcmp(worst[i].algorithm, one->algorithm->name); pass++)
            worst[i].pass[pass] = fmax(worst[i].pass[pass], error[pass]);
    direct_free(&want);
    layer_free(&t);
}

/* A step of the network operation by operation; `g` stores every value and gradient. */
static void compare_all(struct graph *g, const struct study *s, const struct images *images,
                        struct worst *worst)
{
    float **inputs = calloc((size_t)g->n_ops, sizeof *inputs);
    graph_begin(g, images->x, s->batch, true, SEED, s->steps);
    for (int i = 0; i < g->n_ops; i++) {
        const struct op *op = &g->ops[i];
        if (op->algorithm) {
            size_t size = graph_act_floats(g, op->in) * sizeof(float);
            inputs[i] = malloc(size);
            memcpy(inputs[i], graph_value(g, op->in), size);
        }
        graph_run(g, i, i + 1);
    }
    take_loss(g, s, images);
    g->backward = true;
    const struct remake *next = g->remakes, *end = next + g->n_remakes;
    for (int i = g->n_ops - 1; i >= 0; i--) {
        for (; next < end && next->before == i; next++)
            g->ops[next->op].kind->again(g, &g->ops[next->op]);
        if (inputs[i])
            compare(g, &g->ops[i], inputs[i], worst);
        g->ops[i].kind->backward(g, &g->ops[i]);
        free(inputs[i]);
    }
    free(inputs);
}

static void check_study(const struct study *s, planes_fn *planes_of)
{
    struct worst worst[] = {
        {"winograd", {0}}, {"winograd-stem", {0}}, {"winograd-strided", {0}}, {"gemm", {0}}};
    struct workers *team = workers_new(0, 0, NULL);
    struct graph net, plain;
    size_t pixels = (size_t)s->batch * (size_t)s->size * (size_t)s->size;
    struct images images = {malloc(pixels * CHANNELS * sizeof(float)),
                            malloc((size_t)s->batch * CLASSES * sizeof(float))};
    build_net(&net, s, NULL, team);
    build_net(&plain, s, "gemm", team);
    learn(&net, s, planes_of, &images);
    memcpy(plain.params.values, net.params.values, net.params.count * sizeof(float));
    memcpy(plain.params.buffers, net.params.buffers, net.params.buffer_count * sizeof(float));
    graph_fini(&net);
    take_images(s, planes_of, s->steps * s->batch, &images);
    compare_all(&plain, s, &images, worst);
    graph_fini(&plain);
    for (int i = 0; i < 4; i++) {
        print_message("%s: at most %.2e forward, %.2e data gradient, %.2e weight gradient\n",
                      worst[i].algorithm, worst[i].pass[0], worst[i].pass[1], worst[i].pass[2]);
        assert_true(worst[i].pass[0] > 0 && worst[i].pass[2] > 0);
        for (int pass = 0; pass < 3; pass++)
            assert_true(worst[i].pass[pass] < ERROR_MAX);
    }
    free(images.x);
    free(images.y);
    workers_free(team);
}

static struct study study = {"resnet18", 128, 4, 8};

static void test_drawn_cells(void **state)
{
    (void)state;
    check_study(&study, drawn_planes);
}

static void test_real_cells(void **state)
{
    (void)state;
    if (access(real_path(0, "red"), R_OK)) {
        print_message("SKIP: no real data at %s\n", real_path(0, "red"));
        skip();
    }
    check_study(&study, real_planes);
}

int main(int n, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_cells),
        cmocka_unit_test(test_real_cells),
    };
    if (n == 5)
        study = (struct study){arguments[1], atoi(arguments[2]), atoi(arguments[3]),
                               atoi(arguments[4])};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
