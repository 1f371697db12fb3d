/* The compute team. The caller publishes a task under a generation number and works along; helpers
 * spin briefly for the next task (a training step issues hundreds within milliseconds), then sleep.
 * Blocks are claimed one by one from an atomic counter: who computes a block never changes its
 * bits.
 *
 * There is no lock. Who is about to sleep says so first and then asks the kernel to sleep only
 * while the word it waits for is still the old one; who changes that word does so first and then
 * looks for sleepers. Both steps are sequentially consistent, so one of the two sees the other, and
 * the system is called only when somebody sleeps.
 */
#define _GNU_SOURCE
#include "base/workers.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"
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
    atomic_bool quit;

    atomic_uint generation; /* of the task; helpers sleep on it */
    atomic_int asleep;      /* helpers that sleep, or are about to */
    atomic_uint busy;       /* helpers that have not finished the task; the caller sleeps on it */
    atomic_bool waiting;    /* the caller sleeps, or is about to */
};

static void pause_cpu(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    sched_yield();
#endif
}

/* Until the word is no longer `old`, or for no reason. */
static void sleep_while(atomic_uint *word, unsigned old)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
}

static void wake(atomic_uint *word, int most)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, most, NULL, NULL, 0);
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
    atomic_fetch_add(&w->asleep, 1);
    while (atomic_load(&w->generation) == seen)
        sleep_while(&w->generation, seen);
    atomic_fetch_sub(&w->asleep, 1);
}

static void finish_task(struct workers *w)
{
    if (atomic_fetch_sub(&w->busy, 1) == 1 && atomic_load(&w->waiting))
        wake(&w->busy, 1);
}

static void wait_for_helpers(struct workers *w)
{
    unsigned busy;
    for (int i = 0; i < w->spins; i++) {
        if (!atomic_load_explicit(&w->busy, memory_order_acquire))
            return;
        pause_cpu();
    }
    atomic_store(&w->waiting, true);
    while ((busy = atomic_load(&w->busy)))
        sleep_while(&w->busy, busy);
    atomic_store(&w->waiting, false);
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
    atomic_fetch_add(&w->generation, 1);
    if (atomic_load(&w->asleep))
        wake(&w->generation, INT_MAX);
}

int workers_cores(void)
{
    struct limits_cores cores;
    limits_cores("", limits_affinity(), &cores);
    return cores.n > MAX_WORKERS ? MAX_WORKERS : cores.n;
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
    atomic_store(&w->busy, (unsigned)w->count - 1);
    publish(w);
    claim_blocks(w, 0);
    wait_for_helpers(w);
}
