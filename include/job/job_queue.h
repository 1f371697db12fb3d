/* The queue: trainings that wait in the store until a process works them off, one after another.
 * One process at a time works a work folder's queue off; any may add and remove. */
#ifndef JOB_JOB_QUEUE_H
#define JOB_JOB_QUEUE_H

#include "job/job.h"
#include "store/queue_rows.h"

enum { QUEUE_GRID_MAX = 8, QUEUE_ADD_MAX = 1024 };

struct queue_request {
    const struct conf *conf; /* of the runs */
    const char *name; /* of the run, or what the names of a grid begin with; NULL: automatic */
    const char *grid[QUEUE_GRID_MAX]; /* "train.lr=.001,.0003": a run for every combination */
    int grid_n;
};

/* All runs or none; `*rows` [n]: what was added, queue_rows_free. */
int job_queue_add(struct work *w, const struct queue_request *request, struct queue_row **rows,
                  int *n, struct err *e);
/* No rows without a store. */
int job_queue_list(const char *database, struct queue_row **rows, int *n, struct err *e);
/* By name or uuid. ERR_NOINPUT: none waits under it; ERR_LOCKED: it has begun. */
int job_queue_remove(struct work *w, const char *which, struct err *e);

/* Train what waits until nothing does; `*done`: runs that ended. What a killed worker had begun
 * goes on first. A run that fails is logged and the next one begins; stopping this process ends the
 * queue (ERR_CANCELLED), stopping one of its runs from elsewhere only that run. ERR_LOCKED: another
 * process works it off. */
int job_queue_run(struct job *j, int *done, struct err *e);
/* The same in a process of its own session; its messages go to queue.log in the work folder. */
int job_queue_detach(const struct work *w, struct err *e);

#endif
