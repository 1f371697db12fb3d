/* A job: one unit of work, in the runner's thread or in a command's main thread. Both run the same
 * job_* functions; only the observer differs. */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "job/control.h"
#include "job/findings.h"
#include "job/snapshot.h"
#include "job/work.h"

struct job_observer {
    void *context;
    /* Something changed; called from the job's thread, at most some 20 times a second but always
     * for a new phase or epoch. Borrowed for the call. */
    void (*changed)(void *context, const struct snapshot *s);
    /* Validation scores of an epoch; takes ownership. NULL: nobody wants them. */
    void (*scores)(void *context, struct scores *scores, int epoch);
    /* What a scan has found so far; takes ownership. NULL: nobody wants it. */
    void (*found)(void *context, struct findings *findings);
};

struct job {
    struct work *work;
    struct job_control *control;
    struct job_observer observer;
    struct snapshot now; /* what is shown; owned by the job's thread */
    double published;    /* when, clock_seconds */
};

void job_init(struct job *j, struct work *work, struct job_control *control,
              struct job_observer observer);
/* Enter a phase with `total` units of work; told at once. */
void job_phase(struct job *j, enum job_phase phase, int64_t total);
/* `done` units of the phase are done; told now and then. */
void job_progress(struct job *j, int64_t done);
/* Tell the observer now. */
void job_tell(struct job *j);
bool job_cancelled(const struct job *j);

#endif
