/* What a command needs to run a job: the work folder, the signals, the progress. */
#ifndef CLI_ERRAND_H
#define CLI_ERRAND_H

#include "command.h"
#include "job/job.h"
#include "progress.h"

struct errand {
    struct work work;
    struct err *lost; /* of the call */
    struct progress *progress;
    struct job job;
};

/* NULL on error. Nothing is created on disk yet. */
struct errand *errand_open(const struct call *call, struct err *e);
void errand_close(struct errand *d);

#endif
