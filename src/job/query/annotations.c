/* Ids come from val.csv in the run's folder, where the training wrote them beside its scores, or
 * from the table's own files. Marks are read behind what waits to be written, so that an answer
 * never lacks a mark that was set before its question. */
#include "job/annotations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async_worker.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job_errors.h"
#include "run/run_truth.h"
#include "run/saved_run.h"
#include "run/score_file.h"
#include "run/store_ops.h"
#include "store/run_rows.h"

enum question { EXPORT, NAMES, MARKS, QUESTIONS };
static const struct async_worker_kind kinds[QUESTIONS];
static const double FLUSH_SECONDS = 5;

struct annotations {
    struct work *work;
    const struct run_query_table *table;
    struct async_worker *worker;
};

struct ask {
    uint64_t question;
    char uuid[40];
};

void annotations_names_free(struct annotations_names *r)
{
    if (!r)
        return;
    arena_free(r->arena);
    free(r->ids);
    free(r);
}

void annotations_marks_free(struct annotations_marks *m)
{
    if (!m)
        return;
    free(m->rows);
    free(m);
}

/* A run of a newer program may have keys that are not known here. */
static void read_gamma(struct annotations_names *out, const struct run_row *row)
{
    struct err e;
    const char *text = row->config ? row->config : "";
    struct json *j = json_parse(text, strlen(text), row->name, &e);
    const char *gamma = j ? json_get_text(j, "loss.gamma") : NULL;
    if (gamma)
        text_real(gamma, &out->gamma);
    json_free(j);
}

/* The rows of the run's scores, as run_scores_open gives them. */
static void take_ids(struct annotations_names *out, struct work *w, const struct run_row *row)
{
    struct run_truth truth;
    struct err *e = &out->error;
    struct conf *c = saved_run_data(row->config, w);
    if (!run_truth_open(&truth, w, row->name, c, 0, e)) {
        arena_free(out->arena);
        out->arena = truth.arena;
        out->ids = truth.ids;
        out->n = truth.n;
        truth.arena = NULL;
        truth.ids = NULL;
        run_truth_close(&truth);
    }
    conf_free(c);
}

static void read_run(struct annotations_names *out, struct work *w)
{
    struct run_row row = {0};
    struct store *s = store_open(w->database, STORE_READ, &out->error);
    if (!s)
        return;
    if (!run_find(s, out->uuid, &row, &out->error))
        take_ids(out, w, &row);
    read_gamma(out, &row);
    run_row_fini(&row);
    store_close(s);
}

static void *answer_names(void *context, void *asked)
{
    const struct annotations *r = context;
    const struct ask *ask = asked;
    struct annotations_names *out = xcalloc(1, sizeof *out);
    out->arena = arena_new();
    out->question = ask->question;
    memcpy(out->uuid, ask->uuid, sizeof out->uuid);
    out->gamma = conf_real(r->work->conf, CONF_LOSS_GAMMA);
    if (ask->uuid[0])
        read_run(out, r->work);
    else
        out->ids = score_file_ids(r->table->probs, r->table->truth, r->work->conf, out->arena,
                                  &out->n, &out->error);
    return out;
}

static int read_marks(const struct annotations *r, struct mark_row **rows, int *n, struct err *e)
{
    struct store *s = NULL;
    *rows = NULL;
    *n = 0;
    if (r->work->writer)
        writer_flush(r->work->writer, FLUSH_SECONDS);
    if (!file_exists(r->work->database))
        return 0;
    s = store_open(r->work->database, STORE_READ, e);
    int failed = !s || mark_rows_list(s, rows, n, e);
    store_close(s);
    return failed;
}

static void *answer_marks(void *context, void *asked)
{
    const struct ask *ask = asked;
    struct annotations_marks *out = xcalloc(1, sizeof *out);
    out->question = ask->question;
    read_marks(context, &out->rows, &out->n, &out->error);
    return out;
}

struct export_ask {
    enum output_mode mode;
    char path[FILE_PATH_MAX];
};

static void *export(void *context, void *asked)
{
    const struct export_ask *ask = asked;
    int n;
    struct mark_row *rows;
    struct err e = {0};
    if (read_marks(context, &rows, &n, &e) || job_errors_export(ask->path, ask->mode, rows, n, &e))
        log_error("marks not exported: %s", e.text);
    else
        log_info("%d marks exported to %s", n, ask->path);
    free(rows);
    return NULL;
}

struct annotations *annotations_new(struct work *work, const struct run_query_table *table,
                                    struct wake *wake, struct err *e)
{
    struct annotations *r = xcalloc(1, sizeof *r);
    *r = (struct annotations){.work = work, .table = table};
    r->worker = async_worker_new("hpa-annotations", kinds, QUESTIONS, r, wake, e);
    if (r->worker)
        return r;
    free(r);
    return NULL;
}

void annotations_free(struct annotations *r)
{
    if (!r)
        return;
    async_worker_free(r->worker);
    free(r);
}

static void put(struct annotations *r, enum question q, const char *uuid, uint64_t question)
{
    struct ask *ask = xcalloc(1, sizeof *ask);
    ask->question = question;
    snprintf(ask->uuid, sizeof ask->uuid, "%s", uuid);
    async_worker_ask(r->worker, q, ask);
}

void annotations_ask_names(struct annotations *r, const char *uuid, uint64_t question)
{
    put(r, NAMES, uuid, question);
}

void annotations_ask_marks(struct annotations *r, uint64_t question)
{
    put(r, MARKS, "", question);
}

void annotations_export(struct annotations *r, const char *path, enum output_mode mode)
{
    struct export_ask *ask = xcalloc(1, sizeof *ask);
    snprintf(ask->path, sizeof ask->path, "%s", path);
    ask->mode = mode;
    async_worker_ask(r->worker, EXPORT, ask);
}

struct annotations_names *annotations_take_names(struct annotations *r)
{
    return async_worker_take(r->worker, NAMES);
}

struct annotations_marks *annotations_take_marks(struct annotations *r)
{
    return async_worker_take(r->worker, MARKS);
}

bool annotations_keeps(const struct annotations *r)
{
    return r->work->writer;
}

void annotations_mark(struct annotations *r, const struct mark_row *row)
{
    if (r->work->writer)
        store_ops_mark(r->work->writer, row);
}

void annotations_unmark(struct annotations *r, const char *sample, const char *kind)
{
    if (r->work->writer)
        store_ops_unmark(r->work->writer, sample, kind);
}

static void free_names(void *answer)
{
    annotations_names_free(answer);
}

static void free_marks(void *answer)
{
    annotations_marks_free(answer);
}

static const struct async_worker_kind kinds[QUESTIONS] = {
    [EXPORT] = {export, free, true},
    [NAMES] = {answer_names, free_names, false},
    [MARKS] = {answer_marks, free_marks, false},
};
