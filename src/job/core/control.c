/* Requests to a job: atomics only, so that a signal handler may ask too. */
#include "job/control.h"

#include <string.h>

static const char *const kinds[CONTROL_KIND_COUNT];

/* What is asked of one run and means nothing to the next. */
static void forget_changes(struct job_control *c)
{
    atomic_store(&c->checkpoint, false);
    atomic_store(&c->lr, 0);
    atomic_store(&c->lr_times, 0);
}

void control_stop(struct job_control *c, enum job_stop how)
{
    atomic_store(&c->stop, how);
    atomic_store(&c->cancel, how == JOB_STOP_CHECKPOINT);
    atomic_store(&c->paused, false);
    if (how != JOB_STOP_NONE)
        return;
    atomic_store(&c->from_elsewhere, false);
    atomic_store(&c->hand_over, false);
    forget_changes(c);
}

void control_next_run(struct job_control *c)
{
    if (atomic_load(&c->from_elsewhere))
        control_stop(c, JOB_STOP_NONE);
    else
        forget_changes(c);
}

const char *control_kind_name(enum control_kind kind)
{
    return kinds[kind];
}

enum control_kind control_kind_named(const char *name)
{
    int kind = 0;
    while (kind < CONTROL_KIND_COUNT && strcmp(kinds[kind], name) != 0)
        kind++;
    return (enum control_kind)kind;
}

static const char *const kinds[CONTROL_KIND_COUNT] = {
    [CONTROL_PAUSE] = "pause",       [CONTROL_RESUME] = "resume",         [CONTROL_STOP] = "stop",
    [CONTROL_STOP_NOW] = "stop-now", [CONTROL_CHECKPOINT] = "checkpoint", [CONTROL_LR] = "lr",
    [CONTROL_LR_TIMES] = "lr-times",
};
