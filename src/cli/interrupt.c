/* Signals set atomics and nothing else; the job sees them between two steps, saves what must not be
 * lost, and returns. */
#include "interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct job_control control; /* written by handlers, read by the job */

static void on_signal(int number)
{
    if (number == SIGINT && atomic_load(&control.stop) != JOB_STOP_NONE)
        _exit(130); /* asked twice */
    control_stop(&control, JOB_STOP_CHECKPOINT);
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void interrupt_install(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        handle(ends[i], on_signal);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);
}

void interrupt_on_hangup(bool ignore)
{
    handle(SIGHUP, ignore ? SIG_IGN : on_signal);
}

struct job_control *interrupt_control(void)
{
    return &control;
}

bool interrupt_happened(void)
{
    return atomic_load(&control.stop) != JOB_STOP_NONE;
}
