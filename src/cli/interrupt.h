/* Signals that ask a command to end. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

#include "job/control.h"

/* Catch SIGINT, SIGTERM and the warnings of batch systems and of ulimit -t: SIGUSR1, SIGUSR2,
 * SIGXCPU (and ignore SIGPIPE, SIGXFSZ: writing then fails with an error). A second SIGINT ends the
 * process at once. */
void interrupt_install(void);
/* SIGHUP: `ignore` it, or take it as a request to stop. */
void interrupt_on_hangup(bool ignore);

/* What the signals ask for; the jobs of a command look here. */
struct job_control *interrupt_control(void);
bool interrupt_happened(void);

#endif
