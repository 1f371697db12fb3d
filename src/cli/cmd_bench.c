/* hpa bench: how fast this machine trains, infers and multiplies. */
#include <stdio.h>
#include <string.h>

#include "errand.h"
#include "job/job_bench.h"
#include "print.h"

enum { GEMM_ROWS_MAX = 32 };

static void show_net(const struct call *call, const char *what, const struct bench_result *r)
{
    if (call->json) {
        struct json *j = json_new_object();
        json_put_text(j, "bench", what);
        json_put_text(j, "model", r->model);
        json_put_int(j, "size", r->size);
        json_put_int(j, "batch", r->batch);
        json_put_int(j, "threads", r->threads);
        json_put_int(j, "rounds", r->rounds);
        json_put_real(j, "images_per_second", r->images_per_second);
        json_put_real(j, "effective_gflops", r->effective_gflops);
        json_put_real(j, "fma_peak_gflops", r->fma_peak_gflops);
        json_put_real(j, "peak_rss_mb", r->peak_rss_mb);
        json_put_real(j, "data_wait_percent", r->data_wait_percent);
        print_json(j);
        return;
    }
    struct print_table *t =
        print_table_new("bench|model|size|batch|threads|images/s|GFLOP/s|peak GFLOP/s|RSS MB");
    print_text(t, what);
    print_text(t, r->model);
    print_int(t, r->size);
    print_int(t, r->batch);
    print_int(t, r->threads);
    print_real(t, 2, r->images_per_second);
    print_real(t, 1, r->effective_gflops);
    print_real(t, 1, r->fma_peak_gflops);
    print_real(t, 0, r->peak_rss_mb);
    print_table_end(t);
}

static void show_gemm_json(const struct bench_gemm_row *rows, int n, double peak)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++) {
        struct json *j = json_new_object();
        json_put_int(j, "m", rows[i].m);
        json_put_int(j, "n", rows[i].n);
        json_put_int(j, "k", rows[i].k);
        json_put_real(j, "gflops", rows[i].gflops);
        json_put_real(j, "fma_peak_gflops", peak);
        json_put(list, NULL, j);
    }
    print_json(list);
}

static int bench_gemm(const struct call *call, struct err *e)
{
    struct bench_gemm_row rows[GEMM_ROWS_MAX];
    int n = 0;
    double peak = 0;
    if (job_bench_gemm(rows, GEMM_ROWS_MAX, &n, &peak, e))
        return -1;
    if (call->json) {
        show_gemm_json(rows, n, peak);
        return 0;
    }
    struct print_table *t = print_table_new("m|n|k|GFLOP/s|% of peak");
    for (int i = 0; i < n; i++) {
        print_int(t, rows[i].m);
        print_int(t, rows[i].n);
        print_int(t, rows[i].k);
        print_real(t, 1, rows[i].gflops);
        print_real(t, 0, 100 * rows[i].gflops / peak);
    }
    print_table_end(t);
    printf("one thread, FMA peak %.1f GFLOP/s\n", peak);
    return 0;
}

static int run(const struct call *call, struct err *e)
{
    const char *what = call->options->args[0];
    int64_t rounds = 10;
    struct bench_result result;
    bool train = !strcmp(what, "train");
    if (options_int(call->options, "rounds", 1, 10000, &rounds, e))
        return -1;
    if (!strcmp(what, "gemm"))
        return bench_gemm(call, e);
    if (!train && strcmp(what, "infer") != 0)
        return err_set(e, ERR_USAGE, "'%s' is not one of train, infer, gemm", what);
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    int failed = job_bench_net(&d->job, train, (int)rounds, &result, e);
    errand_close(d);
    if (!failed)
        show_net(call, what, &result);
    return failed;
}

static const struct option options[] = {
    {"model", 0, "NAME", "train.model", NULL},
    {"size", 0, "PX", "train.size", NULL},
    {"batch", 0, "N", "train.batch", NULL},
    {"rounds", 0, "N", NULL, "timed steps (10)"},
};

const struct command cmd_bench = {
    .name = "bench",
    .args = "train|infer|gemm",
    .summary = "Measure this machine: training and inference steps, matrix products",
    .args_min = 1,
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .run = run,
};
