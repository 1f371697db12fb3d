/* What the log says. */
#ifndef TESTS_LOGGED_H
#define TESTS_LOGGED_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/log.h"

/* Does a log line after number `since` hold `text`? */
static inline bool logged(uint64_t since, const char *text)
{
    struct log_line line;
    for (uint64_t i = since + 1; i <= log_last(); i++)
        if (log_read(i, &line) && strstr(line.text, text))
            return true;
    return false;
}

#endif
