/* Errors as values.
 *
 * A fallible function returns 0 or -1 and takes a `struct err *` last. The text is complete enough
 * to show to a user: what, where and what to do ("train.csv: line 812: label 31 is not in 0..27").
 * Any thread; a struct err belongs to the caller that passes it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
    ERR_NONE,
    ERR_FAIL,      /* the operation failed, nothing more specific */
    ERR_USAGE,     /* the command line is wrong */
    ERR_DATA,      /* input data is malformed */
    ERR_NOINPUT,   /* an input file does not exist or cannot be opened */
    ERR_CREATE,    /* an output cannot be created */
    ERR_IO,        /* reading or writing failed midway (disk full, I/O error) */
    ERR_LOCKED,    /* somebody else holds it: try later */
    ERR_CONFIG,    /* a configuration value is wrong */
    ERR_NOMEM,     /* a size set by data does not fit into memory */
    ERR_CANCELLED, /* the user asked to stop; not a failure */
    ERR_NUMERIC,   /* loss or gradient is NaN or infinite */
    ERR_PIPE,      /* the reader of our output has gone: end without a message */
    ERR_BUG        /* an internal promise was broken */
};

struct err {
    enum err_code code;
    int cause;       /* the errno value behind it; 0: none is known */
    char text[1024]; /* UTF-8, one line, no final newline */
};

/* Fill `e` (may be NULL) and return -1, so that `return err_set(...)` reads well. */
int err_set(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set, with ": " and the text of `errno_value` appended. ENOSPC, EACCES and the like get a
 * hint of what to do. Whatever `code` says, ENOMEM is ERR_NOMEM and EPIPE is ERR_PIPE. */
int err_set_errno(struct err *e, enum err_code code, int errno_value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Put context in front of an existing message: "context: message". Returns -1. */
int err_prefix(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *e);

/* The process exit code (sysexits.h values; 130 for cancelled, 141 for a pipe: as the signals) that
 * belongs to `code`. */
int err_exit_code(enum err_code code);

#endif
