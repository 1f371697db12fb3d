/* Prediction: the test set through one or several runs, and the submission file. */
#ifndef JOB_JOB_PREDICT_H
#define JOB_JOB_PREDICT_H

#include "base/output.h"
#include "job/job.h"
#include "store/threshold_rows.h"

struct predict_request {
    const char *const *runs; /* [runs_n]; several are averaged */
    int runs_n;
    const char *out;        /* submission file */
    enum output_mode mode;  /* of what is written */
    const char *probs;      /* write the scores here (.csv or .npy), NULL: nowhere */
    const char *thresholds; /* name of a stored set of the first run; NULL: "current", else
                               tune.method on the runs' averaged validation scores */
    const struct threshold_set *cuts; /* counts more than a stored set; NULL: none */
};

struct predict_result {
    int samples, unreadable, empty_rows; /* empty: no score above its cut, tune.empty_row applied */
    int k, count[LABELS_MAX];            /* predicted positives of each class */
    char set[64];                        /* where the cuts came from */
    char names[LABELS_MAX][64];
};

/* Views averaged: predict.tta. Writes header, ids and order of data.sample_submission. */
int job_predict(struct job *j, const struct predict_request *request, struct predict_result *out,
                struct err *e);

#endif
