/* Errors of a run on its validation samples: the worst samples, what is confused with what, and the
 * marks that a user puts on samples. */
#ifndef JOB_JOB_ERRORS_H
#define JOB_JOB_ERRORS_H

#include "base/output.h"
#include "job/job.h"
#include "metric/confusion.h"
#include "metric/f1.h"
#include "store/mark_rows.h"

struct errors_request {
    const char *run;
    const char *set; /* threshold set; NULL: "current", else cuts by tune.method */
    int class_index; /* only samples that this class misses or wrongly takes; -1: all */
};

struct errors_sample {
    char id[129];
    double loss; /* focal loss with the run's gamma, mean over classes */
    struct labels truth, predicted;
    float score; /* of the asked class, 0 without one */
    char marks[64];
};

struct errors {
    char run[RUN_NAME_MAX], set[64];
    int epoch, k;
    double mean_loss;
    char names[LABELS_MAX][64];
    struct report report;
    struct confusion confusion;
    int n;
    struct errors_sample *samples; /* [n] worst first, owned */
};

/* Reads only. `out` is fini'd by the caller after success. ERR_NOINPUT, ERR_USAGE. */
int job_errors(struct job *j, const struct errors_request *request, struct errors *out,
               struct err *e);
void job_errors_fini(struct errors *x);

/* The kinds of marks, NULL after the last. */
extern const char *const job_errors_kinds[];
/* Mark a sample; `note` may be NULL. ERR_USAGE for another kind, ERR_NOINPUT for an id that is not
 * among the run's validation samples, ERR_LOCKED. */
int job_errors_mark(struct job *j, const char *run, const char *id, const char *kind,
                    const char *note, struct err *e);
/* `kind` NULL: all marks of the sample. ERR_NOINPUT when there are none. */
int job_errors_unmark(struct job *j, const char *id, const char *kind, struct err *e);
/* Oldest first, free(); none where there is no store. */
int job_errors_marks(struct job *j, struct mark_row **rows, int *n, struct err *e);
/* Id,kind,note,run,made as a table. */
int job_errors_export(const char *path, enum output_mode mode, const struct mark_row *rows, int n,
                      struct err *e);

#endif
