/* Splitting: deal the samples to folds, keep it in the store, say how good it is. */
#ifndef JOB_JOB_SPLIT_H
#define JOB_JOB_SPLIT_H

#include "data/split.h"
#include "job/job.h"

struct split_request {
    bool compare;    /* measure every method; nothing is stored */
    const char *in;  /* Id,fold table to take over (stored under the configured
                        method, folds and seed, so that the next training uses it), NULL: make */
    const char *out; /* write an Id,fold table, NULL: none */
};

enum { SPLIT_RESULTS_MAX = 8 };

struct split_result {
    char method[24];
    int folds;
    int64_t seed;
    double seconds;
    struct split_quality quality;
};

/* Method, folds and seed are split.* of the configuration. `*n` results (1, or one a method). */
int job_split(struct job *j, const struct split_request *request,
              struct split_result results[SPLIT_RESULTS_MAX], int *n, struct err *e);

#endif
