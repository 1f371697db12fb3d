/* How far a command is, on standard error: a bar on a terminal, now and then a line elsewhere,
 * nothing with -q. Log lines come through here too, so that bar and lines do not mix. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "job/snapshot.h"

struct progress_view {
    const char *label;   /* "synth", "train 3/20" */
    int64_t done, total; /* total 0: unknown */
    double rate;         /* per second, NaN: unknown */
    double wait;         /* for data, per cent of the time, NaN: unknown */
    double eta;          /* seconds, NaN: unknown */
    double loss;         /* NaN: none */
    int64_t done_before; /* of `done`: what an earlier process left */
};

struct progress;

/* Also becomes the sink of the log. */
struct progress *progress_new(bool quiet);
void progress_free(struct progress *p); /* erases the bar */

/* `done` of `total`, rate and remaining time measured here. */
void progress_count(struct progress *p, const char *label, int64_t done, int64_t total);
void progress_snapshot(void *progress, const struct snapshot *s); /* a job_observer's `changed` */

/* One line of at most `columns` cells, no newline: pure. */
/* Rate and ETA where they are unknown, from the units that were done in so many seconds. */
void progress_measure(struct progress_view *v, int64_t units, double seconds);
void progress_bar(const struct progress_view *v, int columns, char *out, size_t size);

#endif
