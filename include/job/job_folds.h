/* Cross-validation: a run for every fold, the out-of-fold scores of all samples in one table, cuts
 * chosen on it. Whatever was finished before is not done again, so that a call that was cut off, at
 * any point, is given once more. */
#ifndef JOB_JOB_FOLDS_H
#define JOB_JOB_FOLDS_H

#include "job/job.h"
#include "store/run_rows.h"

struct folds_request {
    const struct conf *conf; /* split.fold is set for each run */
    const char *name;        /* the runs are NAME-f0, NAME-f1, ... */
};

struct folds_result {
    int folds, samples, k;
    char method[24];      /* tune.method */
    double fold_f1[100];  /* of each fold's best epoch, at its own best cuts */
    double in_sample;     /* macro F1 of all samples at the cuts chosen on them */
    double out_of_sample; /* each fold predicted at the cuts chosen on the others, counted once */
    char scores[4096], truth[4096]; /* the files: .npy, and Id,Target in the same order */
    char set[64];                   /* the cuts, kept with every run under this name */
};

/* ERR_CANCELLED: stopped; the same call goes on. */
int job_folds(struct job *j, const struct folds_request *request, struct folds_result *out,
              struct err *e);

#endif
