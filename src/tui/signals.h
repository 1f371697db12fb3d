/* Signals as events of the UI's loop. They are blocked in every thread (block before threads start;
 * threads inherit it) and delivered only while the loop waits, so that no other code is ever
 * interrupted. */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <poll.h>
#include <stdbool.h>

struct signals_seen {
    bool hang_up;   /* SIGHUP */
    bool terminate; /* SIGTERM, SIGINT from outside, SIGUSR1 (a batch system's warning) */
};

void signals_block(void);   /* and install the handlers */
void signals_unblock(void); /* the mask and the handlers from before */
/* poll() with the signals let in; `timeout_ms` -1: no limit. */
int signals_wait(struct pollfd *fds, int n, int timeout_ms);
/* What has come since the last call. */
struct signals_seen signals_take(void);

#endif
