/* Requests of other processes, on their way from the store to the job's control, and the answers on
 * their way back through the writer. What can be said at once is answered here; the rest waits for
 * the job's thread to carry it out. */
#include "control_server.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/workers.h"
#include "core/alive.h"
#include "store/request_rows.h"
#include "store/run_rows.h"

static const double BEAT_EVERY = 10; /* seconds */
enum { LOOK_MS = 500, WAITING_MAX = 64, NICE_BY = 2 };

struct waiting {
    int64_t id;
    enum control_kind kind;
};

struct control_server {
    char uuid[40], name[RUN_NAME_MAX];
    double beat_at; /* clock_seconds of the newest sign of life; the thread's own */
    char database[sizeof((struct work *)0)->database];
    struct writer *writer;
    struct job_control *control;
    struct store *store; /* the thread's own handle for reading; NULL while it cannot be opened */
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    bool quit;                           /* set by the job's thread */
    struct waiting waiting[WAITING_MAX]; /* taken, not answered: put and removed by both */
    int waiting_n;
};

/* Rows on their way to the writer. */

struct told_request {
    int64_t id, now_ms;
    char uuid[40], answer[sizeof((struct request_row *)0)->answer];
};

static int apply_take(struct store *s, void *data, struct err *e)
{
    const struct told_request *t = data;
    return request_rows_take(s, t->id, t->now_ms, e);
}

static int apply_answer(struct store *s, void *data, struct err *e)
{
    const struct told_request *t = data;
    return request_rows_answer(s, t->id, t->answer, t->now_ms, e);
}

static int apply_answer_rest(struct store *s, void *data, struct err *e)
{
    const struct told_request *t = data;
    return request_rows_answer_rest(s, t->uuid, t->answer, t->now_ms, e);
}

static void submit(const struct control_server *l, writer_apply *apply, int64_t id,
                   const char *answer)
{
    struct told_request t = {.id = id, .now_ms = clock_unix_ms()};
    snprintf(t.uuid, sizeof t.uuid, "%s", l->uuid);
    snprintf(t.answer, sizeof t.answer, "%s", answer);
    writer_submit(l->writer, "answer to a request", apply, &t, sizeof t, NULL);
}

/* Signs of life, also while a step, a validation or a pause takes long. */

struct told_beat {
    char uuid[40];
    int64_t now_ms;
};

static int apply_beat(struct store *s, void *data, struct err *e)
{
    struct told_beat *t = data;
    return run_heartbeat(s, t->uuid, t->now_ms, e);
}

static void beat(struct control_server *l)
{
    if (clock_seconds() - l->beat_at < BEAT_EVERY)
        return;
    l->beat_at = clock_seconds();
    struct told_beat t = {.now_ms = clock_unix_ms()};
    memcpy(t.uuid, l->uuid, sizeof t.uuid);
    writer_submit(l->writer, "heartbeat", apply_beat, &t, sizeof t, NULL);
    alive_touch(l->database, l->name);
}

/* Requests on their way to the job. */

static void answer_waiting(struct control_server *l, enum control_kind kind, const char *text)
{
    int kept = 0;
    pthread_mutex_lock(&l->lock);
    for (int i = 0; i < l->waiting_n; i++)
        if (l->waiting[i].kind == kind)
            submit(l, apply_answer, l->waiting[i].id, text);
        else
            l->waiting[kept++] = l->waiting[i];
    l->waiting_n = kept;
    pthread_mutex_unlock(&l->lock);
}

void control_server_answer(struct control_server *l, enum control_kind kind, const char *format,
                           ...)
{
    char text[sizeof((struct request_row *)0)->answer];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    answer_waiting(l, kind, text);
}

/* Before the control is set, so that the job's thread finds it when it answers. */
static bool put_waiting(struct control_server *l, int64_t id, enum control_kind kind)
{
    pthread_mutex_lock(&l->lock);
    bool room = l->waiting_n < WAITING_MAX;
    if (room)
        l->waiting[l->waiting_n++] = (struct waiting){id, kind};
    pthread_mutex_unlock(&l->lock);
    return room;
}

static void pause(struct control_server *l)
{
    if (atomic_exchange(&l->control->paused, true))
        answer_waiting(l, CONTROL_PAUSE, "is paused already");
}

static void resume(struct control_server *l)
{
    bool was = atomic_exchange(&l->control->paused, false);
    answer_waiting(l, CONTROL_PAUSE, "taken back by a resume before the next step");
    answer_waiting(l, CONTROL_RESUME, was ? "goes on" : "was not paused");
}

static void stop(struct control_server *l, enum job_stop how)
{
    int before = atomic_load(&l->control->stop);
    if (before >= (int)how)
        answer_waiting(l, how == JOB_STOP_EPOCH ? CONTROL_STOP : CONTROL_STOP_NOW,
                       "was asked to stop already");
    else
        control_stop(l->control, how);
    if (before == JOB_STOP_NONE)
        atomic_store(&l->control->from_elsewhere, true);
}

static void carry_over(struct control_server *l, enum control_kind kind, double value)
{
    bool number = isfinite(value) && value > 0;
    if ((kind == CONTROL_LR || kind == CONTROL_LR_TIMES) && !number)
        answer_waiting(l, kind, "not changed: a rate or factor is a number above 0");
    else if (kind == CONTROL_PAUSE)
        pause(l);
    else if (kind == CONTROL_RESUME)
        resume(l);
    else if (kind == CONTROL_STOP)
        stop(l, JOB_STOP_EPOCH);
    else if (kind == CONTROL_STOP_NOW)
        stop(l, JOB_STOP_CHECKPOINT);
    else if (kind == CONTROL_CHECKPOINT)
        atomic_store(&l->control->checkpoint, true);
    else if (kind == CONTROL_LR)
        atomic_store(&l->control->lr, value);
    else
        atomic_store(&l->control->lr_times, value);
}

static void take(struct control_server *l, const struct request_row *r)
{
    enum control_kind kind = control_kind_named(r->kind);
    submit(l, apply_take, r->id, "");
    if (kind == CONTROL_KIND_COUNT)
        submit(l, apply_answer, r->id, "not understood: this training is of an older program");
    else if (!put_waiting(l, r->id, kind))
        submit(l, apply_answer, r->id, "too many requests wait: ask again later");
    else
        carry_over(l, kind, r->value);
}

/* A row that was taken is read as new until the writer has written so: `newest` remembers. */
static void look(struct control_server *l, int64_t *newest)
{
    struct request_row *rows = NULL;
    int n = 0;
    if (!l->store)
        l->store = store_open(l->database, STORE_READ, NULL);
    if (!l->store)
        return;
    if (request_rows_new(l->store, l->uuid, &rows, &n, NULL)) {
        store_close(l->store);
        l->store = NULL;
    }
    for (int i = 0; i < n; i++)
        if (rows[i].id > *newest) {
            *newest = rows[i].id;
            take(l, &rows[i]);
        }
    free(rows);
}

static bool ends(struct control_server *l)
{
    pthread_mutex_lock(&l->lock);
    bool quit = l->quit;
    pthread_mutex_unlock(&l->lock);
    return quit;
}

static bool wait_a_moment(struct control_server *l)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&l->lock);
    while (!l->quit && pthread_cond_timedwait(&l->changed, &l->lock, &until) != ETIMEDOUT)
        continue;
    bool go_on = !l->quit;
    pthread_mutex_unlock(&l->lock);
    return go_on;
}

static void *control_server_main(void *argument)
{
    struct control_server *l = argument;
    int64_t newest = 0;
    workers_thread_setup("hpa-listener", NICE_BY);
    /* until the store says that this process trains the run, requests to an earlier one look new */
    while (!ends(l) && !writer_flush(l->writer, (double)LOOK_MS / 1e3))
        beat(l);
    while (wait_a_moment(l)) {
        beat(l);
        look(l, &newest);
    }
    store_close(l->store);
    return NULL;
}

static void dispose(struct control_server *l)
{
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

struct control_server *control_server_new(const struct work *w, const struct run_row *run,
                                          struct job_control *c, struct err *e)
{
    struct control_server *l = xcalloc(1, sizeof *l);
    pthread_condattr_t steady; /* no wall clock, which may be set back by years */
    l->writer = w->writer;
    l->control = c;
    l->beat_at = clock_seconds();
    memcpy(l->uuid, run->uuid, sizeof l->uuid);
    memcpy(l->name, run->name, sizeof l->name);
    memcpy(l->database, w->database, sizeof l->database);
    pthread_mutex_init(&l->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&l->changed, &steady);
    pthread_condattr_destroy(&steady);
    int failed = pthread_create(&l->thread, NULL, control_server_main, l);
    if (!failed)
        return l;
    err_set_errno(e, ERR_FAIL, failed, "cannot start the thread that listens to other processes");
    dispose(l);
    return NULL;
}

void control_server_free(struct control_server *l, const char *last)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->quit = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    submit(l, apply_answer_rest, 0, last);
    dispose(l);
}
