/* Benchmarks of the real code: the network's own training and inference calls on random input, so
 * that what is timed is what a run does between two batches. Medians over rounds. */
#include "job/job_bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "kern/gemm.h"
#include "kern/peak.h"
#include "nn/net.h"
#include "nn/optim.h"
#include "recipe.h"

enum { CHANNELS = 4, CLASSES = 28, MAX_ROUNDS = 1000, GEMM_ROUNDS = 5, PEAK_LOOKS = 8 };
static const double POSITIVE = .06; /* labels per class, as in the real data */

struct bench {
    struct net *net;
    struct optim *optim;
    struct recipe_loss recipe;
    struct workers *workers;
    int batch, size;
    float *x;      /* [batch,size,size,CHANNELS] */
    float *y;      /* [batch,CLASSES] */
    float *logits; /* [batch,CLASSES] */
};

/* The best of several looks: other programs can only make the machine look slower than it is. */
static double best_peak(struct workers *w)
{
    double best = 0;
    for (int i = 0; i < PEAK_LOOKS; i++)
        best = fmax(best, peak_fma(w, .05));
    return best;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, compare_doubles);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static int fill(struct bench *b, struct err *e)
{
    size_t pixels = (size_t)b->batch * (size_t)b->size * (size_t)b->size * CHANNELS;
    size_t labels = (size_t)b->batch * CLASSES;
    struct rng r = rng_stream(1, RNG_TEST, 0, 0);
    b->x = mem_aligned(pixels * sizeof *b->x, "random images", e);
    b->y = mem_array(2 * labels, sizeof *b->y, "random labels", e);
    if (!b->x || !b->y)
        return -1;
    b->logits = b->y + labels;
    for (size_t i = 0; i < pixels; i++)
        b->x[i] = (float)rng_unit(&r) - .5F;
    for (size_t i = 0; i < labels; i++)
        b->y[i] = rng_unit(&r) < POSITIVE;
    return 0;
}

static int open_bench(struct bench *b, const struct work *w, bool train, struct err *e)
{
    struct net_plan plan = recipe_net(w->conf, CHANNELS, CLASSES, train);
    struct optim_plan optim = recipe_optim(w->conf);
    b->workers = w->workers;
    b->recipe = recipe_loss(w->conf);
    b->batch = plan.batch;
    b->size = plan.size;
    b->net = net_new(&plan, w->workers, e);
    if (!b->net || fill(b, e))
        return -1;
    net_init(b->net, 1);
    if (!train)
        return 0;
    b->optim = optim_new(&optim, net_params(b->net), e);
    return b->optim ? 0 : -1;
}

static void close_bench(struct bench *b)
{
    optim_free(b->optim);
    net_free(b->net);
    mem_free_aligned(b->x);
    free(b->y);
}

static double focal(void *context, const float *logits, int n, float *dlogits)
{
    const struct bench *b = context;
    return loss_focal(logits, b->y, n, CLASSES, b->recipe.gamma, b->recipe.reduction, dlogits);
}

static int one_round(struct bench *b, int64_t step, struct err *e)
{
    double loss;
    if (!b->optim)
        return net_infer(b->net, b->x, b->batch, b->logits, e);
    if (net_train(b->net, b->x, b->batch, 1, step, focal, b, &loss, e))
        return -1;
    optim_step(b->optim, net_params(b->net), 1e-4, b->workers);
    return 0;
}

static int time_rounds(struct job *j, struct bench *b, int rounds, double *seconds, struct err *e)
{
    job_phase(j, b->optim ? PHASE_TRAIN : PHASE_EVAL, rounds);
    for (int i = -1; i < rounds; i++) { /* the first warms caches and pages up */
        if (job_cancelled(j))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        double start = clock_seconds();
        if (one_round(b, i + 1, e))
            return -1;
        if (i >= 0)
            seconds[i] = clock_seconds() - start;
        job_progress(j, i + 1);
    }
    return 0;
}

int job_bench_net(struct job *j, bool train, int rounds, struct bench_result *out, struct err *e)
{
    struct bench b = {0};
    struct rusage usage;
    const struct conf *c = j->work->conf;
    double seconds[MAX_ROUNDS];
    if (rounds < 1 || rounds > MAX_ROUNDS)
        return err_set(e, ERR_USAGE, "--rounds: %d is not in 1..%d", rounds, MAX_ROUNDS);
    memset(out, 0, sizeof *out);
    int failed = open_bench(&b, j->work, train, e) || time_rounds(j, &b, rounds, seconds, e);
    if (!failed) {
        snprintf(out->model, sizeof out->model, "%s", conf_text(c, CONF_TRAIN_MODEL));
        out->size = b.size;
        out->batch = b.batch;
        out->rounds = rounds;
        out->threads = workers_count(j->work->workers);
        out->images_per_second = b.batch / median(seconds, rounds);
        out->effective_gflops = out->images_per_second * net_gflop(b.net) * (train ? 3 : 1);
        out->data_wait_percent = NAN;
        out->fma_peak_gflops = best_peak(j->work->workers);
        getrusage(RUSAGE_SELF, &usage);
        out->peak_rss_mb = (double)usage.ru_maxrss * 1024 / 1e6;
    }
    close_bench(&b);
    return failed ? -1 : 0;
}

/* ResNet-34 at 256 px as im2col sees it: 512 rows of output, C x taps deep, K wide. */
static const int GEMM_SHAPES[][3] = {
    {512, 64, 196}, {512, 64, 576}, {512, 128, 1152}, {512, 256, 2304}, {512, 512, 4608},
};

static double time_gemm(const struct gemm *g)
{
    double seconds[GEMM_ROUNDS];
    gemm_nn(g);
    for (int i = 0; i < GEMM_ROUNDS; i++) {
        double start = clock_seconds();
        gemm_nn(g);
        seconds[i] = clock_seconds() - start;
    }
    return 2.0 * g->m * g->n * g->k / median(seconds, GEMM_ROUNDS) / 1e9;
}

int job_bench_gemm(struct bench_gemm_row *rows, int max, int *n, double *fma_peak_gflops,
                   struct err *e)
{
    int shapes = (int)(sizeof GEMM_SHAPES / sizeof *GEMM_SHAPES);
    for (*n = 0; *n < shapes && *n < max; (*n)++) {
        const int *s = GEMM_SHAPES[*n];
        size_t a = (size_t)s[0] * (size_t)s[2], b = (size_t)s[2] * (size_t)s[1];
        size_t c = (size_t)s[0] * (size_t)s[1];
        float *memory = mem_aligned((a + b + c) * sizeof *memory, "matrices", e);
        if (!memory)
            return -1;
        for (size_t i = 0; i < a + b; i++)
            memory[i] = (float)(i % 17) / 17;
        struct gemm g = {.m = s[0],
                         .n = s[1],
                         .k = s[2],
                         .a = memory,
                         .lda = s[2],
                         .b = memory + a,
                         .ldb = s[1],
                         .c = memory + a + b,
                         .ldc = s[1]};
        rows[*n] = (struct bench_gemm_row){s[0], s[1], s[2], time_gemm(&g)};
        mem_free_aligned(memory);
    }
    *fma_peak_gflops = best_peak(NULL);
    return 0;
}
