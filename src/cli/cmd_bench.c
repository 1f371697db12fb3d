/* hpa bench: how fast this machine trains, infers, convolves, multiplies and loads, and how soon
 * the screen answers. Each bench prints its table and the machine it ran on, or one JSON object
 * with the same figures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench_screen.h"
#include "errand.h"
#include "job/job_bench.h"
#include "print.h"

static void put_machine(struct json *j, const struct bench_machine *m)
{
    struct json *o = json_new_object();
    json_put_text(o, "cpu", m->cpu);
    json_put_int(o, "cores", m->cores);
    json_put_int(o, "threads", m->threads);
    json_put_text(o, "tier", m->tier);
    json_put_real(o, "fma_peak_gflops", m->fma_peak_gflops);
    json_put_real(o, "memory_gb_per_second", m->memory_gb_per_second);
    json_put_real(o, "memory_mb", m->memory_mb);
    json_put_real(o, "cache_mb", m->cache_mb);
    json_put_real(o, "load", m->load);
    json_put(j, "machine", o);
}

static void print_machine(const struct bench_machine *m)
{
    printf("%s: %d threads on %d cores, kernels %s, FMA peak %.1f GFLOP/s", m->cpu, m->threads,
           m->cores, m->tier, m->fma_peak_gflops);
    if (!isnan(m->memory_gb_per_second))
        printf(", memory %.1f GB/s (%.0f MB, cache %.0f MB)", m->memory_gb_per_second, m->memory_mb,
               m->cache_mb);
    if (!isnan(m->load))
        printf(", load %.1f", m->load);
    putchar('\n');
}

static struct json *new_object(const char *what, const struct bench_machine *m)
{
    struct json *j = json_new_object();
    json_put_text(j, "bench", what);
    put_machine(j, m);
    return j;
}

static void net_json(const char *what, const struct bench_result *r)
{
    struct json *j = new_object(what, &r->machine);
    json_put_text(j, "model", r->model);
    json_put_int(j, "size", r->size);
    json_put_int(j, "batch", r->batch);
    json_put_int(j, "threads", r->machine.threads);
    json_put_int(j, "rounds", r->rounds);
    json_put_real(j, "images_per_second", r->images_per_second);
    json_put_real(j, "best_images_per_second", r->best_images_per_second);
    json_put_real(j, "cpu_seconds_per_image", r->cpu_seconds_per_image);
    json_put_real(j, "effective_gflops", r->effective_gflops);
    json_put_real(j, "fma_peak_gflops", r->machine.fma_peak_gflops);
    json_put_real(j, "planned_mb", r->planned_mb);
    json_put_real(j, "peak_rss_mb", r->peak_rss_mb);
    json_put_real(j, "data_wait_percent", r->data_wait_percent);
    print_json(j);
}

static void net_table(const char *what, const struct bench_result *r)
{
    struct print_table *t = print_table_new("bench|model|size|batch|threads|images/s|best|GFLOP/s|"
                                            "% of peak|planned MB|RSS MB|data wait %");
    print_text(t, what);
    print_text(t, r->model);
    print_int(t, r->size);
    print_int(t, r->batch);
    print_int(t, r->machine.threads);
    print_real(t, 2, r->images_per_second);
    print_real(t, 2, r->best_images_per_second);
    print_real(t, 1, r->effective_gflops);
    print_real(t, 0, 100 * r->effective_gflops / r->machine.fma_peak_gflops);
    print_real(t, 0, r->planned_mb);
    print_real(t, 0, r->peak_rss_mb);
    print_real(t, 2, r->data_wait_percent);
    print_table_end(t);
    puts("GFLOP/s and % of the FMA peak by the direct count of multiplications");
    print_machine(&r->machine);
}

static int bench_net(const struct call *call, const char *what, int rounds, struct err *e)
{
    struct bench_result r;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    struct bench_plan plan = {.train = !strcmp(what, "train"),
                              .data = options_has(call->options, "data"),
                              .no_memory = options_has(call->options, "no-memory"),
                              .rounds = rounds};
    int failed = job_bench_net(&d->job, &plan, &r, e);
    errand_close(d);
    if (!failed)
        (call->json ? net_json : net_table)(what, &r);
    return failed;
}

static void conv_json(const struct bench_conv *b)
{
    struct json *j = new_object("conv", &b->machine), *list = json_new_array();
    json_put_text(j, "model", b->model);
    json_put_int(j, "size", b->size);
    json_put_int(j, "batch", b->batch);
    json_put_int(j, "threads", b->machine.threads);
    json_put_int(j, "rounds", b->rounds);
    json_put_real(j, "seconds", b->seconds);
    json_put_real(j, "fma_peak_gflops", b->machine.fma_peak_gflops);
    for (const struct bench_conv_row *r = b->rows; r < b->rows + b->n; r++) {
        struct json *o = json_new_object();
        json_put_text(o, "stage", r->stage);
        json_put_int(o, "count", r->count);
        json_put_int(o, "height", r->h);
        json_put_int(o, "width", r->w);
        json_put_int(o, "channels", r->c);
        json_put_int(o, "out_height", r->out_h);
        json_put_int(o, "out_width", r->out_w);
        json_put_int(o, "out_channels", r->out_c);
        json_put_int(o, "kernel", r->kernel);
        json_put_int(o, "stride", r->stride);
        json_put_text(o, "pass", r->pass);
        json_put_text(o, "algorithm", r->algorithm);
        json_put_real(o, "seconds", r->seconds);
        json_put_real(o, "best_seconds", r->best_seconds);
        json_put_real(o, "effective_gflops", r->effective_gflops);
        json_put_real(o, "real_gflops", r->real_gflops);
        json_put_real(o, "fma_peak_gflops", r->peak_gflops);
        json_put_real(o, "peak_percent", 100 * r->real_gflops / r->peak_gflops);
        json_put(list, NULL, o);
    }
    json_put(j, "layers", list);
    print_json(j);
}

static void conv_row(struct print_table *t, const struct bench_conv_row *r)
{
    char shape[96];
    print_text(t, r->stage);
    snprintf(shape, sizeof shape, "%dx%d%s %d->%d, %d px", r->kernel, r->kernel,
             r->stride == 2 ? "/2" : "", r->c, r->out_c, r->out_w);
    print_text(t, shape);
    print_int(t, r->count);
    print_text(t, r->pass);
    print_text(t, r->algorithm);
    print_real(t, 2, 1e3 * r->seconds);
    print_real(t, 2, 1e3 * r->best_seconds);
    print_real(t, 1, r->effective_gflops);
    print_real(t, 0, 100 * r->real_gflops / r->peak_gflops);
}

static void conv_table(const struct bench_conv *b)
{
    struct print_table *t =
        print_table_new("stage|convolution|layers|pass|algorithm|ms|best ms|GFLOP/s|% of peak");
    for (int i = 0; i < b->n; i++)
        conv_row(t, &b->rows[i]);
    print_table_end(t);
    printf("%s, %d px, batch %d: all convolutions of a step take %.3f s, median of %d\n", b->model,
           b->size, b->batch, b->seconds, b->rounds);
    puts(
        "GFLOP/s by the direct count; % of the FMA peak, looked at before and after each layer, in "
        "multiplications really done");
    print_machine(&b->machine);
}

static int bench_conv(const struct call *call, const char *what, int rounds, struct err *e)
{
    struct errand *d = errand_open(call, e);
    (void)what;
    if (!d)
        return -1;
    struct bench_conv *b = xcalloc(1, sizeof *b);
    int failed = job_bench_conv(&d->job, rounds, b, e);
    errand_close(d);
    if (!failed)
        (call->json ? conv_json : conv_table)(b);
    free(b);
    return failed;
}

static void gemm_json(const struct bench_gemm *b)
{
    struct json *j = new_object("gemm", &b->machine), *list = json_new_array();
    json_put_int(j, "threads", b->machine.threads);
    json_put_real(j, "fma_peak_gflops", b->machine.fma_peak_gflops);
    for (int i = 0; i < b->n; i++) {
        struct json *o = json_new_object();
        json_put_int(o, "m", b->rows[i].m);
        json_put_int(o, "n", b->rows[i].n);
        json_put_int(o, "k", b->rows[i].k);
        json_put_real(o, "gflops", b->rows[i].gflops);
        json_put_real(o, "peak_percent", 100 * b->rows[i].gflops / b->machine.fma_peak_gflops);
        json_put(list, NULL, o);
    }
    json_put(j, "products", list);
    print_json(j);
}

static void gemm_table(const struct bench_gemm *b)
{
    struct print_table *t = print_table_new("m|n|k|GFLOP/s|% of peak");
    for (int i = 0; i < b->n; i++) {
        print_int(t, b->rows[i].m);
        print_int(t, b->rows[i].n);
        print_int(t, b->rows[i].k);
        print_real(t, 1, b->rows[i].gflops);
        print_real(t, 0, 100 * b->rows[i].gflops / b->machine.fma_peak_gflops);
    }
    print_table_end(t);
    print_machine(&b->machine);
}

static int bench_gemm(const struct call *call, const char *what, int rounds, struct err *e)
{
    struct bench_gemm b;
    struct errand *d = errand_open(call, e);
    (void)what;
    if (!d)
        return -1;
    int failed = job_bench_gemm(&d->job, rounds, &b, e);
    errand_close(d);
    if (!failed)
        (call->json ? gemm_json : gemm_table)(&b);
    return failed;
}

static void loader_json(const struct bench_loader *b)
{
    struct json *j = new_object("loader", &b->machine);
    json_put_int(j, "size", b->size);
    json_put_int(j, "batch", b->batch);
    json_put_int(j, "samples", b->samples);
    json_put_int(j, "channels", b->channels);
    json_put_int(j, "threads", b->machine.threads);
    json_put_int(j, "rounds", b->rounds);
    json_put_real(j, "cache_samples_per_second", b->cache_samples_per_second);
    json_put_real(j, "images_samples_per_second", b->images_samples_per_second);
    json_put_real(j, "images_mb_per_second", b->images_mb_per_second);
    print_json(j);
}

static void loader_table(const struct bench_loader *b)
{
    struct print_table *t = print_table_new("from|size|channels|threads|samples/s|decoded MB/s");
    print_text(t, "cache");
    print_int(t, b->size);
    print_int(t, b->channels);
    print_int(t, b->machine.threads);
    print_real(t, 1, b->cache_samples_per_second);
    print_real(t, 1, NAN);
    print_text(t, "images");
    print_int(t, b->size);
    print_int(t, b->channels);
    print_int(t, b->machine.threads);
    print_real(t, 1, b->images_samples_per_second);
    print_real(t, 1, b->images_mb_per_second);
    print_table_end(t);
    print_machine(&b->machine);
}

static int bench_loader(const struct call *call, const char *what, int rounds, struct err *e)
{
    struct bench_loader b;
    struct errand *d = errand_open(call, e);
    (void)what;
    if (!d)
        return -1;
    int failed = job_bench_loader(&d->job, rounds, &b, e);
    errand_close(d);
    if (!failed)
        (call->json ? loader_json : loader_table)(&b);
    return failed;
}

static int bench_on_screen(const struct call *call, const char *what, int rounds, struct err *e)
{
    (void)what;
    return bench_screen(call, rounds, e);
}

struct bench_kind {
    const char *name, *options; /* of the command's, those that it takes */
    int (*run)(const struct call *call, const char *what, int rounds, struct err *e);
};

static const struct bench_kind kinds[] = {
    {"gemm", "rounds", bench_gemm},
    {"conv", "rounds model size batch", bench_conv},
    {"train", "rounds model size batch data no-memory", bench_net},
    {"infer", "rounds model size batch data no-memory", bench_net},
    {"loader", "rounds size batch data", bench_loader},
    {"screen", "rounds model size batch data keys idle train", bench_on_screen},
};

/* Of images: the same word means the terminal where that is looked at. */
static int take_size(const struct call *call, struct err *e)
{
    const char *size = options_text(call->options, "size");
    if (!size ||
        (!conf_set(call->conf, "train.size", size, "--size", e) && !conf_check(call->conf, e)))
        return 0;
    e->code = ERR_USAGE;
    return err_prefix(e, "--size");
}

static int run(const struct call *call, struct err *e)
{
    const char *what = call->options->args[0];
    int64_t rounds = 10;
    if (options_int(call->options, "rounds", 1, BENCH_ROUNDS_MAX, &rounds, e) ||
        (strcmp(what, "screen") && take_size(call, e)))
        return -1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(what, kinds[i].name))
            return options_check_action(call->options, what, kinds[i].options, e)
                       ? -1
                       : kinds[i].run(call, what, (int)rounds, e);
    return err_set(e, ERR_USAGE, "'%s' is not one of gemm, conv, train, infer, loader, screen",
                   what);
}

static const struct option options[] = {
    {"model", 0, "NAME", "train.model", NULL},
    {"size", 0, "PX", NULL,
     "image side in pixels (256); screen: WxH, the terminal's cells (80x24)"},
    {"batch", 0, "N", "train.batch", NULL},
    {"rounds", 0, "N", NULL, "timed repetitions (10)"},
    {"data", 0, NULL, NULL,
     "train, infer, screen: the data set instead of random pixels or a drawn set"},
    {"no-memory", 0, NULL, NULL,
     "train, infer: leave the memory bandwidth out, which takes memory to measure"},
    {"keys", 0, "N", NULL, "screen: keys pressed on each tab (100)"},
    {"idle", 0, "SECONDS", NULL, "screen: without a key, on each tab (2)"},
    {"train", 0, NULL, NULL, "screen: while a training uses every core"},
};

const struct command cmd_bench = {
    .name = "bench",
    .args = "gemm|conv|train|infer|loader|screen",
    .summary = "Measure this machine: products, convolutions, training, inference, loading, screen",
    .more =
        "train: with -s train.frozen_epochs=1 the steps of that phase (train.frozen).\n"
        "loader and --data need the configured data set and pack its pixels when that is not "
        "done yet.\n"
        "screen: the workbench behind a pseudo-terminal (TERM says of which type), from the key\n"
        "to the bytes that answer it. --data leaves the sliders out, which would move cuts;\n"
        "with --train a run begins in the work folder, and is stopped with a checkpoint.",
    .args_min = 1,
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .run = run,
};
