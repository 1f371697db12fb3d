/* What all jobs share: telling the observer how far they are, without flooding it. Runs in the
 * job's thread. */
#include "job/job.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "job/hold.h"

static const double TELL_EVERY =
    .05; /* seconds: the screen draws at most some 20 frames a second */

void job_init(struct job *j, struct work *work, struct job_control *control,
              struct job_observer observer)
{
    memset(j, 0, sizeof *j);
    j->work = work;
    j->control = control;
    j->observer = observer;
    j->now.images_per_second = j->now.eta_seconds = NAN;
    j->now.data_wait_percent = j->now.loss = j->now.grad_norm = j->now.macro_f1 = NAN;
    j->now.best_f1 = NAN;
}

void job_tell(struct job *j)
{
    j->published = clock_seconds();
    if (j->observer.changed)
        j->observer.changed(j->observer.context, &j->now);
}

void job_phase(struct job *j, enum job_phase phase, int64_t total)
{
    j->now.phase = phase;
    j->now.done = j->now.done_before = 0;
    j->now.total = total;
    job_tell(j);
    hold_at(j, NULL, NULL, "%s", snapshot_phase_name(phase));
}

void job_progress(struct job *j, int64_t done)
{
    j->now.done = done;
    if (done == j->now.total || clock_seconds() - j->published >= TELL_EVERY)
        job_tell(j);
    hold_at(j, NULL, NULL, "%s-%lld", snapshot_phase_name(j->now.phase), (long long)done);
}

bool job_cancelled(const struct job *j)
{
    return atomic_load(&j->control->cancel);
}
