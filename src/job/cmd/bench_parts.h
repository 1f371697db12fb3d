/* What the benches share. Private to them. */
#ifndef JOB_BENCH_PARTS_H
#define JOB_BENCH_PARTS_H

#include "job/job_bench.h"
#include "kern/kern.h"

/* Sorts `values`. */
double job_bench_median(double *values, int n);

/* GFLOP/s of all of `w` (NULL: one thread), the best of `looks` short ones: other programs can only
 * make it look less than it is. */
double job_bench_peak(struct workers *w, int looks);

int job_bench_check_rounds(int rounds, struct err *e);

/* Look at the machine with `w` (NULL: one thread), `memory`: at its bandwidth too. To be called
 * when the bench has given its own memory back. */
int job_bench_machine(const struct kern *kern, struct workers *w, bool memory,
                      struct bench_machine *out, struct err *e);

#endif
