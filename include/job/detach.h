/* This program once more, in a session of its own, without a terminal, with the keys of this
 * process that no run brings along (saved_run_decides_here). */
#ifndef JOB_DETACH_H
#define JOB_DETACH_H

#include <sys/types.h>

#include "job/work.h"

/* `words` is the command, NULL behind the last one; what it says is appended to the file `log`. Of
 * `w` only the configuration and the folder are looked at. */
int detach_start(const struct work *w, const char *const words[], const char *log, pid_t *pid,
                 struct err *e);
/* Resume `run`, and then train what waits in the queue, without a screen: `hpa train --resume RUN
 * --then-queue`; its messages go to runs/RUN/detached.log. */
int detach_run(const struct work *w, const char *run, struct err *e);

#endif
