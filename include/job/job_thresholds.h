/* Threshold sets of a run: looking at them, two side by side, in and out of files. */
#ifndef JOB_JOB_THRESHOLDS_H
#define JOB_JOB_THRESHOLDS_H

#include "base/output.h"
#include "job/job.h"
#include "metric/bootstrap_diff.h"
#include "metric/f1.h"
#include "store/threshold_rows.h"

/* The sets of a run, newest first; free() them. ERR_NOINPUT when there is no such run. */
int job_thresholds_list(struct job *j, const char *run, struct threshold_set **rows, int *n,
                        struct err *e);

struct thresholds_view {
    struct threshold_set set;
    struct report report; /* on the run's validation scores */
    char names[LABELS_MAX][64];
};
/* ERR_NOINPUT when the run has no such set. */
int job_thresholds_show(struct job *j, const char *run, const char *set,
                        struct thresholds_view *out, struct err *e);

struct thresholds_diff {
    struct thresholds_view before, after;
    struct bootstrap_diff compare;
};
int job_thresholds_diff(struct job *j, const char *run, const char *before, const char *after,
                        struct thresholds_diff *out, struct err *e);

/* As JSON, class name to cut. */
int job_thresholds_export(struct job *j, const char *run, const char *set, const char *path,
                          enum output_mode mode, struct err *e);
/* Store the cuts of such a file under the name `set` (NULL: the file's name without folder and
 * ending). `out` gets what was stored. A set that exists is replaced only with OUTPUT_REPLACE:
 * ERR_CREATE. In the set "current" the classes that move count as set by hand. */
int job_thresholds_import(struct job *j, const char *run, const char *path, const char *set,
                          enum output_mode mode, struct threshold_set *out, struct err *e);

#endif
