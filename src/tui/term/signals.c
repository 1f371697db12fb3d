/* Handlers that only note what came, and ask the job at work to stop; ppoll and writes to the
 * terminal are the only places where they can run. SIGWINCH is left to ncurses, but is let in with
 * the others while waiting, so that a new size wakes the loop. A write that a stalled terminal
 * holds up is ended by an alarm: ncurses tries again after EINTR, and then finds /dev/null. */
#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static const int caught[] = {SIGHUP,  SIGTERM, SIGINT,  SIGUSR1, SIGUSR2,
                             SIGXCPU, SIGALRM, SIGTSTP, SIGCONT};
/* Writing then fails with an error, which is told. */
static const int ignored[] = {SIGPIPE, SIGXFSZ};
enum { CAUGHT = sizeof caught / sizeof *caught, IGNORED = sizeof ignored / sizeof *ignored };

enum { GRACE = 1 }; /* seconds that writing may go on after the end was asked for */

/* Written by handlers, read and cleared by the UI thread between. `asked`: the end was; an alarm
 * that comes before is not ours, and asks for it, too. */
static volatile sig_atomic_t asked, hang_up, terminate, diverted, stop_asked, continued;

/* Written by the UI thread, read by handlers; both are the same thread. */
static struct {
    void (*stop)(void *);
    void *context;
    volatile sig_atomic_t writing; /* to `fd` */
    int fd, null;
} hook = {.null = -1};

static struct sigaction before[CAUGHT], before_ignored[IGNORED]; /* written by signals_block */
static sigset_t mask_before, mask_blocked;

static void look_at_writing(void)
{
    if (hook.writing && dup2(hook.null, hook.fd) >= 0)
        diverted = 1;
    else
        alarm(GRACE); /* it may hang later: in the frame at work, or giving the terminal back */
}

static void note(int signal_number)
{
    int before_errno = errno;
    if (signal_number == SIGALRM && asked) {
        look_at_writing();
    } else if (signal_number == SIGTSTP) {
        stop_asked = 1;
    } else if (signal_number == SIGCONT) {
        continued = 1;
    } else {
        if (signal_number == SIGHUP)
            hang_up = 1;
        else
            terminate = 1;
        if (terminate && hook.stop)
            hook.stop(hook.context);
        asked = 1;
        alarm(GRACE);
    }
    errno = before_errno;
}

void signals_block(void)
{
    struct sigaction action = {.sa_handler = note}, ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    sigprocmask(SIG_BLOCK, NULL, &mask_before);
    mask_blocked = mask_before;
    sigaddset(&mask_blocked, SIGWINCH);
    asked = hang_up = terminate = diverted = stop_asked = continued = 0;
    hook.null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < CAUGHT; i++) {
        sigaddset(&mask_blocked, caught[i]);
        sigaction(caught[i], &action, &before[i]);
        if (caught[i] == SIGTSTP && before[i].sa_handler == SIG_IGN) /* by a shell without jobs */
            sigaction(SIGTSTP, &before[i], NULL);
    }
    for (int i = 0; i < IGNORED; i++)
        sigaction(ignored[i], &ignore, &before_ignored[i]);
    sigprocmask(SIG_SETMASK, &mask_blocked, NULL);
}

void signals_unblock(void)
{
    alarm(0);
    hook.stop = NULL;
    if (hook.null >= 0)
        close(hook.null);
    hook.null = -1;
    for (int i = 0; i < CAUGHT; i++)
        sigaction(caught[i], &before[i], NULL);
    for (int i = 0; i < IGNORED; i++)
        sigaction(ignored[i], &before_ignored[i], NULL);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

int signals_wait(struct pollfd *fds, int n, int timeout_ms)
{
    if (hang_up || terminate || stop_asked || continued)
        timeout_ms = 0; /* came while writing */
    struct timespec limit = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    return ppoll(fds, (nfds_t)n, timeout_ms < 0 ? NULL : &limit, &mask_before);
}

void signals_on_terminate(void (*stop)(void *), void *context)
{
    hook.context = context;
    hook.stop = stop;
}

/* A new size stays out: it has to wake the loop. The flag is set last: an alarm that was waiting
 * grants its grace anew. */
void signals_writing(int fd)
{
    sigset_t mask = mask_before;
    hook.fd = fd;
    sigaddset(&mask, SIGWINCH);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    hook.writing = 1;
}

void signals_written(void)
{
    hook.writing = 0;
    sigprocmask(SIG_SETMASK, &mask_blocked, NULL);
}

bool signals_diverted(void)
{
    return diverted;
}

/* The default action must be in force and the signal let in for the process to stop. The SIGCONT
 * that ends it is no news. */
void signals_stop(void)
{
    struct sigaction old, action = {.sa_handler = SIG_DFL};
    struct timespec none = {0, 0};
    sigset_t let_in, kept, awaited;
    sigemptyset(&action.sa_mask);
    sigemptyset(&let_in);
    sigaddset(&let_in, SIGTSTP);
    sigaction(SIGTSTP, &action, &old);
    sigprocmask(SIG_UNBLOCK, &let_in, &kept);
    raise(SIGTSTP);
    sigprocmask(SIG_SETMASK, &kept, NULL);
    sigaction(SIGTSTP, &old, NULL);
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCONT);
    sigtimedwait(&awaited, NULL, &none);
    stop_asked = continued = 0;
}

struct signals_seen signals_take(void)
{
    struct signals_seen seen = {hang_up, terminate, stop_asked, continued};
    hang_up = terminate = stop_asked = continued = 0;
    return seen;
}
