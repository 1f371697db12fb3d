/* Benchmarks of the real code on this machine: training and inference steps, each convolution, the
 * matrix product, the loader. Each looks at the machine's limits in the same run. */
#ifndef JOB_JOB_BENCH_H
#define JOB_JOB_BENCH_H

#include "job/job.h"

enum { BENCH_LAYERS_MAX = 32, BENCH_GEMM_MAX = 32, BENCH_ROUNDS_MAX = 1000 };

/* Where a figure was measured. */
struct bench_machine {
    char cpu[96];
    int cores;                   /* that this process may use */
    int threads;                 /* that computed */
    const char *tier;            /* of the vector kernels */
    double fma_peak_gflops;      /* of these threads, best of several looks */
    double memory_gb_per_second; /* triad, the same threads, best of several looks; NaN: not
                                    measured */
    double cache_mb;             /* last level, of the cores it may use; 0: unknown */
    double memory_mb;            /* that the triad ran over; NaN: not measured */
    double load;                 /* of the machine, the last minute; NaN: unknown */
};

struct bench_result {
    char model[24];
    int size, batch, rounds;
    double images_per_second; /* median over rounds */
    double best_images_per_second;
    double cpu_seconds_per_image; /* of all threads: tells a slow program from a busy machine */
    double effective_gflops;      /* direct count: 2 per multiply-add */
    double planned_mb; /* network, optimiser and batches, as laid out before the first step */
    double peak_rss_mb;
    double data_wait_percent; /* of the timed steps; NaN: no loader in this bench */
    struct bench_machine machine;
};

struct bench_plan {
    bool train;     /* or inference */
    bool data;      /* batches of the configured data set, whose cache is made when it is missing;
                     * or random pixels */
    bool no_memory; /* leave the memory bandwidth out: measuring it takes memory itself, which
                     * shows where the process is watched from outside */
    int rounds;     /* timed steps */
};
/* Steps of train.model at train.size and train.batch, with what train.frozen_epochs freezes. */
int job_bench_net(struct job *j, const struct bench_plan *plan, struct bench_result *out,
                  struct err *e);

struct bench_conv_row {
    char stage[16];
    int count; /* layers of this shape */
    int h, w, c, out_h, out_w, out_c, kernel, stride;
    const char *pass, *algorithm;
    double seconds, best_seconds; /* of the whole batch: median, least */
    double effective_gflops;      /* direct count */
    double real_gflops;           /* multiplications done, 2 each: to compare with... */
    double peak_gflops;           /* ...the FMA peak before and after the layer: the better look */
};
struct bench_conv {
    char model[24];
    int size, batch, rounds, n;
    struct bench_conv_row rows[3 * BENCH_LAYERS_MAX];
    double seconds; /* all layers, all passes: rows by their counts */
    struct bench_machine machine;
};
/* Each distinct convolution of train.model at train.size and train.batch, pass by pass. */
int job_bench_conv(struct job *j, int rounds, struct bench_conv *out, struct err *e);

struct bench_gemm_row {
    int m, n, k;
    double gflops; /* one thread, median */
};
struct bench_gemm {
    int n;
    struct bench_gemm_row rows[BENCH_GEMM_MAX];
    struct bench_machine machine;
};
/* The products of ResNet-34 at 256 px, one thread. */
int job_bench_gemm(struct job *j, int rounds, struct bench_gemm *out, struct err *e);

struct bench_loader {
    int size, batch, samples, channels, rounds;
    double cache_samples_per_second;  /* one loader thread, from the cache to batches of floats */
    double images_samples_per_second; /* one thread, from the image files to floats */
    double images_mb_per_second;      /* decoded pixels of the image files */
    struct bench_machine machine;
};
/* The configured data set at train.size; the cache is made when it is missing. Medians of `rounds`
 * looks. */
int job_bench_loader(struct job *j, int rounds, struct bench_loader *out, struct err *e);

#endif
