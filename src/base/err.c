/* Errors as values: a code for programs, a sentence for people. Pure functions on the caller's
 * storage; the message is cut, never overrun, when it is too long. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *hint_of(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
        return " (free some space and try again)";
    case EDQUOT:
        return " (the disk quota is used up: remove something, or choose another folder)";
    case EFBIG:
        return " (larger than the file system or ulimit -f allows)";
    case EIO:
        return " (the disk or its connection fails: try again, or use another disk)";
    case EINTR:
        return " (try again)";
    case EACCES:
    case EPERM:
        return " (check the permissions)";
    case ENOMEM:
        return " (the machine or ulimit -v gives no more)";
    case EROFS:
        return " (choose another folder)";
    default:
        return "";
    }
}

int err_set(struct err *e, enum err_code code, const char *format, ...)
{
    if (!e)
        return -1;
    va_list args;
    va_start(args, format);
    e->code = code;
    e->cause = 0;
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return -1;
}

int err_set_errno(struct err *e, enum err_code code, int errno_value, const char *format, ...)
{
    if (!e)
        return -1;
    char reason[128];
    va_list args;
    va_start(args, format);
    e->cause = errno_value;
    e->code = errno_value == ENOMEM ? ERR_NOMEM : errno_value == EPIPE ? ERR_PIPE : code;
    int n = vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof e->text)
        return -1;
    if (strerror_r(errno_value, reason, sizeof reason))
        snprintf(reason, sizeof reason, "error %d", errno_value);
    snprintf(e->text + n, sizeof e->text - (size_t)n, ": %s%s", reason, hint_of(errno_value));
    return -1;
}

int err_prefix(struct err *e, const char *format, ...)
{
    if (!e)
        return -1;
    char old[sizeof e->text];
    memcpy(old, e->text, sizeof old);
    va_list args;
    va_start(args, format);
    int n = vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof e->text)
        snprintf(e->text + n, sizeof e->text - (size_t)n, ": %s", old);
    return -1;
}

void err_clear(struct err *e)
{
    e->code = ERR_NONE;
    e->cause = 0;
    e->text[0] = '\0';
}

int err_exit_code(enum err_code code)
{
    static const int exit_codes[] = {
        [ERR_NONE] = 0,     [ERR_FAIL] = 1,    [ERR_USAGE] = 64,      [ERR_DATA] = 65,
        [ERR_NOINPUT] = 66, [ERR_CREATE] = 73, [ERR_IO] = 74,         [ERR_LOCKED] = 75,
        [ERR_CONFIG] = 78,  [ERR_NOMEM] = 1,   [ERR_CANCELLED] = 130, [ERR_NUMERIC] = 1,
        [ERR_BUG] = 70,     [ERR_PIPE] = 141,
    };
    return exit_codes[code];
}
