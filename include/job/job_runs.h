/* What is done to runs as a whole: noted, tagged, removed, compared, and listed anew in a store
 * that was lost. Any thread. */
#ifndef JOB_JOB_RUNS_H
#define JOB_JOB_RUNS_H

#include "base/conf.h"
#include "store/run_rows.h"

/* `what` NULL: stays as it is. Kept in the store and in the run's folder. */
int job_runs_note(const struct conf *c, const char *which, const char *note, const char *tags,
                  struct run_row *out, struct err *e);
/* A run to be removed: also one that has a folder alone, with the status "not listed" and no uuid.
 */
int job_runs_find(const struct conf *c, const char *which, struct run_row *run, struct err *e);
/* Where `e` says that there is no such run and its folder or the queue tells more, `e` says that.
 * Returns -1. */
int job_runs_explain(const struct conf *c, const char *which, struct err *e);
/* Calls `tell` for each run that is not as it should be: what is true, and what helps. */
typedef void job_runs_tell(void *context, const char *text);
void job_runs_odd(const struct conf *c, job_runs_tell *tell, void *context);
/* The same of one run, whose checkpoints are opened, too. */
void job_runs_odd_one(const struct conf *c, const char *name, job_runs_tell *tell, void *context);
/* Rows and folder. ERR_LOCKED: a process trains it. */
int job_runs_remove(const struct conf *c, const struct run_row *run, struct err *e);

/* Do the figures that were recorded with runs rest on labels that are others today? */
struct runs_labels {
    int changed, gone; /* validation samples */
    char text[1024];   /* that, and what it means; "": nothing changed, or nobody knows */
};
/* For runs [n] with their configurations, out[n]. Never fails. */
void job_runs_labels(const struct conf *c, const struct run_row *runs, int n,
                     struct runs_labels *out);

struct runs_rebuilt {
    int found, known, added, unreadable; /* folders with a checkpoint, and what became of them */
    int completed;                       /* of the known: rows were missing */
};
/* Runs whose folders are there and whose rows are not, or not all, get rows again: configuration,
 * epochs, events and the paths of scores and checkpoints. What cannot be read is logged. */
int job_runs_rebuild(const struct conf *c, struct runs_rebuilt *out, struct err *e);

#endif
