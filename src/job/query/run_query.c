/* Services: a worker that answers the screen's questions about labels and runs, and writes the
 * files it asks for. */
#include "job/run_query.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/label_watch.h"
#include "core/alive.h"
#include "job/current_split.h"
#include "job/dataset_split.h"
#include "job/job.h"
#include "metric/threshold.h"
#include "run/run_scores.h"
#include "run/score_file.h"
#include "run/store_ops.h"

struct export_order {
    char names[LABELS_MAX][64];
    struct threshold_set set;
    enum output_mode mode;
    char path[FILE_PATH_MAX];
};

enum { HELD_OUT_SEED = 1 };

enum kind { KIND_EXPORT, KIND_IMPORT, KIND_SETS, KIND_LABELS, KIND_RUN, KIND_COUNT };
static const struct async_worker_kind kinds[KIND_COUNT];

struct run_query {
    struct work *work;
    struct async_worker *worker;
};

struct import_ask {
    char names[LABELS_MAX][64];
    int k;
    char path[FILE_PATH_MAX];
};

struct run_ask {
    char which[RUN_NAME_MAX];
    int known_epoch;
    uint64_t known_tables;
};

int run_query_run_epoch(const struct run_query_run *r)
{
    return r->row.epochs_done + (r->live && r->row.epochs_done < r->row.epochs);
}

void run_query_run_free(struct run_query_run *r)
{
    if (!r)
        return;
    run_row_fini(&r->row);
    scores_free(r->scores);
    free(r->epochs);
    free(r->steps);
    free(r->events);
    free(r->validations);
    free(r->edits);
    free(r);
}

static void count_labels(const struct dataset *d, struct run_query_labels *out)
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

/* A split that does not fit the data is said; labels are counted all the same. */
static void look_at_split(struct dataset *d, const struct work *w, struct run_query_labels *out)
{
    struct err *e = &out->split_error;
    if (!current_split_find(w, &out->split, &out->has_split, e) && !dataset_split_look(d, w, e))
        return;
    d->folds = d->train_n = d->val_n = 0;
}

/* The parts are those that a training would use: looking must not write, so a split is only shown
 * when it is cheap to make; the training stores it. */
static void *answer_labels(void *context, void *ask)
{
    const struct run_query *s = context;
    (void)ask;
    struct run_query_labels *out = xcalloc(1, sizeof *out);
    struct job_control control = {0};
    struct job *j = xmalloc(sizeof *j);
    struct dataset d;
    job_init(j, s->work, &control, (struct job_observer){0});
    if (!dataset_open(&d, j, &out->error)) {
        look_at_split(&d, s->work, out);
        count_labels(&d, out);
        dataset_close(&d);
    }
    free(j);
    return out;
}

static int read_rows(struct run_query_run *r, const struct work *w, const char *which)
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
                 event_rows_list(s, r->row.id, &r->events, &r->events_n, e) ||
                 validation_rows_list(s, r->row.id, &r->validations, &r->validations_n, e) ||
                 threshold_set_get(s, r->row.uuid, "current", &r->set, &r->has_set, e) ||
                 threshold_edit_list(s, r->row.uuid, "current", &r->edits, &r->edits_n, e);
    }
    store_close(s);
    return failed ? -1 : 0;
}

static int newest_epoch(const struct run_query_run *r)
{
    return r->epochs_n ? r->epochs[r->epochs_n - 1].epoch : 0;
}

static void choose_cuts(struct run_query_run *r, const struct conf *c)
{
    struct err none = {0};
    const char *method = conf_text(c, CONF_TUNE_METHOD);
    if (!threshold_choose(method, r->scores, r->cuts, &none))
        snprintf(r->method, sizeof r->method, "%s", method);
}

/* A run at work is watched at its newest epoch; one that ended is looked at as it would predict. */
static void read_scores(struct run_query_run *r, struct work *w, const struct run_ask *ask)
{
    struct run_scores held;
    struct err none = {0};
    uint64_t tables = label_watch_tables(w->conf);
    r->held_out_f1 = r->held_out_std = NAN;
    bool news =
        r->live ? newest_epoch(r) > ask->known_epoch : r->row.best_epoch != ask->known_epoch;
    r->relabelled = ask->known_tables && ask->known_tables != tables;
    if (!news && !r->relabelled)
        return;
    if (run_scores_open(&held, w, r->row.name, r->live ? RUN_SCORES_NEWEST : RUN_SCORES_BEST,
                        &none)) {
        if (none.code == ERR_DATA)
            work_say_once(w, none.text);
        return;
    }
    r->scores = held.scores;
    held.scores = NULL;
    r->scores_epoch = held.epoch;
    r->tables = tables;
    r->labels_changed = held.truth.changed.n;
    r->samples_gone = held.truth.gone.n;
    run_scores_close(&held);
    choose_cuts(r, w->conf);
    if (threshold_held_out(RUN_EPOCH_METHOD, r->scores, threshold_held_out_repeats(r->scores->n),
                           HELD_OUT_SEED, &r->held_out_f1, &r->held_out_std, &none))
        r->held_out_f1 = r->held_out_std = NAN;
}

static int64_t split_made_ms(const struct work *w)
{
    struct split_current current;
    bool found;
    return !current_split_find(w, &current, &found, NULL) && found ? current.made_ms : 0;
}

static void *answer_run(void *context, void *asked)
{
    const struct run_query *s = context;
    const struct run_ask *ask = asked;
    struct run_query_run *r = xcalloc(1, sizeof *r);
    if (!file_exists(s->work->database)) {
        err_set(&r->error, ERR_NOINPUT, "no runs yet");
        return r;
    }
    r->split_ms = split_made_ms(s->work);
    if (read_rows(r, s->work, *ask->which ? ask->which : "last"))
        return r;
    r->live = alive_run(s->work->database, &r->row);
    if (!r->live && run_status_is_live(r->row.status)) {
        work_sweep(s->work->database);
        r->row.status = RUN_INTERRUPTED;
    }
    read_scores(r, s->work, ask);
    return r;
}

static void *export(void *context, void *ask)
{
    (void)context;
    struct export_order *o = ask;
    struct err e = {0};
    struct score_cuts cuts = {.method = o->set.method,
                              .k = o->set.k,
                              .cuts = o->set.cuts,
                              .in_sample = o->set.macro_f1,
                              .held_out = o->set.held_out_f1,
                              .held_out_std = o->set.held_out_std};
    if (score_file_write_cuts(o->path, o->mode, &cuts, o->names, &e))
        log_error("thresholds not exported: %s", e.text);
    else
        log_info("thresholds exported to %s", o->path);
    return NULL;
}

static void *import(void *context, void *asked)
{
    (void)context;
    struct import_ask *ask = asked;
    struct run_query_cuts *cuts = xcalloc(1, sizeof *cuts);
    const char *slash = strrchr(ask->path, '/');
    snprintf(cuts->set.name, sizeof cuts->set.name, "%s", slash ? slash + 1 : ask->path);
    cuts->set.k = ask->k;
    score_file_read_cuts(ask->path, ask->k, ask->names, cuts->set.cuts, &cuts->error);
    return cuts;
}

/* The sets that were given a name, `list` [n] among them the one of the sliders. */
static struct run_query_sets *named_sets(const struct threshold_set *list, int n)
{
    struct run_query_sets *sets = xcalloc(1, sizeof *sets + (size_t)n * sizeof *list);
    for (int i = 0; i < n; i++)
        if (strcmp(list[i].name, "current") != 0)
            sets->set[sets->n++] = list[i];
    return sets;
}

static void *answer_sets(void *context, void *asked)
{
    const struct run_query *s = context;
    struct threshold_set *list = NULL;
    int n = 0;
    struct err e = {0};
    struct store *store = NULL;
    if (file_exists(s->work->database))
        store = store_open(s->work->database, STORE_READ, &e);
    if (store)
        threshold_set_list(store, asked, &list, &n, &e);
    store_close(store);
    struct run_query_sets *sets = named_sets(list, n);
    sets->error = e;
    free(list);
    return sets;
}

struct run_query *run_query_new(struct work *work, struct wake *wake, struct err *e)
{
    struct run_query *s = xcalloc(1, sizeof *s);
    s->work = work;
    s->worker = async_worker_new("hpa-run", kinds, KIND_COUNT, s, wake, e);
    if (s->worker)
        return s;
    free(s);
    return NULL;
}

void run_query_free(struct run_query *s)
{
    if (!s)
        return;
    async_worker_free(s->worker);
    free(s);
}

void run_query_ask_labels(struct run_query *s)
{
    async_worker_ask(s->worker, KIND_LABELS, xcalloc(1, 1));
}

void run_query_ask_run(struct run_query *s, const char *which, int known_epoch,
                       uint64_t known_tables)
{
    struct run_ask *ask = xcalloc(1, sizeof *ask);
    ask->known_epoch = known_epoch;
    ask->known_tables = known_tables;
    snprintf(ask->which, sizeof ask->which, "%s", which ? which : "");
    async_worker_ask(s->worker, KIND_RUN, ask);
}

void run_query_ask_sets(struct run_query *s, const char *run_uuid)
{
    char *ask = xmalloc(strlen(run_uuid) + 1);
    async_worker_ask(s->worker, KIND_SETS, strcpy(ask, run_uuid));
}

void run_query_ask_import(struct run_query *s, const struct run_query_labels *names,
                          const char *path)
{
    struct import_ask *ask = xcalloc(1, sizeof *ask);
    memcpy(ask->names, names->names, sizeof ask->names);
    ask->k = names->k;
    snprintf(ask->path, sizeof ask->path, "%s", path);
    async_worker_ask(s->worker, KIND_IMPORT, ask);
}

struct run_query_labels *run_query_take_labels(struct run_query *s)
{
    return async_worker_take(s->worker, KIND_LABELS);
}

struct run_query_run *run_query_take_run(struct run_query *s)
{
    return async_worker_take(s->worker, KIND_RUN);
}

struct run_query_sets *run_query_take_sets(struct run_query *s)
{
    return async_worker_take(s->worker, KIND_SETS);
}

struct run_query_cuts *run_query_take_import(struct run_query *s)
{
    return async_worker_take(s->worker, KIND_IMPORT);
}

void run_query_save_set(struct run_query *s, const char *run_uuid, const struct threshold_set *set)
{
    if (s->work->writer)
        store_ops_set(s->work->writer, run_uuid, set);
}

void run_query_keep_sets(struct run_query *s, const char *run_uuid)
{
    if (s->work->writer)
        store_ops_sets(s->work, run_uuid);
}

void run_query_export_set(struct run_query *s, const struct run_query_labels *names,
                          const struct threshold_set *set, const char *path, enum output_mode mode)
{
    struct export_order *order = xcalloc(1, sizeof *order);
    for (int c = 0; c < names->k; c++)
        memcpy(order->names[c], names->names[c], sizeof names->names[c]);
    order->set = *set;
    order->mode = mode;
    snprintf(order->path, sizeof order->path, "%s", path);
    async_worker_ask(s->worker, KIND_EXPORT, order);
}

static void free_run(void *answer)
{
    run_query_run_free(answer);
}

static const struct async_worker_kind kinds[KIND_COUNT] = {
    [KIND_EXPORT] = {export, free, true},       [KIND_IMPORT] = {import, free, false},
    [KIND_SETS] = {answer_sets, free, false},   [KIND_LABELS] = {answer_labels, free, false},
    [KIND_RUN] = {answer_run, free_run, false},
};
