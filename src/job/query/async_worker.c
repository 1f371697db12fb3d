/* One thread, one slot for the question and one for the answer of each kind. What is asked is taken
 * out of its slot before it is answered, so that a newer question is seen while the old one is at
 * work (async_worker_superseded). */
#include "async_worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/workers.h"

enum { NICE_BY = 2 };

struct slot {
    void *ask;    /* put by who asks, taken by the thread */
    void *answer; /* put by the thread, taken by who asked */
    atomic_bool
        stale; /* a question waits, or the worker closes; set under the lock, read anywhere */
};

struct async_worker {
    const char *name;
    const struct async_worker_kind *kinds; /* [n] */
    int n;
    void *context;
    struct wake *wake;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    bool quit;
    struct slot *slots; /* [n] */
};

/* Under the lock: the kind to serve next, -1: none. */
static int waiting(const struct async_worker *d)
{
    for (int i = 0; i < d->n; i++)
        if (d->slots[i].ask && (!d->quit || d->kinds[i].must_run))
            return i;
    return -1;
}

static void *take_ask(struct async_worker *d, int *kind)
{
    void *ask = NULL;
    pthread_mutex_lock(&d->lock);
    while ((*kind = waiting(d)) < 0 && !d->quit)
        pthread_cond_wait(&d->changed, &d->lock);
    if (*kind >= 0) {
        ask = d->slots[*kind].ask;
        d->slots[*kind].ask = NULL;
        d->slots[*kind].stale = d->quit;
    }
    pthread_mutex_unlock(&d->lock);
    return ask;
}

static void *async_worker_main(void *argument)
{
    struct async_worker *d = argument;
    int kind;
    workers_thread_setup(d->name, NICE_BY);
    for (void *ask; (ask = take_ask(d, &kind)) != NULL; free(ask)) {
        void *answer = d->kinds[kind].answer(d->context, ask);
        if (answer)
            async_worker_put(d, kind, answer);
        else
            wake_ring(d->wake); /* what was logged instead is to be seen */
    }
    return NULL;
}

static void fini(struct async_worker *d)
{
    for (int i = 0; i < d->n; i++) {
        free(d->slots[i].ask);
        if (d->slots[i].answer)
            d->kinds[i].free_answer(d->slots[i].answer);
    }
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    free(d->slots);
    free(d);
}

struct async_worker *async_worker_new(const char *thread, const struct async_worker_kind *kinds,
                                      int n, void *context, struct wake *wake, struct err *e)
{
    struct async_worker *d = xcalloc(1, sizeof *d);
    *d = (struct async_worker){
        .name = thread, .kinds = kinds, .n = n, .context = context, .wake = wake};
    d->slots = xcalloc((size_t)n, sizeof *d->slots);
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    int failed = pthread_create(&d->thread, NULL, async_worker_main, d);
    if (!failed)
        return d;
    err_set_errno(e, ERR_FAIL, failed, "cannot start the thread %s", thread);
    fini(d);
    return NULL;
}

void async_worker_free(struct async_worker *d)
{
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    d->quit = true;
    for (int i = 0; i < d->n; i++)
        d->slots[i].stale = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    fini(d);
}

void async_worker_ask(struct async_worker *d, int kind, void *ask)
{
    pthread_mutex_lock(&d->lock);
    void *old = d->slots[kind].ask;
    d->slots[kind].ask = ask;
    d->slots[kind].stale = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    free(old);
}

static void *swap_answer(struct async_worker *d, int kind, void *answer)
{
    pthread_mutex_lock(&d->lock);
    void *old = d->slots[kind].answer;
    d->slots[kind].answer = answer;
    pthread_mutex_unlock(&d->lock);
    return old;
}

void *async_worker_take(struct async_worker *d, int kind)
{
    return swap_answer(d, kind, NULL);
}

void async_worker_put(struct async_worker *d, int kind, void *answer)
{
    void *old = swap_answer(d, kind, answer);
    if (old)
        d->kinds[kind].free_answer(old);
    wake_ring(d->wake);
}

bool async_worker_superseded(struct async_worker *d, int kind)
{
    return atomic_load(&d->slots[kind].stale);
}

const atomic_bool *async_worker_superseded_flag(const struct async_worker *d, int kind)
{
    return &d->slots[kind].stale;
}
