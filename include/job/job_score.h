/* Scoring: metrics of a table of probabilities at given cuts. */
#ifndef JOB_JOB_SCORE_H
#define JOB_JOB_SCORE_H

#include "job/job.h"
#include "metric/f1.h"

/* `thresholds`: JSON file as job_tune writes it (missing classes are an error); NULL: .5. */
int job_score(struct job *j, const char *probs, const char *truth, const char *thresholds,
              struct report *out, char names[LABELS_MAX][64], struct err *e);

#endif
