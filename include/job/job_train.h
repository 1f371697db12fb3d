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
#include "job/train_request.h"

/* Ends with 0 when all epochs are done or a stop was carried out (j->now.stopped). ERR_NUMERIC
 * names the step and the ids of the batch; ERR_LOCKED: another process trains this run. */
int job_train(struct job *j, const struct train_request *request, struct err *e);

#endif
