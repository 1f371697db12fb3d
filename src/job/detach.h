/* This program once more, in a session of its own, without a terminal. */
#ifndef JOB_DETACH_H
#define JOB_DETACH_H

#include <sys/types.h>

/* What it says is appended to the file `log`. 0, or an errno. */
int detach_start(char *const argv[], const char *log, pid_t *pid);

#endif
