/* Services: one low-priority thread that answers the screen's questions. A question is a flag with
 * its arguments, so a newer one replaces an older of its kind; an answer waits in a slot until
 * taken. */
#include "job/service.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "identity.h"
#include "job/dataset.h"
#include "job/job.h"
#include "metric/threshold.h"
#include "run_scores.h"
#include "score_file.h"
#include "tell.h"

struct export_order {
    char names[LABELS_MAX][64];
    struct threshold_set set;
    char path[FILE_PATH_MAX];
};

enum { NICE_BY = 2, HELD_OUT_REPEATS = 5, HELD_OUT_SEED = 1 };

struct service {
    struct work *work;
    struct wake *wake;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    bool quit;
    bool want_labels, want_run; /* asked by the screen, taken by the thread */
    char which[RUN_NAME_MAX];
    int known_epoch;
    struct export_order *want_export;
    struct service_labels *labels; /* put by the thread, taken by the screen */
    struct service_run *run;
};

void service_run_free(struct service_run *r)
{
    if (!r)
        return;
    run_row_fini(&r->row);
    scores_free(r->scores);
    free(r->epochs);
    free(r->steps);
    free(r->edits);
    free(r);
}

static void count_labels(const struct dataset *d, struct service_labels *out)
{
    const struct index *x = d->index;
    out->samples = x->n;
    out->k = x->k;
    out->train_samples = d->train_n;
    out->val_samples = d->val_n;
    for (int c = 0; c < x->k; c++)
        snprintf(out->names[c], sizeof out->names[c], "%s", x->class_names[c]);
    for (int i = 0; i < x->n; i++)
        for (int c = labels_next(&x->labels[i], 0); c >= 0; c = labels_next(&x->labels[i], c + 1))
            out->count[c]++;
    for (int i = 0; i < d->train_n; i++)
        for (int c = 0; c < x->k; c++)
            out->train[c] += labels_has(&x->labels[d->train[i]], c);
    for (int c = 0; c < x->k; c++)
        out->val[c] = d->val_n ? out->count[c] - out->train[c] : 0;
}

/* The parts are those that a training would use: looking must not write, so a split is only shown
 * when it is cheap to make; the training stores it. */
static struct service_labels *answer_labels(struct service *s)
{
    struct service_labels *out = xcalloc(1, sizeof *out);
    struct job_control control = {0};
    struct job *j = xmalloc(sizeof *j);
    struct dataset d;
    job_init(j, s->work, &control, (struct job_observer){0});
    if (!dataset_open(&d, j, &out->error)) {
        if (!dataset_look_split(&d, s->work, &out->error))
            count_labels(&d, out);
        dataset_close(&d);
    }
    free(j);
    return out;
}

static int read_rows(struct service_run *r, const struct work *w, const char *which)
{
    struct err *e = &r->error;
    struct store *s = store_open(w->database, STORE_READ, e);
    if (!s)
        return -1;
    int failed = run_find(s, which, &r->row, e);
    if (!failed) {
        free(r->row.config);
        r->row.config = NULL;
        failed = run_epochs(s, r->row.id, &r->epochs, &r->epochs_n, e) ||
                 run_steps(s, r->row.id, &r->steps, &r->steps_n, e) ||
                 threshold_set_get(s, r->row.uuid, "current", &r->set, &r->has_set, e) ||
                 threshold_edit_list(s, r->row.uuid, "current", &r->edits, &r->edits_n, e);
    }
    store_close(s);
    return failed ? -1 : 0;
}

static int newest_epoch(const struct service_run *r)
{
    return r->epochs_n ? r->epochs[r->epochs_n - 1].epoch : 0;
}

/* A run at work is watched at its newest epoch; one that ended is looked at as it would predict. */
static void read_scores(struct service_run *r, const struct work *w, int known_epoch)
{
    struct run_scores held;
    struct err none = {0};
    r->held_out_f1 = r->held_out_std = NAN;
    bool news = r->live ? newest_epoch(r) > known_epoch : r->row.best_epoch != known_epoch;
    if (!news || run_scores_open(&held, w, r->row.name,
                                 r->live ? RUN_SCORES_NEWEST : RUN_SCORES_BEST, &none))
        return;
    r->scores = held.scores;
    r->scores_epoch = held.epoch;
    if (threshold_held_out(conf_text(w->conf, CONF_TUNE_METHOD), r->scores, HELD_OUT_REPEATS,
                           HELD_OUT_SEED, &r->held_out_f1, &r->held_out_std, &none))
        r->held_out_f1 = r->held_out_std = NAN;
}

static bool says_live(const struct run_row *row)
{
    return !strcmp(row->status, "running") || !strcmp(row->status, "paused");
}

static struct service_run *answer_run(struct service *s, const char *which, int known_epoch)
{
    struct service_run *r = xcalloc(1, sizeof *r);
    if (!file_exists(s->work->database)) {
        err_set(&r->error, ERR_NOINPUT, "no runs yet");
        return r;
    }
    if (read_rows(r, s->work, *which ? which : "last"))
        return r;
    r->live = identity_alive(&r->row);
    if (!r->live && says_live(&r->row)) {
        work_sweep(s->work->database);
        snprintf(r->row.status, sizeof r->row.status, "interrupted");
    }
    read_scores(r, s->work, known_epoch);
    return r;
}

static void put_labels(struct service *s, struct service_labels *answer)
{
    pthread_mutex_lock(&s->lock);
    struct service_labels *old = s->labels;
    s->labels = answer;
    pthread_mutex_unlock(&s->lock);
    free(old);
    wake_ring(s->wake);
}

static void put_run(struct service *s, struct service_run *answer)
{
    pthread_mutex_lock(&s->lock);
    struct service_run *old = s->run;
    s->run = answer;
    pthread_mutex_unlock(&s->lock);
    service_run_free(old);
    wake_ring(s->wake);
}

static void export(struct export_order *o)
{
    struct err e = {0};
    struct score_cuts cuts = {.method = o->set.method,
                              .k = o->set.k,
                              .cuts = o->set.cuts,
                              .in_sample = o->set.macro_f1,
                              .held_out = o->set.held_out_f1,
                              .held_out_std = o->set.held_out_std};
    if (score_file_write_cuts(o->path, &cuts, o->names, &e))
        log_error("thresholds not exported: %s", e.text);
    else
        log_info("thresholds exported to %s", o->path);
    free(o);
}

static void *service_main(void *argument)
{
    struct service *s = argument;
    workers_thread_setup("hpa-service", NICE_BY);
    for (;;) {
        char which[RUN_NAME_MAX];
        pthread_mutex_lock(&s->lock);
        while (!s->quit && !s->want_labels && !s->want_run && !s->want_export)
            pthread_cond_wait(&s->changed, &s->lock);
        bool quit = s->quit, labels = s->want_labels, run = s->want_run;
        int known_epoch = s->known_epoch;
        struct export_order *order = s->want_export;
        memcpy(which, s->which, sizeof which);
        s->want_export = NULL;
        s->want_labels = s->want_run = false;
        pthread_mutex_unlock(&s->lock);
        if (order)
            export(order); /* also when quitting: it was asked for */
        if (quit)
            return NULL;
        if (labels)
            put_labels(s, answer_labels(s));
        if (run)
            put_run(s, answer_run(s, which, known_epoch));
    }
}

struct service *service_new(struct work *work, struct wake *wake, struct err *e)
{
    struct service *s = xcalloc(1, sizeof *s);
    s->work = work;
    s->wake = wake;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    int failed = pthread_create(&s->thread, NULL, service_main, s);
    if (!failed)
        return s;
    err_set_errno(e, ERR_FAIL, failed, "cannot start the service thread");
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return NULL;
}

void service_free(struct service *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s->labels);
    service_run_free(s->run);
    free(s);
}

void service_ask_labels(struct service *s)
{
    pthread_mutex_lock(&s->lock);
    s->want_labels = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

void service_ask_run(struct service *s, const char *which, int known_epoch)
{
    pthread_mutex_lock(&s->lock);
    s->want_run = true;
    s->known_epoch = known_epoch;
    snprintf(s->which, sizeof s->which, "%s", which ? which : "");
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

struct service_labels *service_take_labels(struct service *s)
{
    pthread_mutex_lock(&s->lock);
    struct service_labels *taken = s->labels;
    s->labels = NULL;
    pthread_mutex_unlock(&s->lock);
    return taken;
}

struct service_run *service_take_run(struct service *s)
{
    pthread_mutex_lock(&s->lock);
    struct service_run *taken = s->run;
    s->run = NULL;
    pthread_mutex_unlock(&s->lock);
    return taken;
}

void service_save_set(struct service *s, const char *run_uuid, const struct threshold_set *set)
{
    if (s->work->writer)
        tell_set(s->work->writer, run_uuid, set);
}

void service_save_edit(struct service *s, const char *run_uuid, const char *set_name,
                       const struct threshold_edit *edit)
{
    if (s->work->writer)
        tell_edit(s->work->writer, run_uuid, set_name, edit);
}

void service_export_set(struct service *s, const struct service_labels *names,
                        const struct threshold_set *set, const char *path)
{
    struct export_order *order = xcalloc(1, sizeof *order);
    for (int c = 0; c < names->k; c++)
        memcpy(order->names[c], names->names[c], sizeof names->names[c]);
    order->set = *set;
    snprintf(order->path, sizeof order->path, "%s", path);
    pthread_mutex_lock(&s->lock);
    struct export_order *old = s->want_export;
    s->want_export = order;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    free(old);
}
