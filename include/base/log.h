/* The log ring: the last lines the program said, for the Log tab and for a file.
 *
 * Any thread writes; readers copy lines by number, so nobody waits for a slow screen. Floor 4 may
 * install a sink that also gets each line (stderr of a subcommand, a log file). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum { LOG_TEXT_MAX = 480, LOG_LINES = 1024 };

struct log_line {
    uint64_t number; /* 1, 2, 3, ... */
    int64_t unix_ms;
    enum log_level level;
    char text[LOG_TEXT_MAX]; /* UTF-8, cut when too long, no newline */
};

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)

/* The number of the newest line, 0 when there is none. */
uint64_t log_last(void);

/* Copy line `number`; false when it is not there (not yet written, or overwritten). */
int log_read(uint64_t number, struct log_line *out);

/* Called for every line, under the ring's lock: must be quick and must not log. NULL: none. */
typedef void log_sink(const struct log_line *line, void *context);
void log_set_sink(log_sink *sink, void *context);

#endif
