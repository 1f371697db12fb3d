/* Benchmarks of the real code on this machine: training and inference steps on random input, and
 * the matrix product they rest on. */
#ifndef JOB_JOB_BENCH_H
#define JOB_JOB_BENCH_H

#include "job/job.h"

struct bench_result {
    char model[24];
    int size, batch, threads, rounds;
    double images_per_second; /* median over rounds */
    double effective_gflops;  /* direct count: 2 per multiply-add */
    double fma_peak_gflops;   /* of all threads, measured in the same run */
    double peak_rss_mb;
    double data_wait_percent; /* NaN: no loader in this bench */
};

/* `train` or inference of train.model at train.size and train.batch, `rounds` timed steps. */
int job_bench_net(struct job *j, bool train, int rounds, struct bench_result *out, struct err *e);

struct bench_gemm_row {
    int m, n, k;
    double gflops; /* one thread, median */
};
/* The products of ResNet-34 at 256 px, one thread; `*n` rows, at most `max`. */
int job_bench_gemm(struct bench_gemm_row *rows, int max, int *n, double *fma_peak_gflops,
                   struct err *e);

#endif
