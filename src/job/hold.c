/* Waiting at a step for a test. A file's absence is the usual case and costs one system call. */
#include "hold.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

enum { NAME_MAX_BYTES = 64, LOOK_NS = 10000000 };

static const char reached_suffix[] = ".reached";

/* Whoever looks for the file finds it complete. */
static void write_reached(const char *path)
{
    char text[32];
    struct err e = {0};
    int n = snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (file_save_all(path, text, (size_t)n, &e))
        log_error("run.hold: %s", e.text);
}

static void wait_here(struct job *j, hold_attend *attend, void *context, const char *path)
{
    bool before = job_cancelled(j);
    while (file_exists(path)) {
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
        if (attend ? attend(context) : !before && job_cancelled(j))
            return;
    }
}

void hold_at(struct job *j, hold_attend *attend, void *context, const char *format, ...)
{
    char name[NAME_MAX_BYTES], path[FILE_PATH_MAX], reached[FILE_PATH_MAX];
    va_list args;
    if (!j->work || !*j->work->hold)
        return;
    va_start(args, format);
    vsnprintf(name, sizeof name - sizeof reached_suffix, format, args);
    va_end(args);
    if (file_join(path, j->work->hold, name, NULL) || !file_exists(path))
        return;
    strcat(name, reached_suffix);
    if (file_join(reached, j->work->hold, name, NULL))
        return;
    write_reached(reached);
    wait_here(j, attend, context, path);
    unlink(reached);
}
