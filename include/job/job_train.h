/* Training: a new run, or one to go on with. Makes split, cache and statistics when they are
 * missing.
 *
 * Survives being killed at any moment: a checkpoint at every epoch's end and at least every
 * run.checkpoint_minutes; a resumed run ends in the same bits as one that was never interrupted
 * where the same things compute it (job/engine.h), and a warning says what differs where they do
 * not. */
#ifndef JOB_JOB_TRAIN_H
#define JOB_JOB_TRAIN_H

#include "job/job.h"

struct train_request {
    const struct conf *conf; /* of a new run; NULL: the work folder's */
    const char *name;        /* of a new run; NULL: run-1, run-2, ... */
    const char *resume;      /* run to go on with (name, uuid, "last"); NULL: a new run. Its
                              * configuration is that of its checkpoint, but for work.*, run.*, ui.*
                              * and where flags say that its table and images are */
    const char *split_of;    /* a new run takes the split of this run; NULL: the current split */
    bool
        go_on; /* `name` may be a run already: then go on with it, or end at once when it is done */
};

/* Ends with 0 when all epochs are done or a stop was carried out (j->now.stopped). ERR_NUMERIC
 * names the step and the ids of the batch; ERR_LOCKED: another process trains this run. */
int job_train(struct job *j, const struct train_request *request, struct err *e);

/* Go on with `run`, and then with what waits in the queue, in a process of its own session, without
 * a screen: `hpa train --resume RUN --then-queue`; its messages go to runs/RUN/detached.log. */
int job_train_detach(const struct work *work, const char *run, struct err *e);

#endif
