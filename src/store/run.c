/* Rows about runs. Writers address a run by its uuid, which they know before the row exists;
 * readers by its number. What can be derived (epochs done, the best epoch) is computed when read,
 * so it cannot disagree with the epochs. One thread per handle. */
#include "store/run_rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "statement.h"

void run_row_fini(struct run_row *r)
{
    free(r->config);
    r->config = NULL;
}

/* Writing the run itself. */

static int check_name(const char *name, struct err *e)
{
    char safe[160];
    size_t n = strlen(name);
    text_safe(name, safe, sizeof safe);
    if (!strcmp(name, "last"))
        return err_set(e, ERR_USAGE, "run name \"last\" is taken: it means the newest run");
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            n = 0;
    if (n == 0 || n >= RUN_NAME_MAX || name[0] == '.')
        return err_set(e, ERR_USAGE,
                       "run name \"%s\" is not 1 to %d of A-Z a-z 0-9 . _ - (no leading dot)", safe,
                       RUN_NAME_MAX - 1);
    return 0;
}

/* 1 there is such a run (its number in `*id`), 0 none, -1. */
static int id_of(struct store *s, const char *sql, const char *key, int64_t *id, struct err *e)
{
    struct statement q;
    statement_open(&q, s, sql, e);
    statement_text(&q, key);
    int got = statement_next(&q, e);
    if (got > 0)
        *id = statement_get_int(&q, 0);
    statement_close(&q);
    return got;
}

static int need_run(struct store *s, const char *uuid, int64_t *id, struct err *e)
{
    int got = id_of(s, "SELECT id FROM runs WHERE uuid = ?", uuid, id, e);
    return got > 0 ? 0 : got < 0 ? -1 : err_set(e, ERR_NOINPUT, "%s: no run %s", s->path, uuid);
}

static void bind_engine(struct statement *q, const struct run_engine *x)
{
    statement_text(q, x->cpu_tier), statement_text(q, x->blas), statement_text(q, x->blas_kernel);
    statement_text(q, x->c_library), statement_text(q, x->build);
}

static int insert(struct store *s, const struct run_row *r, struct err *e)
{
    struct statement q;
    statement_open(
        &q, s,
        "INSERT INTO runs (uuid, name, status, started_ms, ended_ms, heartbeat_ms, host,"
        " boot_id, pid, seed, version, fingerprint, split_id, note, error, config,"
        " epochs, sequence, cpu_tier, blas, blas_kernel, c_library, build)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        e);
    statement_text(&q, r->uuid), statement_text(&q, r->name),
        statement_text(&q, run_status_name(r->status));
    statement_int(&q, r->started_ms), statement_int(&q, r->ended_ms);
    statement_int(&q, r->heartbeat_ms);
    statement_text(&q, r->host), statement_text(&q, r->boot_id), statement_int(&q, r->pid);
    statement_int(&q, r->seed), statement_text(&q, r->version);
    statement_text(&q, r->fingerprint), statement_int(&q, r->split_id);
    statement_text(&q, r->note), statement_text(&q, r->error);
    statement_text(&q, r->config ? r->config : "{}"), statement_int(&q, r->epochs);
    statement_int(&q, r->sequence);
    bind_engine(&q, &r->engine);
    return statement_end(&q, e);
}

static int insert_new(struct store *s, struct run_row *r, struct err *e)
{
    int taken = id_of(s, "SELECT id FROM runs WHERE name = ?", r->name, &r->id, e);
    if (taken < 0)
        return -1;
    if (taken)
        return err_set(e, ERR_LOCKED, "a run named %s exists already; choose another name",
                       r->name);
    if (insert(s, r, e))
        return -1;
    r->id = sqlite3_last_insert_rowid(s->db);
    return 0;
}

int run_insert(struct store *s, struct run_row *r, struct err *e)
{
    if (check_name(r->name, e) || store_begin(s, e))
        return -1;
    int ok = !insert_new(s, r, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

/* Ends an UPDATE that must have met exactly one run. */
static int end_update(struct statement *q, const char *uuid, struct err *e)
{
    struct store *s = q->s;
    if (statement_end(q, e))
        return -1;
    return sqlite3_changes(s->db) ? 0 : err_set(e, ERR_NOINPUT, "%s: no run %s", s->path, uuid);
}

int run_set_status(struct store *s, const char *uuid, enum run_status status, int64_t ended_ms,
                   const char *error, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE runs SET status = ?, ended_ms = ?, error = ? WHERE uuid = ?", e);
    statement_text(&q, run_status_name(status)), statement_int(&q, ended_ms);
    statement_text(&q, error ? error : ""), statement_text(&q, uuid);
    return end_update(&q, uuid, e);
}

int run_claim(struct store *s, const struct run_row *r, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "UPDATE runs SET status = 'running', ended_ms = 0, error = '', host = ?,"
                   " boot_id = ?, pid = ?, heartbeat_ms = ?, cpu_tier = ?, blas = ?,"
                   " blas_kernel = ?, c_library = ?, build = ? WHERE uuid = ?",
                   e);
    statement_text(&q, r->host), statement_text(&q, r->boot_id), statement_int(&q, r->pid);
    statement_int(&q, r->heartbeat_ms);
    bind_engine(&q, &r->engine);
    statement_text(&q, r->uuid);
    return end_update(&q, r->uuid, e);
}

int run_set_notes(struct store *s, const char *uuid, const char *note, const char *tags,
                  struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE runs SET note = ?, tags = ? WHERE uuid = ?", e);
    statement_text(&q, note), statement_text(&q, tags), statement_text(&q, uuid);
    return end_update(&q, uuid, e);
}

int run_set_name(struct store *s, const char *uuid, const char *name, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE runs SET name = ? WHERE uuid = ?", e);
    statement_text(&q, name), statement_text(&q, uuid);
    return end_update(&q, uuid, e);
}

int run_remove(struct store *s, const char *uuid, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "DELETE FROM runs WHERE uuid = ?", e);
    statement_text(&q, uuid);
    return end_update(&q, uuid, e);
}

int run_heartbeat(struct store *s, const char *uuid, int64_t now_ms, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE runs SET heartbeat_ms = ? WHERE uuid = ?", e);
    statement_int(&q, now_ms), statement_text(&q, uuid);
    return end_update(&q, uuid, e);
}

/* Only if it is still as it was read: its process may have ended it properly meanwhile. */
int run_interrupt(struct store *s, const struct run_row *r, bool *changed, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "UPDATE runs SET status = 'interrupted', ended_ms = heartbeat_ms WHERE uuid = ?"
                   " AND pid = ? AND boot_id = ? AND status IN ('running', 'paused')",
                   e);
    statement_text(&q, r->uuid), statement_int(&q, r->pid), statement_text(&q, r->boot_id);
    if (statement_end(&q, e))
        return -1;
    *changed = sqlite3_changes(s->db) > 0;
    return 0;
}

/* Reading runs. */

#define RUN_COLUMNS                                                                                   \
    "SELECT r.id, r.uuid, r.name, r.status, r.started_ms, r.ended_ms, r.heartbeat_ms, r.host,"        \
    " r.boot_id, r.pid, r.seed, r.version, r.fingerprint, coalesce(r.split_id, 0), r.note,"           \
    " r.error, r.config, r.epochs,"                                                                   \
    " (SELECT coalesce(max(epoch), 0) FROM epochs WHERE run_id = r.id), b.epoch, b.macro_f1, r.tags," \
    " r.sequence, r.cpu_tier, r.blas, r.blas_kernel, r.c_library, r.build"                            \
    " FROM runs r LEFT JOIN epochs b ON b.run_id = r.id AND b.epoch ="                                \
    " (SELECT epoch FROM epochs WHERE run_id = r.id AND macro_f1 IS NOT NULL"                         \
    "  ORDER BY macro_f1 DESC, val_loss IS NULL, val_loss, epoch LIMIT 1)"

/* Runs of which the order is not known have the sequence 0: only among these the clock decides. */
static const char NEWEST_FIRST[] =
    RUN_COLUMNS " ORDER BY r.sequence DESC, r.started_ms DESC, r.id DESC";
static const char NEWEST[] =
    RUN_COLUMNS " ORDER BY r.sequence DESC, r.started_ms DESC, r.id DESC LIMIT 1";
static const char LIVE[] = RUN_COLUMNS " WHERE r.status IN ('running', 'paused')";
static const char BY_NAME[] = RUN_COLUMNS " WHERE r.uuid = ?1 OR r.name = ?1 LIMIT 1";

static void read_engine(struct statement *q, int column, struct run_engine *x)
{
    statement_get_text(q, column, x->cpu_tier, sizeof x->cpu_tier);
    statement_get_text(q, column + 1, x->blas, sizeof x->blas);
    statement_get_text(q, column + 2, x->blas_kernel, sizeof x->blas_kernel);
    statement_get_text(q, column + 3, x->c_library, sizeof x->c_library);
    statement_get_text(q, column + 4, x->build, sizeof x->build);
}

static void read_run(struct statement *q, struct run_row *r)
{
    char status[16];
    memset(r, 0, sizeof *r);
    r->id = statement_get_int(q, 0);
    statement_get_text(q, 1, r->uuid, sizeof r->uuid);
    statement_get_text(q, 2, r->name, sizeof r->name);
    statement_get_text(q, 3, status, sizeof status);
    r->status = run_status_parse(status);
    r->started_ms = statement_get_int(q, 4);
    r->ended_ms = statement_get_int(q, 5);
    r->heartbeat_ms = statement_get_int(q, 6);
    statement_get_text(q, 7, r->host, sizeof r->host);
    statement_get_text(q, 8, r->boot_id, sizeof r->boot_id);
    r->pid = (int)statement_get_int(q, 9);
    r->seed = statement_get_int(q, 10);
    statement_get_text(q, 11, r->version, sizeof r->version);
    statement_get_text(q, 12, r->fingerprint, sizeof r->fingerprint);
    r->split_id = statement_get_int(q, 13);
    statement_get_text(q, 14, r->note, sizeof r->note);
    statement_get_text(q, 15, r->error, sizeof r->error);
    r->config = statement_get_copy(q, 16);
    r->epochs = (int)statement_get_int(q, 17);
    r->epochs_done = (int)statement_get_int(q, 18);
    r->best_epoch = (int)statement_get_int(q, 19);
    r->macro_f1 = statement_get_real(q, 20);
    statement_get_text(q, 21, r->tags, sizeof r->tags);
    r->sequence = statement_get_int(q, 22);
    read_engine(q, 23, &r->engine);
}

static int no_such_run(struct store *s, const char *which, struct err *e)
{
    struct run_row *rows = NULL;
    int n = 0;
    char safe[RUN_NAME_MAX * 2];
    text_safe(which, safe, sizeof safe);
    if (run_list(s, &rows, &n, e))
        return -1;
    if (n == 0) {
        run_list_free(rows, n);
        return err_set(e, ERR_NOINPUT, "there is no run yet (hpa train makes one)");
    }
    const char **names = xcalloc((size_t)n, sizeof *names);
    for (int i = 0; i < n; i++)
        names[i] = rows[i].name;
    const char *near = text_nearest(which, names, n);
    if (near)
        err_set(e, ERR_NOINPUT, "there is no run %s; did you mean %s?", safe, near);
    else
        err_set(e, ERR_NOINPUT, "there is no run %s; the newest is %s", safe, names[0]);
    free(names);
    run_list_free(rows, n);
    return -1;
}

int run_find(struct store *s, const char *which, struct run_row *out, struct err *e)
{
    struct statement q;
    bool newest = !strcmp(which, "last");
    statement_open(&q, s, newest ? NEWEST : BY_NAME, e);
    if (!newest)
        statement_text(&q, which);
    int got = statement_next(&q, e);
    if (got > 0)
        read_run(&q, out);
    statement_close(&q);
    return got > 0 ? 0 : got < 0 ? -1 : no_such_run(s, which, e);
}

static int list_by(struct store *s, const char *sql, struct run_row **rows, int *n, struct err *e)
{
    struct statement q;
    size_t capacity = 0;
    int got;
    *rows = NULL;
    *n = 0;
    statement_open(&q, s, sql, e);
    while ((got = statement_next(&q, e)) > 0) {
        if (mem_grow(rows, &capacity, (size_t)*n + 1, sizeof **rows, s->path, e)) {
            got = -1;
            break;
        }
        read_run(&q, &(*rows)[(*n)++]);
    }
    statement_close(&q);
    if (got == 0)
        return 0;
    run_list_free(*rows, *n);
    *rows = NULL;
    *n = 0;
    return -1;
}

int run_list(struct store *s, struct run_row **rows, int *n, struct err *e)
{
    return list_by(s, NEWEST_FIRST, rows, n, e);
}

int run_list_live(struct store *s, struct run_row **rows, int *n, struct err *e)
{
    return list_by(s, LIVE, rows, n, e);
}

int run_last_sequence(struct store *s, int64_t *out, struct err *e)
{
    *out = 0;
    return statement_number(s, "SELECT coalesce(max(sequence), 0) FROM runs", out, e);
}

void run_list_free(struct run_row *rows, int n)
{
    for (int i = 0; i < n; i++)
        run_row_fini(&rows[i]);
    free(rows);
}

/* Epochs, steps, classes, artifacts. */

int run_put_epoch(struct store *s, const char *uuid, const struct epoch_row *row, struct err *e)
{
    struct statement q;
    int64_t id;
    if (need_run(s, uuid, &id, e))
        return -1;
    statement_open(&q, s,
                   "INSERT OR REPLACE INTO epochs (run_id, epoch, train_loss, val_loss,"
                   " macro_f1_half, macro_f1, held_out_f1, lr, grad_norm, images_per_second,"
                   " data_wait_percent, seconds, steps, rss_mb)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   e);
    statement_int(&q, id), statement_int(&q, row->epoch);
    statement_real(&q, row->train_loss), statement_real(&q, row->val_loss);
    statement_real(&q, row->macro_f1_half), statement_real(&q, row->macro_f1);
    statement_real(&q, row->held_out_f1);
    statement_real(&q, row->lr), statement_real(&q, row->grad_norm);
    statement_real(&q, row->images_per_second), statement_real(&q, row->data_wait_percent);
    statement_real(&q, row->seconds), statement_int(&q, row->steps);
    statement_real(&q, row->rss_mb);
    return statement_end(&q, e);
}

static void read_epoch(struct statement *q, void *out)
{
    struct epoch_row *r = out;
    *r = (struct epoch_row){
        .epoch = (int)statement_get_int(q, 0),
        .train_loss = statement_get_real(q, 1),
        .val_loss = statement_get_real(q, 2),
        .macro_f1_half = statement_get_real(q, 3),
        .macro_f1 = statement_get_real(q, 4),
        .held_out_f1 = statement_get_real(q, 5),
        .lr = statement_get_real(q, 6),
        .grad_norm = statement_get_real(q, 7),
        .images_per_second = statement_get_real(q, 8),
        .data_wait_percent = statement_get_real(q, 9),
        .seconds = statement_get_real(q, 10),
        .steps = statement_get_int(q, 11),
        .rss_mb = statement_get_real(q, 12),
    };
}

int run_epochs(struct store *s, int64_t run_id, struct epoch_row **rows, int *n, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT epoch, train_loss, val_loss, macro_f1_half, macro_f1, held_out_f1, lr,"
                   " grad_norm, images_per_second, data_wait_percent, seconds, steps, rss_mb"
                   " FROM epochs WHERE run_id = ? ORDER BY epoch",
                   e);
    statement_int(&q, run_id);
    void *list;
    int failed = statement_list(&q, read_epoch, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}

int run_put_step(struct store *s, const char *uuid, const struct step_row *row, struct err *e)
{
    struct statement q;
    int64_t id;
    if (need_run(s, uuid, &id, e))
        return -1;
    statement_open(&q, s,
                   "INSERT OR REPLACE INTO steps (run_id, step, loss, lr, grad_norm)"
                   " VALUES (?, ?, ?, ?, ?)",
                   e);
    statement_int(&q, id), statement_int(&q, row->step);
    statement_real(&q, row->loss), statement_real(&q, row->lr);
    statement_real(&q, row->grad_norm);
    return statement_end(&q, e);
}

static void read_step(struct statement *q, void *out)
{
    struct step_row *r = out;
    *r = (struct step_row){.step = statement_get_int(q, 0),
                           .loss = statement_get_real(q, 1),
                           .lr = statement_get_real(q, 2),
                           .grad_norm = statement_get_real(q, 3)};
}

int run_steps(struct store *s, int64_t run_id, struct step_row **rows, int *n, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT step, loss, lr, grad_norm FROM steps WHERE run_id = ? ORDER BY step", e);
    statement_int(&q, run_id);
    void *list;
    int failed = statement_list(&q, read_step, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}

static int put_classes(struct store *s, int64_t id, int epoch, const struct class_row *rows, int n,
                       struct err *e)
{
    struct statement q;
    statement_open(&q, s, "DELETE FROM class_metrics WHERE run_id = ? AND epoch = ?", e);
    statement_int(&q, id), statement_int(&q, epoch);
    int failed = statement_end(&q, e);
    if (failed)
        return -1;
    statement_open(
        &q, s,
        "INSERT INTO class_metrics (run_id, epoch, class, support, tp, fp, fn, precision,"
        " recall, f1, ap, auc, cut) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        e);
    for (const struct class_row *r = rows; r < rows + n && !failed; r++) {
        statement_int(&q, id), statement_int(&q, epoch), statement_int(&q, r->class_index);
        statement_int(&q, r->support), statement_int(&q, r->tp);
        statement_int(&q, r->fp), statement_int(&q, r->fn);
        statement_real(&q, r->precision), statement_real(&q, r->recall);
        statement_real(&q, r->f1), statement_real(&q, r->ap);
        statement_real(&q, r->auc), statement_real(&q, r->cut);
        failed = statement_again(&q, e);
    }
    statement_close(&q);
    return failed;
}

int run_put_classes(struct store *s, const char *uuid, int epoch, const struct class_row *rows,
                    int n, struct err *e)
{
    int64_t id;
    if (store_begin(s, e))
        return -1;
    int ok = !need_run(s, uuid, &id, e) && !put_classes(s, id, epoch, rows, n, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

static void read_class(struct statement *q, void *out)
{
    struct class_row *r = out;
    *r = (struct class_row){
        .class_index = (int)statement_get_int(q, 0),
        .support = (int)statement_get_int(q, 1),
        .tp = (int)statement_get_int(q, 2),
        .fp = (int)statement_get_int(q, 3),
        .fn = (int)statement_get_int(q, 4),
        .precision = statement_get_real(q, 5),
        .recall = statement_get_real(q, 6),
        .f1 = statement_get_real(q, 7),
        .ap = statement_get_real(q, 8),
        .auc = statement_get_real(q, 9),
        .cut = statement_get_real(q, 10),
    };
}

int run_classes(struct store *s, int64_t run_id, int epoch, struct class_row **rows, int *n,
                struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT class, support, tp, fp, fn, precision, recall, f1, ap, auc, cut"
                   " FROM class_metrics WHERE run_id = ? AND epoch = ? ORDER BY class",
                   e);
    statement_int(&q, run_id), statement_int(&q, epoch);
    void *list;
    int failed = statement_list(&q, read_class, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}

int run_put_artifact(struct store *s, const char *uuid, const char *kind, const char *path,
                     int64_t bytes, uint64_t hash, struct err *e)
{
    struct statement q;
    int64_t id;
    if (need_run(s, uuid, &id, e))
        return -1;
    statement_open(&q, s,
                   "INSERT OR REPLACE INTO artifacts (run_id, path, kind, bytes, hash)"
                   " VALUES (?, ?, ?, ?, ?)",
                   e);
    statement_int(&q, id), statement_text(&q, path), statement_text(&q, kind);
    statement_int(&q, bytes), statement_int(&q, (int64_t)hash);
    return statement_end(&q, e);
}
