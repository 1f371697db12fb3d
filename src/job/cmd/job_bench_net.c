/* Training and inference as a run does them: the network's own calls, the gradient's norm, the
 * optimiser's step, on random pixels or on batches that the loader prefetches from the cache. Runs
 * in the job's thread; what is timed is everything between two steps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench_parts.h"
#include "core/memory_plan.h"
#include "core/train_config.h"
#include "data/loader.h"
#include "job/dataset.h"
#include "nn/net.h"
#include "nn/optim.h"
#include "train/sampling_plan.h"

enum { CHANNELS = 4, CLASSES = 28, LOADER_DEPTH = 2 };
static const double POSITIVE = .06; /* labels per class, as in the real data */

struct bench {
    struct job *job;
    struct net *net;
    struct optim *optim; /* NULL: inference */
    struct loss recipe;
    enum net_frozen frozen; /* as in a training's first epoch */
    int batch, size, channels, classes;
    float *x;      /* [batch,size,size,channels], random */
    float *y;      /* [batch,classes], random */
    float *logits; /* [batch,classes] */

    struct dataset data;
    struct loader *loader; /* NULL: random pixels */
    size_t batches;        /* bytes of all batches */
    int epoch;
    const float *now_x, *now_y; /* of the step at work */
    double waited;              /* seconds for the loader, in the timed steps */
    double cpu;                 /* seconds of all threads, likewise */
};

static int fill(struct bench *b, struct err *e)
{
    size_t pixels = (size_t)b->batch * (size_t)b->size * (size_t)b->size * (size_t)b->channels;
    size_t labels = (size_t)b->batch * (size_t)b->classes;
    struct rng r = rng_stream(1, RNG_TEST, 0, 0);
    b->x = mem_aligned(pixels * sizeof *b->x, "random images", e);
    b->y = b->x ? mem_array(labels, sizeof *b->y, "random labels", e) : NULL;
    if (!b->y)
        return -1;
    for (size_t i = 0; i < pixels; i++)
        b->x[i] = (float)rng_unit(&r) - .5F;
    for (size_t i = 0; i < labels; i++)
        b->y[i] = rng_unit(&r) < POSITIVE;
    b->batches = pixels * sizeof *b->x;
    b->now_x = b->x;
    b->now_y = b->y;
    return 0;
}

/* Scaled to 0..1 and shifted: the bench needs no statistics. */
static int open_loader(struct bench *b, struct err *e)
{
    const struct conf *c = b->job->work->conf;
    struct loader_plan plan = {
        .rows = b->data.all,
        .n = b->data.all_n,
        .cache = b->data.cache,
        .labels = b->data.index->labels,
        .k = b->classes,
        .batch = b->batch,
        .shuffle = true,
        .drop_last = true,
        .augment = sampling_plan_augment(c),
        .seed = 1,
        .threads = 1,
        .depth = LOADER_DEPTH,
    };
    for (int i = 0; i < b->channels; i++) {
        plan.mean[i] = .5F;
        plan.std[i] = 1;
    }
    b->batches = loader_memory(&plan);
    b->loader = loader_new(&plan, e);
    return b->loader ? loader_start(b->loader, 0, 0, e) : -1;
}

static int open_data(struct bench *b, struct err *e)
{
    if (dataset_open(&b->data, b->job, e) || dataset_pixels(&b->data, b->job, b->size, e))
        return -1;
    b->channels = b->data.index->channels;
    b->classes = b->data.index->k;
    return open_loader(b, e);
}

static int check_memory(const struct job *j, const struct net_plan *plan, struct err *e)
{
    struct memory_plan f;
    char lower[96];
    snprintf(lower, sizeof lower, "lower train.batch (%d) or train.size (%d)", plan->batch,
             plan->size);
    int failed = plan->train ? memory_plan_training(&f, j->work->conf, plan, j->work->workers, e)
                             : memory_plan_inference(&f, plan, j->work->workers, e);
    return failed || memory_plan_check(&f, "the bench", lower, j->work, e) ? -1 : 0;
}

static int open_bench(struct bench *b, struct job *j, const struct bench_plan *p, struct err *e)
{
    const struct conf *c = j->work->conf;
    struct optim_plan optim = train_config_optim(c);
    b->job = j;
    b->size = (int)conf_int(c, CONF_TRAIN_SIZE);
    b->batch = (int)conf_int(c, CONF_TRAIN_BATCH);
    b->channels = CHANNELS;
    b->classes = CLASSES;
    b->recipe = train_config_loss(c);
    struct train_config_phases phases = train_config_phases(c);
    b->frozen = p->train && phases.frozen_epochs > 0 ? phases.frozen : NET_FROZEN_NONE;
    struct net_plan plan = train_config_net(c, j->work->kern, b->channels, b->classes, p->train);
    if (check_memory(j, &plan, e) || (p->data ? open_data(b, e) : fill(b, e)))
        return -1;
    plan.channels = b->channels; /* of the data, if there is any */
    plan.classes = b->classes;
    b->net = net_new(&plan, j->work->workers, e);
    b->logits = mem_array((size_t)b->batch * (size_t)b->classes, sizeof *b->logits, "logits", e);
    if (!b->net || !b->logits)
        return -1;
    net_init(b->net, 1);
    net_freeze(b->net, b->frozen);
    if (p->train)
        b->optim = optim_new(&optim, net_params(b->net), e);
    return p->train && !b->optim ? -1 : 0;
}

static void close_bench(struct bench *b)
{
    loader_free(b->loader);
    dataset_close(&b->data);
    optim_free(b->optim);
    net_free(b->net);
    mem_free_aligned(b->x);
    free(b->y);
    free(b->logits);
}

static double focal(void *context, const float *logits, int n, float *dlogits)
{
    const struct bench *b = context;
    return loss_focal(&b->recipe, logits, b->now_y, n, b->classes, dlogits);
}

static int take_batch(struct bench *b, struct err *e)
{
    double start = clock_seconds();
    if (!b->loader)
        return 0;
    const struct batch *batch = loader_next(b->loader, e);
    if (!batch && e->code == ERR_NONE) {
        if (loader_start(b->loader, ++b->epoch, 0, e))
            return -1;
        batch = loader_next(b->loader, e);
    }
    if (!batch)
        return -1;
    b->now_x = batch->x;
    b->now_y = batch->y;
    b->waited += clock_seconds() - start;
    return 0;
}

static int one_round(struct bench *b, int64_t step, struct err *e)
{
    double loss;
    struct workers *w = b->job->work->workers;
    if (take_batch(b, e))
        return -1;
    if (!b->optim)
        return net_infer(b->net, b->now_x, b->batch, b->logits, e);
    if (net_train(b->net, b->now_x, b->batch, 1, step, focal, b, &loss, e))
        return -1;
    optim_gradient_norm(net_params(b->net), w);
    optim_step(b->optim, net_params(b->net), &(struct optim_pace){.lr = 1e-4}, w);
    return 0;
}

static double cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int time_rounds(struct bench *b, int rounds, double *seconds, struct err *e)
{
    job_phase(b->job, b->optim ? PHASE_TRAIN : PHASE_EVAL, rounds);
    for (int i = -1; i < rounds; i++) { /* the first warms caches and pages up */
        if (job_cancelled(b->job))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        if (i == 0) {
            b->waited = 0;
            b->cpu = cpu_seconds();
        }
        double start = clock_seconds();
        if (one_round(b, i + 1, e))
            return -1;
        if (i >= 0)
            seconds[i] = clock_seconds() - start;
        job_progress(b->job, i + 1);
    }
    b->cpu = cpu_seconds() - b->cpu;
    return 0;
}

/* Of forward, data gradient and weight gradient, those that are needed. */
static int passes(const struct bench *b)
{
    return !b->optim || b->frozen == NET_FROZEN_ALL ? 1 : b->frozen == NET_FROZEN_TRUNK ? 2 : 3;
}

static void sum_up(const struct bench *b, int rounds, double *seconds, struct bench_result *out)
{
    struct rusage usage;
    struct memory_plan plan = memory_plan_of(b->net, b->optim, b->batches);
    double total = 0;
    for (int i = 0; i < rounds; i++)
        total += seconds[i];
    train_config_model(b->job->work->conf, out->model, sizeof out->model);
    out->size = b->size;
    out->batch = b->batch;
    out->rounds = rounds;
    out->images_per_second = b->batch / job_bench_median(seconds, rounds);
    out->best_images_per_second = b->batch / seconds[0]; /* the median sorted them */
    out->cpu_seconds_per_image = b->cpu / rounds / b->batch;
    out->effective_gflops = out->images_per_second * net_gflop(b->net) * passes(b);
    out->data_wait_percent = b->loader ? 100 * b->waited / total : NAN;
    out->planned_mb = memory_plan_mb(&plan);
    getrusage(RUSAGE_SELF, &usage);
    out->peak_rss_mb = (double)usage.ru_maxrss * 1024 / 1e6;
}

int job_bench_net(struct job *j, const struct bench_plan *plan, struct bench_result *out,
                  struct err *e)
{
    struct bench b = {0};
    double seconds[BENCH_ROUNDS_MAX];
    if (job_bench_check_rounds(plan->rounds, e))
        return -1;
    memset(out, 0, sizeof *out);
    int failed = open_bench(&b, j, plan, e) || time_rounds(&b, plan->rounds, seconds, e);
    if (!failed)
        sum_up(&b, plan->rounds, seconds, out);
    close_bench(&b);
    if (failed)
        return -1;
    return job_bench_machine(j->work->kern, j->work->workers, !plan->no_memory, &out->machine, e);
}
