/* A worker: one low-priority thread that answers questions of a few kinds.
 *
 * Of a kind the newest question wins; its answer waits in a slot until taken, and the wake fd
 * rings. The first kind of the table is served first. */
#ifndef JOB_ASYNC_WORKER_H
#define JOB_ASYNC_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/wake.h"

struct async_worker_kind {
    /* On the worker's thread. `ask` is borrowed; the answer is owned by who takes it, NULL: none.
     */
    void *(*answer)(void *context, void *ask);
    void (*free_answer)(void *answer); /* one that nobody took */
    bool must_run;                     /* answered also when the worker closes: it was promised */
};

struct async_worker;

/* `kinds` [n] and `context` stay borrowed. */
struct async_worker *async_worker_new(const char *thread, const struct async_worker_kind *kinds,
                                      int n, void *context, struct wake *wake, struct err *e);
/* Ends the thread; no answer function runs afterwards. NULL is nothing. */
void async_worker_free(struct async_worker *d);

/* Any thread. Takes ownership of `ask`, a block for free(). */
void async_worker_ask(struct async_worker *d, int kind, void *ask);
/* The newest answer, NULL when none has come. */
void *async_worker_take(struct async_worker *d, int kind);

/* For answer functions. A part of an answer, before the whole; owned by the worker. */
void async_worker_put(struct async_worker *d, int kind, void *answer);
/* A newer question of this kind waits, or the worker closes: give up. */
bool async_worker_superseded(struct async_worker *d, int kind);
/* The same as a flag, for work that looks at one while it goes on. */
const atomic_bool *async_worker_superseded_flag(const struct async_worker *d, int kind);

#endif
