/* A pipe in place of standard error. Its writing end never blocks: a library that prints without
 * end may lose lines, but cannot stop a training. */
#define _GNU_SOURCE
#include "stderr_capture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "terminal_restore.h"

enum { LINE_MAX_BYTES = 400 };

static struct {
    int saved, pipe;
    char line[LINE_MAX_BYTES];
    size_t n;
} at = {.saved = -1, .pipe = -1};

void stderr_capture_begin(void)
{
    int ends[2];
    if (at.pipe >= 0 || pipe2(ends, O_NONBLOCK | O_CLOEXEC))
        return;
    at.saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    at.pipe = ends[0];
    at.n = 0;
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    terminal_restore_set_stderr(at.saved, at.pipe);
}

int stderr_capture_fd(void)
{
    return at.pipe;
}

static void end_line(void)
{
    if (at.n > 0)
        log_warn("%.*s", (int)at.n, at.line);
    at.n = 0;
}

void stderr_capture_read(void)
{
    char bytes[1024];
    ssize_t n;
    while (at.pipe >= 0 && (n = read(at.pipe, bytes, sizeof bytes)) > 0)
        for (ssize_t i = 0; i < n; i++) {
            if (bytes[i] != '\n' && at.n < sizeof at.line)
                at.line[at.n++] = bytes[i];
            if (bytes[i] == '\n' || at.n == sizeof at.line)
                end_line();
        }
}

void stderr_capture_end(void)
{
    if (at.pipe < 0)
        return;
    stderr_capture_read();
    end_line();
    terminal_restore_set_stderr(-1, -1);
    if (at.saved >= 0)
        dup2(at.saved, STDERR_FILENO);
    close(at.saved);
    close(at.pipe);
    at.saved = at.pipe = -1;
}
