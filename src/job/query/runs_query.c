/* A worker over the store's runs. What differs is found by key over the configurations that the
 * runs were started with, so keys that a newer program has or lacks still line up. */
#include "job/runs_query.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/label_watch.h"
#include "core/alive.h"
#include "job/job_runs.h"
#include "store/queue_rows.h"

enum question { NOTES, LIST, STUDY, QUESTIONS };
enum { NOTES_MAX = 16 };
static const struct async_worker_kind kinds[QUESTIONS];

struct note {
    char uuid[40], text[256];
    bool tags;
};

struct runs_query {
    struct work *work;
    struct async_worker *worker;
    struct label_watch labels; /* of the worker's thread */
    pthread_mutex_t lock;      /* guards what follows; both threads write */
    struct note notes[NOTES_MAX];
    int notes_n;
};

struct study_ask {
    int n;
    char uuid[RUNS_QUERY_RUNS][40];
};

void runs_query_list_free(struct runs_query_list *l)
{
    for (int i = 0; l && i < l->n; i++)
        run_row_fini(&l->runs[i].row);
    free(l ? l->runs : NULL);
    free(l);
}

void runs_query_study_free(struct runs_query_study *s)
{
    for (int i = 0; s && i < s->n; i++)
        free(s->side[i].epochs);
    free(s ? s->keys : NULL);
    free(s);
}

static struct json *config_of(const struct run_row *r)
{
    struct err unused;
    return r->config ? json_parse(r->config, strlen(r->config), "config", &unused) : NULL;
}

static void take_run(struct runs_query_run *out, struct run_row *row, const char *database)
{
    struct json *config = config_of(row);
    const char *model = config ? json_get_text(config, "train.model") : NULL;
    const char *size = config ? json_get_text(config, "train.size") : NULL;
    const char *batch = config ? json_get_text(config, "train.batch") : NULL;
    snprintf(out->model, sizeof out->model, "%s", model ? model : "");
    out->size = size ? atoi(size) : 0;
    out->batch = batch ? atoi(batch) : 0;
    json_free(config);
    free(row->config);
    row->config = NULL;
    out->row = *row;
    out->live = alive_run(database, row);
}

static bool has_run(const struct run_row *rows, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].name, name))
            return true;
    return false;
}

static void put_waiting(struct run_row *out, const struct queue_row *q)
{
    *out = (struct run_row){.epochs = q->epochs, .macro_f1 = NAN, .config = xstrdup(q->config)};
    memcpy(out->uuid, q->uuid, sizeof out->uuid);
    memcpy(out->name, q->name, sizeof out->name);
    out->status = RUN_WAITING;
}

int runs_query_rows(struct store *s, struct run_row **rows, int *n, int *waiting, struct err *e)
{
    struct run_row *runs = NULL;
    struct queue_row *queue = NULL;
    int runs_n = 0, queue_n = 0;
    *rows = NULL;
    *n = *waiting = 0;
    if (run_list(s, &runs, &runs_n, e))
        return -1;
    if (queue_rows_list(s, &queue, &queue_n, e)) {
        run_list_free(runs, runs_n);
        return -1;
    }
    *rows = xcalloc((size_t)runs_n + (size_t)queue_n + 1, sizeof **rows);
    for (int i = queue_n; i-- > 0;)
        if (!has_run(runs, runs_n, queue[i].name))
            put_waiting(&(*rows)[(*waiting)++], &queue[i]);
    memcpy(*rows + *waiting, runs, (size_t)runs_n * sizeof *runs);
    *n = *waiting + runs_n;
    queue_rows_free(queue, queue_n);
    free(runs); /* what they own is the list's now */
    return 0;
}

static void list_runs(struct runs_query *a, struct runs_query_list *l, struct store *s)
{
    struct run_row *rows = NULL;
    int n = 0, waiting = 0;
    if (runs_query_rows(s, &rows, &n, &waiting, &l->error))
        return;
    const int *changed = label_watch_look(&a->labels, a->work->conf, rows, n);
    l->runs = xcalloc((size_t)n + 1, sizeof *l->runs);
    for (int i = 0; i < n; i++) {
        take_run(&l->runs[l->n], &rows[i], a->work->database);
        l->runs[l->n++].labels_changed = changed[i];
    }
    free(rows); /* their strings have been taken over */
}

static void *answer_list(void *context, void *ask)
{
    struct runs_query *a = context;
    struct runs_query_list *l = xcalloc(1, sizeof *l);
    (void)ask;
    if (!file_exists(a->work->database))
        return l;
    struct store *s = store_open(a->work->database, STORE_READ, &l->error);
    if (s)
        list_runs(a, l, s);
    store_close(s);
    return l;
}

static int read_classes(struct runs_query_side *side, struct store *s, const struct run_row *row,
                        struct err *e)
{
    struct class_row *rows = NULL;
    int n = 0;
    if (row->best_epoch && run_classes(s, row->id, row->best_epoch, &rows, &n, e))
        return -1;
    for (int c = 0; c < LABELS_MAX; c++)
        side->f1[c] = NAN;
    for (int i = 0; i < n; i++)
        if (rows[i].class_index >= 0 && rows[i].class_index < LABELS_MAX) {
            side->f1[rows[i].class_index] = rows[i].f1;
            if (rows[i].class_index >= side->k)
                side->k = rows[i].class_index + 1;
        }
    free(rows);
    return 0;
}

static int read_side(struct runs_query_side *side, struct store *s, const struct run_row *row,
                     struct err *e)
{
    snprintf(side->name, sizeof side->name, "%s", row->name);
    snprintf(side->uuid, sizeof side->uuid, "%s", row->uuid);
    side->best_epoch = row->best_epoch;
    side->macro_f1 = row->macro_f1;
    return run_epochs(s, row->id, &side->epochs, &side->epochs_n, e) ||
           read_classes(side, s, row, e);
}

static void value_of(const struct json *config, const char *key, char out[RUNS_QUERY_VALUE_MAX])
{
    const char *text = config ? json_get_text(config, key) : NULL;
    snprintf(out, RUNS_QUERY_VALUE_MAX, "%s", text ? text : "");
}

/* Where data lies and how the screen looks says nothing about a run by itself. */
static bool tells(const char *name)
{
    return strncmp(name, "data.", 5) != 0 && strncmp(name, "work.", 5) != 0 &&
           strncmp(name, "ui.", 3) != 0;
}

static bool differs(const struct runs_query_key *k, int n)
{
    for (int i = 1; i < n; i++)
        if (strcmp(k->value[0], k->value[i]))
            return true;
    return n == 1 && tells(k->name) && strcmp(k->value[0], k->usual) != 0;
}

static int compare_keys(struct runs_query_study *st, struct json *const *configs, struct err *e)
{
    st->keys = mem_array(CONF_KEY_COUNT, sizeof *st->keys, "keys of the runs", e);
    if (!st->keys)
        return -1;
    for (int key = 0; key < CONF_KEY_COUNT; key++) {
        struct runs_query_key *k = &st->keys[st->keys_n];
        const struct conf_key_info *info = conf_info((enum conf_key)key);
        snprintf(k->name, sizeof k->name, "%s", info->name);
        snprintf(k->usual, sizeof k->usual, "%s", info->initial);
        for (int i = 0; i < st->n; i++)
            value_of(configs[i], info->name, k->value[i]);
        st->keys_n += differs(k, st->n);
    }
    return 0;
}

static void study(struct runs_query_study *st, struct store *s, const struct study_ask *ask)
{
    struct json *configs[RUNS_QUERY_RUNS] = {NULL};
    struct err unknown;
    for (int i = 0; i < ask->n; i++) {
        struct run_row row = {0};
        if (run_find(s, ask->uuid[i], &row, &unknown))
            continue;
        configs[st->n] = config_of(&row);
        int failed = read_side(&st->side[st->n++], s, &row, &st->error);
        run_row_fini(&row);
        if (failed)
            break;
    }
    if (st->error.code == ERR_NONE)
        compare_keys(st, configs, &st->error);
    for (int i = 0; i < st->n; i++)
        json_free(configs[i]);
}

static void *answer_study(void *context, void *asked)
{
    const struct runs_query *a = context;
    struct runs_query_study *st = xcalloc(1, sizeof *st);
    struct store *s = store_open(a->work->database, STORE_READ, &st->error);
    if (s)
        study(st, s, asked);
    store_close(s);
    return st;
}

static bool take_note(struct runs_query *a, struct note *out)
{
    pthread_mutex_lock(&a->lock);
    bool any = a->notes_n > 0;
    if (any) {
        *out = a->notes[0];
        memmove(a->notes, a->notes + 1, (size_t)--a->notes_n * sizeof *a->notes);
    }
    pthread_mutex_unlock(&a->lock);
    return any;
}

static void *answer_notes(void *context, void *ask)
{
    struct runs_query *a = context;
    struct note n;
    struct err e;
    (void)ask;
    while (take_note(a, &n)) {
        struct run_row row = {0};
        if (job_runs_note(a->work->conf, n.uuid, n.tags ? NULL : n.text, n.tags ? n.text : NULL,
                          &row, &e))
            log_error("not noted: %s", e.text);
        else
            run_row_fini(&row);
    }
    return NULL;
}

struct runs_query *runs_query_new(struct work *work, struct wake *wake, struct err *e)
{
    struct runs_query *a = xcalloc(1, sizeof *a);
    a->work = work;
    pthread_mutex_init(&a->lock, NULL);
    a->worker = async_worker_new("hpa-archive", kinds, QUESTIONS, a, wake, e);
    if (a->worker)
        return a;
    free(a);
    return NULL;
}

void runs_query_free(struct runs_query *a)
{
    if (!a)
        return;
    async_worker_free(a->worker);
    label_watch_fini(&a->labels);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

void runs_query_note(struct runs_query *a, const char *uuid, const char *text, bool tags)
{
    pthread_mutex_lock(&a->lock);
    bool room = a->notes_n < NOTES_MAX;
    if (room) {
        struct note *n = &a->notes[a->notes_n++];
        n->tags = tags;
        snprintf(n->uuid, sizeof n->uuid, "%s", uuid);
        snprintf(n->text, sizeof n->text, "%s", text);
    }
    pthread_mutex_unlock(&a->lock);
    if (!room)
        log_error("not noted: %d notes wait for the store", NOTES_MAX);
    async_worker_ask(a->worker, NOTES, xcalloc(1, 1));
}

void runs_query_ask_list(struct runs_query *a)
{
    async_worker_ask(a->worker, LIST, xcalloc(1, 1)); /* nothing to say but that it is asked */
}

void runs_query_ask_study(struct runs_query *a, char uuid[][40], int n)
{
    struct study_ask *ask = xcalloc(1, sizeof *ask);
    ask->n = n < RUNS_QUERY_RUNS ? n : RUNS_QUERY_RUNS;
    memcpy(ask->uuid, uuid, (size_t)ask->n * sizeof *ask->uuid);
    async_worker_ask(a->worker, STUDY, ask);
}

struct runs_query_list *runs_query_take_list(struct runs_query *a)
{
    return async_worker_take(a->worker, LIST);
}

struct runs_query_study *runs_query_take_study(struct runs_query *a)
{
    return async_worker_take(a->worker, STUDY);
}

static void free_list(void *l)
{
    runs_query_list_free(l);
}

static void free_study(void *s)
{
    runs_query_study_free(s);
}

static const struct async_worker_kind kinds[QUESTIONS] = {
    [NOTES] = {answer_notes, free, true},
    [LIST] = {answer_list, free_list, false},
    [STUDY] = {answer_study, free_study, false},
};
