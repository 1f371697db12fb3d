/* Waiting at a step for a test. A file's absence is the usual case and costs one system call. */
#include "job/hold.h"

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

__attribute__((format(printf, 4, 0))) static void
wait_in(const char *folder, hold_attend *attend, void *context, const char *format, va_list args)
{
    char name[NAME_MAX_BYTES], path[FILE_PATH_MAX], reached[FILE_PATH_MAX];
    vsnprintf(name, sizeof name - sizeof reached_suffix, format, args);
    if (file_join(path, folder, name, NULL) || !file_exists(path))
        return;
    strcat(name, reached_suffix);
    if (file_join(reached, folder, name, NULL))
        return;
    write_reached(reached);
    while (file_exists(path) && !attend(context))
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    unlink(reached);
}

struct cancelling {
    const struct job *job;
    bool before; /* what was asked before the step is obeyed behind it */
};

static bool is_cancelled(void *context)
{
    const struct cancelling *c = context;
    return !c->before && job_cancelled(c->job);
}

void hold_at(struct job *j, hold_attend *attend, void *context, const char *format, ...)
{
    va_list args;
    if (!j->work || !*j->work->hold)
        return;
    struct cancelling cancelling = {j, job_cancelled(j)};
    va_start(args, format);
    wait_in(j->work->hold, attend ? attend : is_cancelled, attend ? context : &cancelling, format,
            args);
    va_end(args);
}

void hold_in(const char *folder, hold_attend *attend, void *context, const char *format, ...)
{
    va_list args;
    if (!*folder)
        return;
    va_start(args, format);
    wait_in(folder, attend, context, format, args);
    va_end(args);
}
