/* Signals as events of the UI's loop. They are blocked in every thread (block before threads start;
 * threads inherit it) and delivered only while the loop waits or writes to the terminal, so that no
 * other code is ever interrupted. */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <poll.h>
#include <stdbool.h>

struct signals_seen {
    bool hang_up; /* SIGHUP */
    /* SIGTERM, SIGINT from outside, and the warnings of batch systems and of ulimit -t: SIGUSR1,
     * SIGUSR2, SIGXCPU */
    bool terminate;
    bool stop;      /* SIGTSTP from outside: signals_stop() when the terminal is given back */
    bool continued; /* SIGCONT: after SIGSTOP nobody had time to give the terminal back */
};

void signals_block(void);   /* and install the handlers; SIGPIPE and SIGXFSZ are ignored */
void signals_unblock(void); /* the mask and the handlers from before */
/* poll() with the signals let in; `timeout_ms` -1: no limit. */
int signals_wait(struct pollfd *fds, int n, int timeout_ms);
/* Called by the handler of a signal that ends the program: async-signal-safe, UI thread. NULL:
 * nothing. So a training stops even when this thread hangs in a write to a stalled terminal. */
void signals_on_terminate(void (*stop)(void *context), void *context);
/* Around writing to the terminal `fd`. When a signal that ends the screen has come and the writing
 * takes a second longer, what is left of it goes nowhere: fd is /dev/null from then on. */
void signals_writing(int fd);
void signals_written(void);
bool signals_diverted(void);
/* Stop the process, as SIGTSTP does where nobody handles it; returns when it is continued. */
void signals_stop(void);
/* What has come since the last call. */
struct signals_seen signals_take(void);

#endif
