/* A fixed team of compute threads.
 *
 * Work is a number of blocks fixed by the problem, never by the size of the team, so that any
 * number of workers computes the same bits. A block function owns what it writes; no lock, log or
 * allocation inside. One caller at a time (the job's thread), which works along as worker 0. */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

#include "base/err.h"

struct workers;

/* `context` as given; `block` in 0..blocks-1; `worker` in 0..count-1 (for scratch memory). */
typedef void workers_fn(void *context, int block, int worker);

/* A team of `count` threads including the caller; 0: one for each available core. Helper threads
 * get `nice` added to their priority (UI stays responsive). */
struct workers *workers_new(int count, int nice, struct err *e);
void workers_free(struct workers *w);

int workers_count(const struct workers *w); /* a NULL team counts 1 */

/* Run fn for every block and return when all are done. A NULL team runs them here. */
void workers_run(struct workers *w, int blocks, workers_fn *fn, void *context);

/* Cores this process may use (base/limits.h), at least 1. */
int workers_cores(void);

/* Lower the calling thread's priority by `nice` and name it (at most 15 characters). */
void workers_thread_setup(const char *name, int nice);

#endif
