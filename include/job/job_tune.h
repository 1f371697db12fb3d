/* Tuning: choose a cut per class on validation scores.
 * Works on a run's validation scores, or on two files alone (no data set, no work folder). */
#ifndef JOB_JOB_TUNE_H
#define JOB_JOB_TUNE_H

#include "base/output.h"
#include "job/job.h"
#include "metric/f1.h"

struct tune_request {
    const char *run;           /* or NULL: from files */
    const char *probs, *truth; /* .csv, or .npy with ids in the order of `truth` */
    const char *method;        /* of tune.method, or "all" (then `best` is saved and written) */
    const char *save;          /* store the set under this name (runs only), NULL: no */
    enum output_mode mode;     /* of what is written and of the set */
    const char *out;           /* write JSON: class name to cut, NULL: no */
};

enum { TUNE_RESULTS_MAX = 16 };

struct tune_result {
    char method[24], taken[24]; /* taken: the method that `best` took, else "" */
    int k, samples;
    double cuts[LABELS_MAX];
    double in_sample, held_out, held_out_std; /* macro F1 */
};

int job_tune(struct job *j, const struct tune_request *request,
             struct tune_result results[TUNE_RESULTS_MAX], int *n, char names[LABELS_MAX][64],
             struct err *e);

#endif
