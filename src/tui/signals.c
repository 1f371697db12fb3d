/* Handlers that only note what came; ppoll is the only place where they can run. SIGWINCH is left
 * to ncurses, but is let in here with the others, so that a new size wakes the loop. */
#define _GNU_SOURCE
#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static const int caught[] = {SIGHUP, SIGTERM, SIGINT, SIGUSR1};
enum { CAUGHT = sizeof caught / sizeof *caught };

/* Written by handlers (in ppoll), read and cleared by the UI thread between. */
static volatile sig_atomic_t hang_up, terminate;

static struct sigaction before[CAUGHT]; /* written by signals_block */
static sigset_t mask_before;

static void note(int signal_number)
{
    if (signal_number == SIGHUP)
        hang_up = 1;
    else
        terminate = 1;
}

void signals_block(void)
{
    sigset_t mask;
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&action.sa_mask);
    sigemptyset(&mask);
    sigaddset(&mask, SIGWINCH);
    hang_up = terminate = 0;
    for (int i = 0; i < CAUGHT; i++) {
        sigaddset(&mask, caught[i]);
        sigaction(caught[i], &action, &before[i]);
    }
    sigprocmask(SIG_BLOCK, &mask, &mask_before);
}

void signals_unblock(void)
{
    for (int i = 0; i < CAUGHT; i++)
        sigaction(caught[i], &before[i], NULL);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

int signals_wait(struct pollfd *fds, int n, int timeout_ms)
{
    struct timespec limit = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    return ppoll(fds, (nfds_t)n, timeout_ms < 0 ? NULL : &limit, &mask_before);
}

struct signals_seen signals_take(void)
{
    struct signals_seen seen = {hang_up, terminate};
    hang_up = terminate = 0;
    return seen;
}
