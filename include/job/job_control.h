/* Asking the trainer of a run, whichever process that is, to do something; and waiting for what it
 * says. Any thread. */
#ifndef JOB_JOB_CONTROL_H
#define JOB_JOB_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "job/control.h"
#include "store/run_rows.h"

struct control_ask {
    const char *run; /* name, uuid or "last" */
    enum control_kind kind;
    double value;   /* of a rate; NaN: none */
    double seconds; /* to wait for the answer */
};

struct control_told {
    struct run_row run; /* who trains it; without its configuration */
    bool taken;         /* the trainer has the request, and carries it out when it can */
    char answer[256];   /* "" when none came in time */
};

/* "0.0003": a new peak rate; "x.5": a factor for it. ERR_USAGE. */
int job_control_parse_rate(const char *text, struct control_ask *ask, struct err *e);

/* ERR_NOINPUT: there is no such run; ERR_FAIL: nobody trains it, and what to do instead;
 * ERR_LOCKED: nobody took the request in time (it was taken back). */
int job_control_ask(const char *database, const struct control_ask *ask, struct control_told *told,
                    struct err *e);

/* Does a process train it, as far as can be told from here? `database`: where `run` was read. */
bool job_control_is_live(const char *database, const struct run_row *run);
/* Is it marked as trained by a process on another host that was not heard of for a while? Then
 * `out` says so, to be put behind "run NAME: ". */
bool job_control_is_unseen(const char *database, const struct run_row *run, char *out, size_t size);

#endif
