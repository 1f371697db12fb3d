/* The compute team. The caller publishes a task under a generation number and works along; helpers
 * spin briefly for the next task (a training step issues hundreds within milliseconds), then sleep.
 * Blocks are claimed one by one from an atomic counter: who computes a block never changes its
 * bits.
 */
#define _GNU_SOURCE
#include "base/workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"

enum { SPINS = 2000, MAX_WORKERS = 256 };

struct helper {
    struct workers *team;
    pthread_t thread;
    int number; /* 1..count-1 */
};

struct workers {
    int count, nice, spins;
    struct helper *helpers; /* [count - 1] */

    workers_fn *fn; /* the task: written by the caller before generation, read by helpers after */
    void *context;
    int blocks;
    atomic_int next; /* next block to claim */
    atomic_int busy; /* helpers that have not finished the task */
    atomic_uint generation;
    atomic_bool quit;

    pthread_mutex_t lock; /* guards sleeping only */
    pthread_cond_t wake;  /* helpers: the generation changed */
    pthread_cond_t done;  /* caller: nobody is busy */
};

static void pause_cpu(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    sched_yield();
#endif
}

static void claim_blocks(struct workers *w, int worker)
{
    int block;
    while ((block = atomic_fetch_add_explicit(&w->next, 1, memory_order_relaxed)) < w->blocks)
        w->fn(w->context, block, worker);
}

static void wait_for_task(struct workers *w, unsigned seen)
{
    for (int i = 0; i < w->spins; i++) {
        if (atomic_load_explicit(&w->generation, memory_order_acquire) != seen)
            return;
        pause_cpu();
    }
    pthread_mutex_lock(&w->lock);
    while (atomic_load(&w->generation) == seen)
        pthread_cond_wait(&w->wake, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

static void finish_task(struct workers *w)
{
    if (atomic_fetch_sub_explicit(&w->busy, 1, memory_order_acq_rel) > 1)
        return;
    pthread_mutex_lock(&w->lock);
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static void wait_for_helpers(struct workers *w)
{
    for (int i = 0; i < w->spins; i++) {
        if (!atomic_load_explicit(&w->busy, memory_order_acquire))
            return;
        pause_cpu();
    }
    pthread_mutex_lock(&w->lock);
    while (atomic_load(&w->busy))
        pthread_cond_wait(&w->done, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

static void *helper_main(void *argument)
{
    struct helper *h = argument;
    struct workers *w = h->team;
    workers_thread_setup("hpa-worker", w->nice);
    for (unsigned seen = 0;; seen++) {
        wait_for_task(w, seen);
        if (atomic_load(&w->quit))
            return NULL;
        claim_blocks(w, h->number);
        finish_task(w);
    }
}

static void publish(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    atomic_fetch_add(&w->generation, 1);
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

int workers_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set))
        return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : n;
}

void workers_thread_setup(const char *name, int nice_by)
{
    char cut[16] = "";
    strncat(cut, name, sizeof cut - 1);
    pthread_setname_np(pthread_self(), cut);
    if (nice_by)
        setpriority(PRIO_PROCESS, (id_t)gettid(), getpriority(PRIO_PROCESS, 0) + nice_by);
}

struct workers *workers_new(int count, int nice_by, struct err *e)
{
    if (count <= 0)
        count = workers_cores();
    if (count > MAX_WORKERS)
        count = MAX_WORKERS;
    struct workers *w = xcalloc(1, sizeof *w);
    w->nice = nice_by;
    w->spins = count > workers_cores() ? 0 : SPINS; /* spinning would keep others from the core */
    w->count = 1;
    w->helpers = xcalloc((size_t)count, sizeof *w->helpers);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    pthread_cond_init(&w->done, NULL);
    for (int i = 1; i < count; i++, w->count++) {
        struct helper *h = &w->helpers[i - 1];
        h->team = w;
        h->number = i;
        int failed = pthread_create(&h->thread, NULL, helper_main, h);
        if (failed) {
            err_set_errno(e, ERR_FAIL, failed, "cannot start compute thread %d of %d", i + 1,
                          count);
            workers_free(w);
            return NULL;
        }
    }
    return w;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    atomic_store(&w->quit, true);
    publish(w);
    for (int i = 1; i < w->count; i++)
        pthread_join(w->helpers[i - 1].thread, NULL);
    pthread_cond_destroy(&w->done);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w->helpers);
    free(w);
}

int workers_count(const struct workers *w)
{
    return w ? w->count : 1;
}

void workers_run(struct workers *w, int blocks, workers_fn *fn, void *context)
{
    if (!w || w->count == 1 || blocks <= 1) {
        for (int i = 0; i < blocks; i++)
            fn(context, i, 0);
        return;
    }
    w->fn = fn;
    w->context = context;
    w->blocks = blocks;
    atomic_store(&w->next, 0);
    atomic_store(&w->busy, w->count - 1);
    publish(w);
    claim_blocks(w, 0);
    wait_for_helpers(w);
}
