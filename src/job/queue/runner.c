/* The runner: a thread that sleeps until the screen starts a training, a prediction or a scan,
 * works on it, and tells how it is going through the snapshot box. The screen's requests are a
 * mutex-guarded order and the job's control atomics; nothing here waits for the screen. */
#include "job/runner.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/workers.h"
#include "job/job.h"
#include "job/job_predict.h"
#include "job/job_queue.h"
#include "job/job_scan.h"
#include "job/job_train.h"
#include "metric/threshold.h"

enum order_kind { ORDER_TRAIN, ORDER_QUEUE, ORDER_PREDICT, ORDER_SCAN };

struct order {
    enum order_kind kind;
    struct conf *conf; /* owned; NULL: none */
    char *name, *resume;
    char *run, *out;            /* a prediction of this run, into this file */
    enum output_mode mode;      /* of the same */
    struct threshold_set *cuts; /* of the same; owned */
};

struct runner {
    struct work *work;
    struct snapshot_box *box;
    struct job_control control;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    struct order order; /* written by the screen, taken by the thread */
    bool busy, quit;
};

static void order_fini(struct order *o)
{
    conf_free(o->conf);
    free(o->name);
    free(o->resume);
    free(o->run);
    free(o->out);
    free(o->cuts);
    memset(o, 0, sizeof *o);
}

static void told(void *context, const struct snapshot *s)
{
    struct runner *r = context;
    snapshot_publish(r->box, s);
}

/* With the cuts that a prediction of these scores would take, so that no others are ever shown.
 * They take less time than the held-out figure of the epoch. */
static void scored(void *context, struct scores *scores, int epoch)
{
    struct runner *r = context;
    struct err none = {0};
    struct threshold_set set = {.epoch = epoch};
    const char *method = conf_text(r->work->conf, CONF_TUNE_METHOD);
    snprintf(set.method, sizeof set.method, "%s", method);
    if (!threshold_choose(method, scores, set.cuts, &none))
        set.k = scores->k;
    snapshot_put_scores(r->box, scores, &set);
}

static void found(void *context, struct findings *findings)
{
    struct runner *r = context;
    snapshot_put_findings(r->box, findings);
}

static void show_failure(struct job *j, const struct err *e)
{
    log_error("training failed: %s", e->text);
    j->now.error = *e;
    j->now.stopped = e->code == ERR_CANCELLED;
    job_phase(j, e->code == ERR_CANCELLED ? PHASE_DONE : PHASE_FAILED, 0);
}

/* `asked`: not just because a training is done, when another process may well be at it. */
static void work_off_queue(struct job *j, bool asked)
{
    struct err e = {0};
    int done;
    if (!job_queue_run(j, &done, &e)) {
        if (asked && !done)
            log_info("nothing waits in the queue");
        if (asked && !done)
            job_phase(j, PHASE_IDLE, 0);
    } else if (e.code == ERR_CANCELLED) {
        j->now.stopped = true;
        job_phase(j, PHASE_DONE, 0);
    } else if (asked) {
        show_failure(j, &e);
    }
}

/* A job beside the trainings: the run that was shown before stays, and so does what became of it.
 * Returns the phase to go back to. */
static enum job_phase step_aside(struct runner *r, struct job *j, enum job_aside what)
{
    snapshot_copy(r->box, &j->now);
    enum job_phase before = j->now.phase;
    j->now.aside = what;
    j->now.told[0] = '\0';
    j->now.images_per_second = j->now.eta_seconds = j->now.data_wait_percent = NAN;
    return before == PHASE_FAILED ? PHASE_IDLE : before;
}

static void come_back(struct job *j, enum job_phase before)
{
    if (j->now.told[0])
        log_info("%s", j->now.told);
    job_phase(j, before, 0);
}

static void predict(struct runner *r, struct job *j, const struct order *o)
{
    struct predict_request request = {.runs = (const char *[]){o->run},
                                      .runs_n = 1,
                                      .out = o->out,
                                      .mode = o->mode,
                                      .cuts = o->cuts};
    struct predict_result *done = xcalloc(1, sizeof *done);
    struct err e = {0};
    enum job_phase before = step_aside(r, j, ASIDE_PREDICTION);
    if (!job_predict(j, &request, done, &e))
        snprintf(j->now.told, sizeof j->now.told,
                 "%d samples predicted, %d without a score above its cut; written: %s (cuts: %s)",
                 done->samples, done->empty_rows, o->out, done->set);
    else if (e.code == ERR_CANCELLED)
        snprintf(j->now.told, sizeof j->now.told, "the prediction was stopped: nothing is written");
    else
        log_error("prediction failed: %s", e.text);
    come_back(j, before);
    free(done);
}

static void scan(struct runner *r, struct job *j)
{
    struct scan_request request = {.part = "train"};
    struct scan_result result = {0};
    struct err e = {0};
    enum job_phase before = step_aside(r, j, ASIDE_SCAN);
    if (!job_scan(j, &request, &result, &e))
        snprintf(j->now.told, sizeof j->now.told, "%d samples were scanned: errors %d, warnings %d",
                 result.row.samples, result.row.errors, result.row.warnings);
    else if (e.code == ERR_CANCELLED)
        snprintf(j->now.told, sizeof j->now.told,
                 "the scan was stopped after %lld of %lld samples: what it found is not kept",
                 (long long)j->now.done, (long long)j->now.total);
    else
        log_error("scan failed: %s", e.text);
    come_back(j, before);
    free(result.findings);
}

static void work_on(struct runner *r, const struct order *o)
{
    struct job *j = xmalloc(sizeof *j);
    struct err e = {0};
    struct train_request request = {.conf = o->conf, .name = o->name, .resume = o->resume};
    job_init(j, r->work, &r->control, (struct job_observer){r, told, scored, found});
    if (o->kind == ORDER_PREDICT)
        predict(r, j, o);
    else if (o->kind == ORDER_SCAN)
        scan(r, j);
    else if (o->kind == ORDER_QUEUE)
        work_off_queue(j, true);
    else if (job_train(j, &request, &e))
        show_failure(j, &e);
    else if (!j->now.stopped)
        work_off_queue(j, false);
    free(j);
}

/* True with an order taken, false when it is time to end. */
static bool next_order(struct runner *r, struct order *o)
{
    pthread_mutex_lock(&r->lock);
    while (!r->quit && !r->order.conf)
        pthread_cond_wait(&r->changed, &r->lock);
    bool any = !r->quit;
    if (any) {
        *o = r->order;
        memset(&r->order, 0, sizeof r->order);
    }
    pthread_mutex_unlock(&r->lock);
    return any;
}

static void *runner_main(void *argument)
{
    struct runner *r = argument;
    struct order o;
    workers_thread_setup("hpa-runner", WORK_BEHIND_SCREEN);
    while (next_order(r, &o)) {
        work_on(r, &o);
        order_fini(&o);
        pthread_mutex_lock(&r->lock);
        r->busy = false;
        pthread_cond_broadcast(&r->changed);
        pthread_mutex_unlock(&r->lock);
    }
    return NULL;
}

struct runner *runner_new(struct work *work, struct snapshot_box *box, struct err *e)
{
    struct runner *r = xcalloc(1, sizeof *r);
    r->work = work;
    r->box = box;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    int failed = pthread_create(&r->thread, NULL, runner_main, r);
    if (!failed)
        return r;
    err_set_errno(e, ERR_FAIL, failed, "cannot start the runner's thread");
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    free(r);
    return NULL;
}

void runner_free(struct runner *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->quit = true;
    if (r->busy)
        control_stop(&r->control, JOB_STOP_CHECKPOINT);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    order_fini(&r->order);
    free(r);
}

/* Takes the order. */
static int give_order(struct runner *r, struct order *o, struct err *e)
{
    int failed = 0;
    pthread_mutex_lock(&r->lock);
    if (r->busy) {
        failed = err_set(e, ERR_LOCKED, "a job is at work already: stop it first");
        order_fini(o);
    } else {
        control_stop(&r->control, JOB_STOP_NONE);
        r->order = *o;
        r->busy = true;
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&r->lock);
    return failed;
}

int runner_train(struct runner *r, const struct conf *c, const char *name, const char *resume,
                 struct err *e)
{
    struct order o = {.conf = conf_copy(c),
                      .name = name ? xstrdup(name) : NULL,
                      .resume = resume ? xstrdup(resume) : NULL};
    return give_order(r, &o, e);
}

int runner_queue(struct runner *r, struct err *e)
{
    struct order o = {.kind = ORDER_QUEUE, .conf = conf_copy(r->work->conf)};
    return give_order(r, &o, e);
}

int runner_predict(struct runner *r, const char *run, const struct threshold_set *cuts,
                   const char *out, enum output_mode mode, struct err *e)
{
    struct order o = {.kind = ORDER_PREDICT,
                      .conf = conf_copy(r->work->conf),
                      .run = xstrdup(run),
                      .out = xstrdup(out),
                      .mode = mode};
    if (cuts) {
        o.cuts = xmalloc(sizeof *o.cuts);
        *o.cuts = *cuts;
    }
    return give_order(r, &o, e);
}

int runner_scan(struct runner *r, struct err *e)
{
    struct order o = {.kind = ORDER_SCAN, .conf = conf_copy(r->work->conf)};
    return give_order(r, &o, e);
}

void runner_stop(struct runner *r, enum job_stop how)
{
    pthread_mutex_lock(&r->lock);
    if (r->busy)
        control_stop(&r->control, how);
    pthread_mutex_unlock(&r->lock);
}

void runner_interrupt(struct runner *r)
{
    control_stop(&r->control, JOB_STOP_CHECKPOINT); /* without the lock: atomics only */
}

void runner_hand_over(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    if (r->busy) {
        atomic_store(&r->control.hand_over, true);
        control_stop(&r->control, JOB_STOP_CHECKPOINT);
    }
    pthread_mutex_unlock(&r->lock);
}

void runner_checkpoint(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    if (r->busy)
        atomic_store(&r->control.checkpoint, true);
    pthread_mutex_unlock(&r->lock);
}

void runner_lr(struct runner *r, double value, bool times)
{
    pthread_mutex_lock(&r->lock);
    if (r->busy)
        atomic_store(times ? &r->control.lr_times : &r->control.lr, value);
    pthread_mutex_unlock(&r->lock);
}

void runner_pause(struct runner *r, bool paused)
{
    pthread_mutex_lock(&r->lock);
    if (r->busy)
        atomic_store(&r->control.paused, paused);
    pthread_mutex_unlock(&r->lock);
}

bool runner_busy(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    bool busy = r->busy;
    pthread_mutex_unlock(&r->lock);
    return busy;
}

void runner_wait(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->busy)
        pthread_cond_wait(&r->changed, &r->lock);
    pthread_mutex_unlock(&r->lock);
}
