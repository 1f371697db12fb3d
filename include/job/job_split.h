/* Splitting: deal the samples to folds, make that the project's current split, say how good it is.
 */
#ifndef JOB_JOB_SPLIT_H
#define JOB_JOB_SPLIT_H

#include "base/output.h"
#include "data/split.h"
#include "job/job.h"

struct split_request {
    bool compare;          /* measure every method; nothing is stored */
    const char *in;        /* Id,fold table to take over, NULL: make */
    enum output_mode mode; /* of what is written */
    const char *out; /* write an Id,fold table, NULL: none. Without `in` and without flags that say
                        how to split, it is the current split's, which stays as it is */
};

enum { SPLIT_RESULTS_MAX = 8 };

struct split_result {
    char method[24];
    int folds;
    int64_t seed;
    double seconds;
    struct split_quality quality;
};

/* A split is made from split.* of the configuration, and every new training uses it. `*n` results
 * (1, or one a method). */
int job_split(struct job *j, const struct split_request *request,
              struct split_result results[SPLIT_RESULTS_MAX], int *n, struct err *e);

#endif
