/* This program behind a pseudo-terminal: keys go in, bytes come out, and the clock tells between.
 * One owner; main thread. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { TERMINAL_READ = 1 << 16, TERMINAL_TEXT_MAX = 64 };

struct terminal {
    int fd;        /* -1: not open */
    int pid;       /* of the program, which leads a session of its own */
    double opened; /* clock_seconds */
    double last;   /* when the last bytes came; `opened`: none have */
    int64_t bytes; /* that have come */
    bool ended;    /* the program has closed its end */
    int kept;      /* bytes in `text` that a longer word may begin with */
    char text[TERMINAL_TEXT_MAX + TERMINAL_READ + 1];
};

/* Of the terminals: what TERM says, xterm-256color when that is none. */
const char *terminal_type_name(void);

/* Start this program with `argv` (argv[0] its name, NULL at the end) on a terminal of that size. */
int terminal_open(struct terminal *t, char *const argv[], int columns, int rows, struct err *e);
/* Ask it to end, wait, and at last kill it. */
void terminal_close(struct terminal *t);
/* Instead of closing: wait until it ends by itself. ERR_FAIL when it did so in disorder;
 * ERR_CANCELLED after an interrupt. */
int terminal_wait(struct terminal *t, struct err *e);

int terminal_type(struct terminal *t, const char *keys, struct err *e);
/* Read until one of the words has come (at most TERMINAL_TEXT_MAX bytes, written as one piece), or
 * anything when `words` is NULL; false when `seconds` have passed or the program has ended. `words`
 * end with NULL. */
bool terminal_until(struct terminal *t, const char *const words[], double seconds);
/* Read until nothing has come for `quiet` seconds; false after `limit`. */
bool terminal_rest(struct terminal *t, double quiet, double limit);

double terminal_cpu_seconds(const struct terminal *t); /* that it has used; NaN: unknown */
double terminal_peak_mb(const struct terminal *t);     /* of its memory; NaN: unknown */

#endif
