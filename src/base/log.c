/* The log ring: a fixed array under one lock. Writers are rare (never inside a training step), so a
 * mutex is simpler than anything clever. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything below */
static struct log_line ring[LOG_LINES];
static uint64_t last;
static log_sink *sink_fn;
static void *sink_context;

void log_write(enum log_level level, const char *format, ...)
{
    struct log_line line = {.unix_ms = clock_unix_ms(), .level = level};
    char raw[LOG_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    text_safe(raw, line.text, sizeof line.text);
    pthread_mutex_lock(&lock);
    line.number = ++last;
    ring[line.number % LOG_LINES] = line;
    if (sink_fn)
        sink_fn(&line, sink_context);
    pthread_mutex_unlock(&lock);
}

uint64_t log_last(void)
{
    pthread_mutex_lock(&lock);
    uint64_t number = last;
    pthread_mutex_unlock(&lock);
    return number;
}

int log_read(uint64_t number, struct log_line *out)
{
    pthread_mutex_lock(&lock);
    int found = number > 0 && ring[number % LOG_LINES].number == number;
    if (found)
        *out = ring[number % LOG_LINES];
    pthread_mutex_unlock(&lock);
    return found;
}

void log_set_sink(log_sink *sink, void *context)
{
    pthread_mutex_lock(&lock);
    sink_fn = sink;
    sink_context = context;
    pthread_mutex_unlock(&lock);
}
