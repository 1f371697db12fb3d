/* Time: two clocks that a test can freeze, and their text forms. */
#include "base/clock.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static _Atomic double frozen = -1; /* written by clock_freeze, read by every clock */

static double read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double clock_seconds(void)
{
    double f = atomic_load(&frozen);
    return f >= 0 ? f : read_clock(CLOCK_MONOTONIC);
}

int64_t clock_unix_ms(void)
{
    double f = atomic_load(&frozen);
    return (int64_t)((f >= 0 ? f : read_clock(CLOCK_REALTIME)) * 1e3);
}

void clock_iso(int64_t unix_ms, char *out, size_t size)
{
    time_t t = (time_t)(unix_ms / 1000);
    struct tm tm;
    if (!gmtime_r(&t, &tm) || tm.tm_year > 9999 - 1900)
        snprintf(out, size, "-");
    else
        strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void clock_span(double seconds, char *out, size_t size)
{
    if (!isfinite(seconds) || seconds < 0 || seconds > 99 * 86400.0) {
        snprintf(out, size, "-");
        return;
    }
    long s = lround(seconds);
    if (s < 60)
        snprintf(out, size, "%lds", s);
    else if (s < 3600)
        snprintf(out, size, "%ldm%02ld", s / 60, s % 60);
    else if (s < 86400)
        snprintf(out, size, "%ldh%02ld", s / 3600, s / 60 % 60);
    else
        snprintf(out, size, "%ldd%02ldh", s / 86400, s / 3600 % 24);
}

void clock_freeze(double seconds)
{
    atomic_store(&frozen, seconds);
}
