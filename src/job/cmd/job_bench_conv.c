/* Each convolution of the network alone, pass by pass: what algorithm runs, how long it takes, and
 * how near it comes to the machine's limit. A machine's speed drifts, so its peak is looked at
 * before the first layer and after each: a layer goes by the better of the two looks around it, the
 * bench by the best of all. One layer's memory lives at a time. Runs in the job's thread. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench_parts.h"
#include "core/train_config.h"
#include "nn/conv_bench.h"

enum { CHANNELS = 4, CLASSES = 28, PEAK_LOOKS = 5 };

static struct bench_conv_row describe(const struct conv_bench_layer *l, const struct conv_bench *b,
                                      enum conv_bench_pass pass)
{
    struct bench_conv_row row = {.count = l->count,
                                 .h = l->h,
                                 .w = l->w,
                                 .c = l->c,
                                 .out_h = l->out_h,
                                 .out_w = l->out_w,
                                 .out_c = l->out_c,
                                 .kernel = l->kernel,
                                 .stride = l->stride,
                                 .pass = conv_bench_pass_name(pass),
                                 .algorithm = conv_bench_algorithm(b)};
    memcpy(row.stage, l->stage, sizeof row.stage);
    return row;
}

static void time_pass(struct bench_conv *out, const struct conv_bench_layer *layer,
                      struct conv_bench *b, enum conv_bench_pass pass)
{
    double seconds[BENCH_ROUNDS_MAX];
    struct bench_conv_row row = describe(layer, b, pass);
    conv_bench_run(b, pass); /* warms caches and pages up */
    for (int i = 0; i < out->rounds; i++)
        seconds[i] = conv_bench_run(b, pass);
    row.seconds = job_bench_median(seconds, out->rounds);
    row.best_seconds = seconds[0]; /* the median sorted them */
    row.effective_gflops = conv_bench_direct_gflop(b) / row.seconds;
    row.real_gflops = conv_bench_real_gflop(b) / row.seconds;
    out->seconds += row.count * row.seconds;
    out->rows[out->n++] = row;
}

static int time_layer(struct job *j, struct bench_conv *out, const struct conv_bench_layer *layer,
                      struct err *e)
{
    struct conv_bench *b = conv_bench_new(layer, out->batch, j->work->workers, e);
    if (!b)
        return -1;
    int failed = 0;
    for (int pass = 0; pass < CONV_BENCH_PASSES && !failed; pass++) {
        if (pass == CONV_BENCH_DATA && layer->first)
            continue;
        failed = job_cancelled(j) ? err_set(e, ERR_CANCELLED, "stopped on request") : 0;
        if (!failed)
            time_pass(out, layer, b, (enum conv_bench_pass)pass);
    }
    conv_bench_free(b);
    return failed;
}

static double set_peaks(struct bench_conv_row *rows, int n, double before, double after)
{
    for (int i = 0; i < n; i++)
        rows[i].peak_gflops = fmax(before, after);
    return fmax(before, after);
}

static int time_layers(struct job *j, struct bench_conv *out, const struct conv_bench_layer *layers,
                       int n, double *peak, struct err *e)
{
    double before = job_bench_peak(j->work->workers, PEAK_LOOKS), after;
    job_phase(j, PHASE_TRAIN, n);
    for (int i = 0; i < n; i++, before = after) {
        int first = out->n;
        if (time_layer(j, out, &layers[i], e))
            return -1;
        after = job_bench_peak(j->work->workers, PEAK_LOOKS);
        *peak = fmax(*peak, set_peaks(out->rows + first, out->n - first, before, after));
        job_progress(j, i + 1);
    }
    return 0;
}

int job_bench_conv(struct job *j, int rounds, struct bench_conv *out, struct err *e)
{
    struct net_plan plan = train_config_net(j->work->conf, j->work->kern, CHANNELS, CLASSES, true);
    struct conv_bench_layer layers[BENCH_LAYERS_MAX];
    if (job_bench_check_rounds(rounds, e))
        return -1;
    memset(out, 0, sizeof *out);
    train_config_model(j->work->conf, out->model, sizeof out->model);
    out->size = plan.size;
    out->batch = plan.batch;
    out->rounds = rounds;
    double peak = 0;
    int n = conv_bench_layers(&plan, layers, BENCH_LAYERS_MAX, e);
    if (n < 0 || time_layers(j, out, layers, n, &peak, e) ||
        job_bench_machine(j->work->kern, j->work->workers, true, &out->machine, e))
        return -1;
    out->machine.fma_peak_gflops = fmax(out->machine.fma_peak_gflops, peak);
    return 0;
}
