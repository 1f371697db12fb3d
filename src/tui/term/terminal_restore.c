/* Crash handlers. Everything they need lies ready in static storage: the bytes that leave the
 * screen's modes, the terminal's settings, the standard error that was captured. The signal is
 * raised again with its default action, so that core dumps and exit codes stay what they were. */
#include "terminal_restore.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

enum { BYTES_MAX = 512, STACK_BYTES = 64 * 1024 };

/* Written by the UI thread while no crash is being handled; read by handlers. */
static struct {
    volatile sig_atomic_t armed;
    int fd;
    char bytes[BYTES_MAX];
    size_t n;
    struct termios modes;
    volatile sig_atomic_t modes_known;
    int err_saved, err_captured;
} kept = {.err_saved = -1, .err_captured = -1};

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};
enum { CRASHES = sizeof crashes / sizeof *crashes };

static void write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, bytes, n);
        if (put <= 0)
            return;
        bytes += put;
        n -= (size_t)put;
    }
}

/* What a library said just before the end (an assertion, a sanitizer) must not be lost. */
static void pass_on_captured(void)
{
    char bytes[1024];
    if (kept.err_saved < 0)
        return;
    struct pollfd p = {.fd = kept.err_captured, .events = POLLIN};
    while (poll(&p, 1, 0) > 0 && p.revents & POLLIN) {
        ssize_t n = read(kept.err_captured, bytes, sizeof bytes);
        if (n <= 0)
            break;
        write_all(kept.err_saved, bytes, (size_t)n);
    }
    dup2(kept.err_saved, STDERR_FILENO);
}

static void restore(void)
{
    if (!kept.armed)
        return;
    kept.armed = 0;
    write_all(kept.fd, kept.bytes, kept.n);
    if (kept.modes_known)
        tcsetattr(kept.fd, TCSANOW, &kept.modes);
    pass_on_captured();
}

/* Before the process ends, on whatever thread: the screen's may be drawing, and what it writes from
 * now on goes nowhere. What it is writing is written before the restoring bytes. */
static void restore_for_good(void)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC), terminal = dup(kept.fd);
    if (kept.armed && null >= 0 && terminal >= 0 && dup2(null, kept.fd) >= 0)
        kept.fd = terminal;
    restore();
}

void terminal_restore_without_waiting(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    kept.fd = fd;
    restore();
    fcntl(fd, F_SETFL, flags);
}

static void crashed(int signal_number)
{
    restore_for_good();
    raise(signal_number); /* SA_RESETHAND: the default action now */
}

static _Noreturn void fatal(enum err_code code, const char *message)
{
    restore_for_good();
    write_all(STDERR_FILENO, "hpa: ", 5);
    write_all(STDERR_FILENO, message, strlen(message));
    write_all(STDERR_FILENO, "\n", 1);
    _exit(err_exit_code(code));
}

void terminal_restore_remember(int fd)
{
    kept.modes_known = tcgetattr(fd, &kept.modes) == 0;
}

void terminal_restore_arm(int fd, const char *bytes, size_t n)
{
    static char stack[STACK_BYTES]; /* handlers work even when the stack ran over */
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = crashed,
                               .sa_flags = SA_RESETHAND | SA_ONSTACK | SA_NODEFER};
    kept.fd = fd;
    kept.n = n < sizeof kept.bytes ? n : sizeof kept.bytes;
    memcpy(kept.bytes, bytes, kept.n);
    kept.armed = 1;
    sigaltstack(&alternative, NULL);
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &action, NULL);
    mem_set_fatal_hook((mem_fatal_hook *)fatal);
}

void terminal_restore_disarm(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    kept.armed = 0;
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &action, NULL);
}

void terminal_restore_set_stderr(int saved, int captured)
{
    kept.err_saved = saved;
    kept.err_captured = captured;
}
