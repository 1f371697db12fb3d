/* Evaluation: scores and metrics of a trained run on a part of the data. */
#ifndef JOB_JOB_EVAL_H
#define JOB_JOB_EVAL_H

#include "base/output.h"
#include "job/job.h"
#include "metric/f1.h"

struct eval_request {
    const char *run;
    const char *part;       /* val, train, all */
    const char *checkpoint; /* best, last */
    const char *weights;    /* ema, raw; NULL: the averaged ones if there are any */
    enum output_mode mode;  /* of what is written */
    const char *probs;      /* write the scores here (.csv or .npy), NULL: nowhere */
};

struct eval_result {
    char run[RUN_NAME_MAX];
    int epoch;            /* of the checkpoint */
    bool raw;             /* weights as they learned; else averaged */
    double loss;          /* the run's loss on the part */
    struct report report; /* at cut .5 */
    struct report best;   /* at the part's own exact best cuts: optimistic */
    char names[LABELS_MAX][64];
};

int job_eval(struct job *j, const struct eval_request *request, struct eval_result *out,
             struct err *e);

#endif
