/* A child in a session of its own, which the pseudo-terminal controls: closing our end is a hang-up
 * to it, as a lost line is. */
#define _GNU_SOURCE
#include "terminal.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "interrupt.h"

static const double END_SECONDS = 30, LOOK_SECONDS = 0.1;

const char *terminal_type_name(void)
{
    const char *term = getenv("TERM");
    return term && *term && strcmp(term, "dumb") != 0 ? term : "xterm-256color";
}

/* In the child, which has one thread. */
_Noreturn static void become(char *const argv[])
{
    setenv("TERM", terminal_type_name(), 1);
    unsetenv("COLUMNS");
    unsetenv("LINES");
    unsetenv("HPA_SCRIPT");
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execv("/proc/self/exe", argv);
    _exit(127);
}

int terminal_open(struct terminal *t, char *const argv[], int columns, int rows, struct err *e)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    *t = (struct terminal){.fd = -1, .opened = clock_seconds()};
    t->last = t->opened;
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid == 0)
        become(argv);
    return t->pid < 0 ? err_set_errno(e, ERR_FAIL, errno, "cannot start a program on a terminal")
                      : 0;
}

/* True when bytes have come within `seconds`. */
static bool take(struct terminal *t, double seconds)
{
    struct pollfd p = {t->fd, POLLIN, 0};
    if (t->ended || poll(&p, 1, seconds > 0 ? (int)ceil(seconds * 1e3) : 0) <= 0)
        return false;
    ssize_t n = read(t->fd, t->text + t->kept, TERMINAL_READ);
    if (n <= 0) {
        t->ended = n == 0 || errno != EINTR;
        return false;
    }
    t->last = clock_seconds();
    t->bytes += n;
    t->kept += (int)n;
    t->text[t->kept] = '\0';
    return true;
}

/* A word that has come in part may be completed by the next bytes. */
static void keep_end(struct terminal *t)
{
    int n = t->kept < TERMINAL_TEXT_MAX ? t->kept : TERMINAL_TEXT_MAX;
    memmove(t->text, t->text + t->kept - n, (size_t)n);
    t->kept = n;
}

static bool has_any(const struct terminal *t, const char *const words[])
{
    for (int i = 0; words && words[i]; i++)
        if (memmem(t->text, (size_t)t->kept, words[i], strlen(words[i])))
            return true;
    return !words;
}

bool terminal_until(struct terminal *t, const char *const words[], double seconds)
{
    double end = clock_seconds() + seconds;
    t->kept = 0;
    for (double now; (now = clock_seconds()) < end && !t->ended && !interrupt_happened();) {
        if (!take(t, fmin(end - now, LOOK_SECONDS)))
            continue;
        if (has_any(t, words))
            return true;
        keep_end(t);
    }
    return false;
}

bool terminal_rest(struct terminal *t, double quiet, double limit)
{
    double start = clock_seconds();
    t->kept = 0;
    for (double now; (now = clock_seconds()) < start + limit && !t->ended && !interrupt_happened();
         t->kept = 0) {
        double end = fmax(t->last, start) + quiet;
        if (!take(t, fmin(end - now, LOOK_SECONDS)) && clock_seconds() >= end)
            return true;
    }
    return false;
}

int terminal_type(struct terminal *t, const char *keys, struct err *e)
{
    size_t n = strlen(keys);
    if (interrupt_happened())
        return err_set(e, ERR_CANCELLED, "interrupted");
    if (t->ended || write(t->fd, keys, n) != (ssize_t)n)
        return err_set(e, ERR_FAIL, "the workbench has ended by itself");
    return 0;
}

/* Its output is read meanwhile, so that it never waits for us. */
static bool wait_for(struct terminal *t, double seconds, int *status)
{
    double end = clock_seconds() + seconds;
    struct timespec pause = {0, 20000000};
    while (waitpid(t->pid, status, WNOHANG) == 0) {
        if (clock_seconds() > end)
            return false;
        t->kept = 0;
        if (!take(t, LOOK_SECONDS) && t->ended)
            nanosleep(&pause, NULL);
    }
    return true;
}

void terminal_close(struct terminal *t)
{
    int status;
    if (t->fd < 0)
        return;
    kill(t->pid, SIGTERM);
    if (!wait_for(t, END_SECONDS, &status)) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, &status, 0);
    }
    close(t->fd);
    t->fd = -1;
}

int terminal_wait(struct terminal *t, struct err *e)
{
    int status;
    while (!wait_for(t, LOOK_SECONDS, &status))
        if (interrupt_happened()) {
            terminal_close(t);
            return err_set(e, ERR_CANCELLED, "interrupted");
        }
    close(t->fd);
    t->fd = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? 0
               : err_set(e, ERR_FAIL, "a program started for the bench ended in disorder");
}

double terminal_cpu_seconds(const struct terminal *t)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(t->pid, &clock) || clock_gettime(clock, &used))
        return NAN;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

double terminal_peak_mb(const struct terminal *t)
{
    char line[128];
    double kb = NAN;
    snprintf(line, sizeof line, "/proc/%d/status", t->pid);
    FILE *f = fopen(line, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtod(line + 6, NULL);
    if (f)
        fclose(f);
    return kb * 1024 / 1e6;
}
