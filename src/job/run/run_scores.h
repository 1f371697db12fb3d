/* The validation scores that a run's folder holds. */
#ifndef JOB_RUN_SCORES_H
#define JOB_RUN_SCORES_H

#include "job/work.h"
#include "metric/scores.h"
#include "run_truth.h"
#include "store/run_rows.h"

struct run_scores {
    char name[RUN_NAME_MAX], uuid[40];
    int epoch;             /* that the scores are of */
    struct scores *scores; /* rows as truth.ids, with the labels of today */
    struct run_truth truth;
    char names[LABELS_MAX][64]; /* of the run's classes */
};

enum run_scores_epoch {
    RUN_SCORES_BEST,  /* of the weights that evaluation, prediction and export use */
    RUN_SCORES_NEWEST /* for those who watch */
};

/* By name, uuid or "last". ERR_NOINPUT when no epoch was validated yet. */
int run_scores_open(struct run_scores *r, struct work *w, const char *which,
                    enum run_scores_epoch epoch, struct err *e);
void run_scores_close(struct run_scores *r);

#endif
