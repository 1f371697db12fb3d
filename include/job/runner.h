/* The runner: the background thread that works on one job at a time. The screen asks; the runner
 * answers through the snapshot box. Requests never block the caller. */
#ifndef JOB_RUNNER_H
#define JOB_RUNNER_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/output.h"
#include "job/control.h"
#include "job/snapshot.h"
#include "job/work.h"
#include "store/threshold_rows.h"

struct runner;

struct runner *runner_new(struct work *work, struct snapshot_box *box, struct err *e);
/* Ends the thread: a running training checkpoints and stops first. */
void runner_free(struct runner *r);

/* Start a training with this configuration (copied). ERR_LOCKED when a job is at work. `resume`:
 * run to go on with, NULL for a new one; `name`: of a new run, NULL for an automatic one. */
int runner_train(struct runner *r, const struct conf *c, const char *name, const char *resume,
                 struct err *e);
/* Work the queue off; a training that is done goes on with it by itself. ERR_LOCKED as above. */
int runner_queue(struct runner *r, struct err *e);
/* Predict the test set by a run, with these cuts (copied; NULL: by the rule of hpa predict), into a
 * submission. The snapshot goes on to tell of the training before. ERR_LOCKED as above. */
int runner_predict(struct runner *r, const char *run, const struct threshold_set *cuts,
                   const char *out, enum output_mode mode, struct err *e);
/* Look at every training image; findings go through the snapshot box. ERR_LOCKED as above. */
int runner_scan(struct runner *r, struct err *e);
void runner_stop(struct runner *r, enum job_stop how);
/* As JOB_STOP_CHECKPOINT, from a signal handler: async-signal-safe. */
void runner_interrupt(struct runner *r);
/* The same, so that a process without a screen can go on (detach_run). */
void runner_hand_over(struct runner *r);
void runner_pause(struct runner *r, bool paused);
void runner_checkpoint(struct runner *r);
/* A new peak rate, or (times) a factor for it. */
void runner_lr(struct runner *r, double value, bool times);
bool runner_busy(struct runner *r);
/* Wait until no job is at work. */
void runner_wait(struct runner *r);

#endif
