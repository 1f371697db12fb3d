/* A job run by a command: the same job as the screen's, observed by the progress bar. The job runs
 * in the main thread. */
#include "errand.h"

#include <stdlib.h>

#include "base/mem.h"
#include "interrupt.h"

struct errand *errand_open(const struct call *call, struct err *e)
{
    struct errand *d = xcalloc(1, sizeof *d);
    if (work_open(&d->work, call->conf, 0, e)) {
        work_close(&d->work);
        free(d);
        return NULL;
    }
    d->lost = call->lost;
    d->progress = progress_new(call->quiet);
    struct job_observer observer = {.context = d->progress, .changed = progress_snapshot};
    job_init(&d->job, &d->work, interrupt_control(), observer);
    return d;
}

void errand_close(struct errand *d)
{
    if (!d)
        return;
    work_close_store(&d->work, d->lost);
    work_close(&d->work);
    progress_free(d->progress);
    free(d);
}
