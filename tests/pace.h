/* Time that a test takes, whatever else the machine does: processor time of this process, and how
 * much slower than a usual machine this one is. A limit in seconds of a usual machine stays as it
 * is there, and is longer where everything takes longer. */
#ifndef TESTS_PACE_H
#define TESTS_PACE_H

#include <time.h>

/* Processor seconds of this process so far. */
static inline double pace_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Some ten milliseconds of a usual machine, each step waiting for the one before. In floating
 * point, which emulators are slowest at. */
static inline double pace_probe(void)
{
    static volatile double first = .5;
    double x = first, start = pace_now();
    for (int i = 0; i < 4000000; i++)
        x = x * .999 + .001;
    first = x;
    return pace_now() - start;
}

/* How much slower than usual, the best of three; 1 where it is not. */
static inline double pace(void)
{
    static const double USUAL = .02;
    double best = pace_probe();
    for (int i = 0; i < 2; i++) {
        double took = pace_probe();
        best = took < best ? took : best;
    }
    return best > USUAL ? best / USUAL : 1;
}

#endif
