/* What may be asked of a job at work. Written by the screen, a signal handler or a command; read by
 * the job's thread between two steps. All fields are lock-free atomics. */
#ifndef JOB_CONTROL_H
#define JOB_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>

/* How a job is asked to end; a later, more urgent request replaces an earlier one. */
enum job_stop {
    JOB_STOP_NONE,
    JOB_STOP_EPOCH,      /* a training: after this epoch; other jobs: as checkpoint */
    JOB_STOP_CHECKPOINT, /* at the next step, with a checkpoint */
};

struct job_control {
    atomic_int stop; /* enum job_stop */
    atomic_bool
        cancel; /* set together with JOB_STOP_CHECKPOINT: ends caches, tables, predictions */
    atomic_bool paused;
};

/* Ask (async-signal-safe). JOB_STOP_NONE takes a request back, also the pause. */
void control_stop(struct job_control *c, enum job_stop how);

#endif
