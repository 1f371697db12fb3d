/* Requests to a job: atomics only, so that a signal handler may ask too. */
#include "job/control.h"

void control_stop(struct job_control *c, enum job_stop how)
{
    atomic_store(&c->stop, how);
    atomic_store(&c->cancel, how == JOB_STOP_CHECKPOINT);
    atomic_store(&c->paused, false);
}
