/* What may be asked of a job at work. Written by the screen, a signal handler, a command, or for
 * another process by its listener; read by the job's thread between two steps. All fields are
 * lock-free atomics. */
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
    atomic_bool from_elsewhere; /* another process asked for the stop: of this run alone */
    atomic_bool hand_over;      /* the stop is made so that another process goes on */
    atomic_bool checkpoint;     /* of a training: write one and go on */
    _Atomic(double) lr;         /* of a training: the new peak rate; 0: as it is */
    _Atomic(double) lr_times;   /* or a factor for it; 0: as it is */
};

/* Ask (async-signal-safe). JOB_STOP_NONE takes every request back, also the pause. */
void control_stop(struct job_control *c, enum job_stop how);

/* A run has ended and another is to begin: takes back what was meant for that run alone. A stop of
 * this process stays, also one that came when the run had just ended. */
void control_next_run(struct job_control *c);

/* The requests that travel between processes. */
enum control_kind {
    CONTROL_PAUSE,
    CONTROL_RESUME,
    CONTROL_STOP,       /* after the epoch */
    CONTROL_STOP_NOW,   /* with a checkpoint */
    CONTROL_CHECKPOINT, /* and go on */
    CONTROL_LR,         /* value: the new peak rate */
    CONTROL_LR_TIMES,   /* value: a factor for it */
    CONTROL_KIND_COUNT
};
const char *control_kind_name(enum control_kind kind);
enum control_kind control_kind_named(const char *name); /* CONTROL_KIND_COUNT: none */

#endif
