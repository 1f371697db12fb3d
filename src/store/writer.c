/* The writer: what training hands to the disk. Callers append to a queue and go on; one thread
 * takes all that waits and writes it in one transaction, each operation behind its own savepoint,
 * so that many rows cost one sync and one bad row costs only itself. When the disk is full or the
 * file locked, the whole batch is rolled back and tried again, in order, for as long as it takes,
 * with a new handle unless only a lock was in the way. Invariant: operations are written in the
 * order of submission, each once or (logged and counted) never. */
#include "store/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/workers.h"
#include "statement.h"

static const double FIRST_PAUSE = .05, LONGEST_PAUSE = 2; /* seconds between attempts */
/* Of an operation that SQLite refused and that is not known to pass: the handle may be at fault. */
enum { TRIES = 3, KINDS = 16 };

struct operation {
    struct operation *next;
    const char *what;
    writer_apply *apply;
    void (*release)(void *data);
    int failures; /* that may not pass; the writer's thread alone reads and writes this and the next
                   */
    bool dropped; /* failed, and will not be tried again */
    _Alignas(16) char data[];
};

struct writer {
    char *path;
    struct store *store; /* writer's thread only; NULL while it cannot be opened again */
    pthread_t thread;

    pthread_mutex_t lock;   /* guards everything below */
    pthread_cond_t changed; /* something was submitted or done, or the writer closes */
    struct operation *first, **end;
    uint64_t submitted, done; /* operations since the start; done includes dropped ones */
    bool closing, in_trouble;
    struct timespec deadline; /* when closing: the last moment to try */
    struct err trouble;
    struct lost {
        const char *what;
        int n;
    } lost[KINDS];      /* operations that are not in the store and never will be */
    struct err lost_by; /* the first reason */
};

static struct timespec after(double seconds)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    int64_t nanoseconds = t.tv_nsec + (int64_t)(seconds * 1e9);
    t.tv_sec += nanoseconds / 1000000000;
    t.tv_nsec = nanoseconds % 1000000000;
    return t;
}

static bool earlier(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

static bool is_past(const struct timespec *t)
{
    struct timespec now = after(0);
    return !earlier(&now, t);
}

/* In the writer's thread. */

static struct operation *take_all(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->closing)
        pthread_cond_wait(&w->changed, &w->lock);
    struct operation *batch = w->first;
    w->first = NULL;
    w->end = &w->first;
    pthread_mutex_unlock(&w->lock);
    return batch;
}

static int apply_one(struct writer *w, struct operation *o, struct err *e)
{
    if (store_begin(w->store, e))
        return -1;
    int ok = !o->apply(w->store, o->data, e);
    return store_end(w->store, ok, e) || !ok ? -1 : 0;
}

static int count_lost(const struct writer *w)
{
    int n = 0;
    for (int i = 0; i < KINDS; i++)
        n += w->lost[i].n;
    return n;
}

/* More kinds than there is room for are counted with the last. */
static void note_lost(struct writer *w, const char *what, const struct err *why)
{
    int i = 0;
    pthread_mutex_lock(&w->lock);
    if (count_lost(w) == 0)
        w->lost_by = *why;
    while (i < KINDS - 1 && w->lost[i].n && strcmp(w->lost[i].what, what) != 0)
        i++;
    w->lost[i].what = what;
    w->lost[i].n++;
    pthread_mutex_unlock(&w->lock);
}

/* 0: written or dropped; -1: this batch must be tried again. */
static int apply_or_drop(struct writer *w, struct operation *o, struct err *e)
{
    w->store->last_error = 0;
    if (!apply_one(w, o, e))
        return 0;
    if (statement_may_pass(w->store) || (w->store->last_error && ++o->failures < TRIES))
        return -1;
    log_error("store: a row was not written (%s): %s", o->what, e->text);
    note_lost(w, o->what, e);
    o->dropped = true;
    return sqlite3_get_autocommit(w->store->db) ? -1 : 0;
}

/* Rows that are written into a file that was deleted or moved away are lost without an error. */
static void leave_moved_file(struct writer *w)
{
    int moved = 0;
    if (w->store && !sqlite3_file_control(w->store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) &&
        moved) {
        store_close(w->store);
        w->store = NULL;
    }
}

static int write_batch(struct writer *w, struct operation *batch, struct err *e)
{
    leave_moved_file(w);
    if (!w->store && !(w->store = store_open(w->path, STORE_WRITE, e)))
        return -1;
    if (store_begin(w->store, e))
        return -1;
    int failed = 0;
    for (struct operation *o = batch; o && !failed; o = o->next)
        if (!o->dropped)
            failed = apply_or_drop(w, o, e);
    return store_end(w->store, !failed, e) || failed ? -1 : 0;
}

/* After anything but a lock or a full disk the handle itself may be what is broken (a file system
 * that went away and came back): the next attempt opens the file again. So does one after which a
 * transaction is still open that cannot be rolled back. */
static void let_go(struct writer *w)
{
    static const int sound[] = {SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL,
                                SQLITE_FULL};
    if (!w->store)
        return;
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        if ((w->store->last_error & 0xFF) == sound[i] && sqlite3_get_autocommit(w->store->db))
            return;
    store_close(w->store);
    w->store = NULL;
}

static void note_trouble(struct writer *w, const struct err *e)
{
    pthread_mutex_lock(&w->lock);
    bool first = !w->in_trouble;
    w->in_trouble = true;
    w->trouble = *e;
    pthread_mutex_unlock(&w->lock);
    if (first)
        log_warn("store: rows wait and are tried again: %s", e->text);
}

static void note_written(struct writer *w, int n)
{
    pthread_mutex_lock(&w->lock);
    bool recovered = w->in_trouble;
    w->in_trouble = false;
    w->done += (uint64_t)n;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    if (recovered)
        log_info("store: the waiting rows are written");
}

/* False when the writer closes and its time is up. */
static bool pause_before_retry(struct writer *w, double seconds)
{
    struct timespec until = after(seconds);
    pthread_mutex_lock(&w->lock);
    while (!(w->closing && is_past(&w->deadline)) && !is_past(&until)) {
        bool bounded = w->closing && earlier(&w->deadline, &until);
        pthread_cond_timedwait(&w->changed, &w->lock, bounded ? &w->deadline : &until);
    }
    bool go_on = !(w->closing && is_past(&w->deadline));
    pthread_mutex_unlock(&w->lock);
    return go_on;
}

static int release_all(struct operation *batch)
{
    int n = 0;
    while (batch) {
        struct operation *next = batch->next;
        if (batch->release)
            batch->release(batch->data);
        free(batch);
        batch = next;
        n++;
    }
    return n;
}

static void give_up(struct writer *w, struct operation *batch, const struct err *why)
{
    for (const struct operation *o = batch; o; o = o->next)
        if (!o->dropped) /* that is counted already */
            note_lost(w, o->what, why);
    release_all(batch);
}

/* False when it gave up; the batch is released in any case. */
static bool write_until_done(struct writer *w, struct operation *batch)
{
    double pause = FIRST_PAUSE;
    for (;;) {
        struct err e = {0};
        if (!write_batch(w, batch, &e)) {
            note_written(w, release_all(batch));
            return true;
        }
        note_trouble(w, &e);
        let_go(w);
        if (!pause_before_retry(w, pause)) {
            give_up(w, batch, &e);
            return false;
        }
        pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
    }
}

static void *writer_main(void *argument)
{
    struct writer *w = argument;
    workers_thread_setup("hpa-writer", 0);
    for (struct operation *batch; (batch = take_all(w));)
        if (!write_until_done(w, batch))
            break;
    store_close(w->store);
    return NULL;
}

/* In any thread. */

static void init_locks(struct writer *w)
{
    pthread_condattr_t attributes;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void dispose(struct writer *w)
{
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w->path);
    free(w);
}

struct writer *writer_new(const char *path, struct err *e)
{
    struct store *store = store_open(path, STORE_WRITE, e);
    if (!store)
        return NULL;
    struct writer *w = xcalloc(1, sizeof *w);
    w->path = xstrdup(path);
    w->store = store;
    w->end = &w->first;
    init_locks(w);
    int failed = pthread_create(&w->thread, NULL, writer_main, w);
    if (!failed)
        return w;
    err_set_errno(e, ERR_FAIL, failed, "cannot start the thread that writes %s", path);
    store_close(store);
    dispose(w);
    return NULL;
}

/* "2 epoch, 1 status" */
static void lost_text(const struct writer *w, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < KINDS && at < size; i++)
        if (w->lost[i].n)
            at += (size_t)snprintf(out + at, size - at, "%s%d %s", at ? ", " : "", w->lost[i].n,
                                   w->lost[i].what);
}

static int report_lost(const struct writer *w, struct err *e)
{
    char which[256];
    int n = count_lost(w);
    if (n == 0)
        return 0;
    lost_text(w, which, sizeof which);
    return err_set(e, ERR_IO,
                   "store: %d %s lost (%s): %s; hpa runs rebuild brings back what the folder of a "
                   "run holds",
                   n, n == 1 ? "row was" : "rows were", which, w->lost_by.text);
}

int writer_free(struct writer *w, double seconds, struct err *e)
{
    struct err lost = {0};
    if (!w)
        return 0;
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    w->deadline = after(seconds);
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    give_up(w, w->first, &w->trouble);
    int failed = report_lost(w, &lost);
    if (failed && e)
        *e = lost;
    else if (failed)
        log_error("%s", lost.text);
    dispose(w);
    return failed;
}

void writer_submit(struct writer *w, const char *what, writer_apply *apply, const void *data,
                   size_t size, void (*release)(void *data))
{
    struct operation *o = xmalloc(sizeof *o + size);
    *o = (struct operation){.what = what, .apply = apply, .release = release};
    if (size)
        memcpy(o->data, data, size);
    pthread_mutex_lock(&w->lock);
    *w->end = o;
    w->end = &o->next;
    w->submitted++;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

bool writer_flush(struct writer *w, double seconds)
{
    struct timespec until = after(seconds);
    pthread_mutex_lock(&w->lock);
    uint64_t target = w->submitted;
    while (w->done < target)
        if (pthread_cond_timedwait(&w->changed, &w->lock, &until) == ETIMEDOUT)
            break;
    bool written = w->done >= target;
    pthread_mutex_unlock(&w->lock);
    return written;
}

int writer_waiting(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    int n = (int)(w->submitted - w->done);
    pthread_mutex_unlock(&w->lock);
    return n;
}

bool writer_trouble(struct writer *w, struct err *out)
{
    pthread_mutex_lock(&w->lock);
    bool in_trouble = w->in_trouble;
    if (in_trouble && out)
        *out = w->trouble;
    pthread_mutex_unlock(&w->lock);
    return in_trouble;
}
