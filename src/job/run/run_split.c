/* What a run's folds were made from. Two splits are the same when their keys in the store are. */
#include "run_split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/run_files.h"
#include "core/run_metadata.h"
#include "data/csv_file.h"
#include "data/split.h"
#include "job/current_split.h"
#include "store/run_rows.h"

enum { SPLIT_BYTES_MAX = 1 << 16 };

int run_split_save(const struct work *w, const char *run, const struct split_row *r, struct err *e)
{
    struct json *j = json_new_object();
    json_put_text(j, "fingerprint", r->fingerprint);
    json_put_text(j, "method", r->method);
    json_put_int(j, "folds", r->folds);
    json_put_int(j, "seed", r->seed);
    json_put_int(j, "samples", r->n);
    json_put_text(j, "val", r->val);
    json_put_text(j, "groups_file", r->groups_file);
    json_put_text(j, "groups_hash", r->groups_hash);
    json_put_text(j, "source", r->source);
    return run_metadata_put(w, run, RUN_FILES_SPLIT, j, e);
}

static void take_text(const struct json *j, const char *key, char *out, size_t size)
{
    const char *text = json_get_text(j, key);
    snprintf(out, size, "%s", text ? text : "");
}

int run_split_load(const struct work *w, const char *run, struct split_row *r, bool *found,
                   struct err *e)
{
    int64_t folds = 0, n = 0;
    struct json *j = run_metadata_get(w, run, RUN_FILES_SPLIT, SPLIT_BYTES_MAX, e);
    *found = false;
    if (!j)
        return e->code == ERR_NONE ? 0 : -1;
    memset(r, 0, sizeof *r);
    take_text(j, "fingerprint", r->fingerprint, sizeof r->fingerprint);
    take_text(j, "method", r->method, sizeof r->method);
    take_text(j, "val", r->val, sizeof r->val);
    take_text(j, "groups_file", r->groups_file, sizeof r->groups_file);
    take_text(j, "groups_hash", r->groups_hash, sizeof r->groups_hash);
    take_text(j, "source", r->source, sizeof r->source);
    *found = json_get_int(j, "folds", &folds) && json_get_int(j, "samples", &n) &&
             json_get_int(j, "seed", &r->seed) && folds >= 2 && folds <= SPLIT_FOLDS_MAX && n > 0;
    r->folds = (int)folds;
    r->n = (int)n;
    json_free(j);
    if (*found)
        return 0;
    return err_set(e, ERR_DATA,
                   "runs/%s/%s is not readable: remove it, and the run has its folds "
                   "alone",
                   run, RUN_FILES_SPLIT);
}

/* Of a run of an older program the store alone knows. */
static int from_store(struct store *s, const char *run, struct split_row *r, int *found,
                      struct err *e)
{
    struct run_row row;
    *found = 0;
    if (run_find(s, run, &row, e))
        return e->code == ERR_NOINPUT ? 0 : -1;
    int64_t id = row.split_id;
    run_row_fini(&row);
    return id ? split_rows_by_id(s, id, r, found, e) : 0;
}

static bool same(const struct split_row *a, const struct split_row *b)
{
    return !strcmp(a->fingerprint, b->fingerprint) && !strcmp(a->method, b->method) &&
           a->folds == b->folds && a->seed == b->seed;
}

void run_split_tell(const struct work *w, const char *run)
{
    struct split_current current;
    struct split_row own;
    struct err e = {0};
    bool there = false, has = false;
    int stored = 0;
    if (current_split_find(w, &current, &there, &e) || !there)
        return;
    if (run_split_load(w, run, &own, &has, &e))
        log_warn("%s", e.text);
    struct store *s = has ? NULL : store_open(w->database, STORE_READ, NULL);
    if (s)
        from_store(s, run, &own, &stored, &e);
    store_close(s);
    if ((!has && !stored) || same(&own, &current.split))
        return;
    char text[CURRENT_SPLIT_TEXT], now[CURRENT_SPLIT_TEXT];
    current_split_text(&own, text);
    current_split_text(&current.split, now);
    log_info("run %s: has its own split (%s), which is not the current one (%s)", run, text, now);
}

static int read_folds(const struct csv_file *f, const struct split_row *r, const char **ids,
                      int *fold, struct err *e)
{
    int id_column = csv_file_column(f, "Id", e), column = csv_file_column(f, "fold", e);
    if (id_column < 0 || column < 0)
        return -1;
    for (int i = 0; i < csv_file_rows(f); i++) {
        int64_t value;
        ids[i] = csv_file_cell(f, i, id_column);
        if (!text_int(csv_file_cell(f, i, column), &value) || value < 0 || value >= r->folds)
            return err_set(e, ERR_DATA, "%s: line %d: no fold of 0..%d", csv_file_path(f),
                           csv_file_line(f, i), r->folds - 1);
        fold[i] = (int)value;
    }
    return 0;
}

static int put_folds(struct store *s, const char *path, struct split_row *r, struct err *e)
{
    struct csv_file *f = csv_file_open(path, e);
    if (!f)
        return -1;
    size_t n = (size_t)csv_file_rows(f);
    const char **ids = mem_array(n + 1, sizeof *ids, "ids", e);
    int *fold = ids ? mem_array(n + 1, sizeof *fold, "folds", e) : NULL;
    r->n = (int)n;
    int failed = !fold || read_folds(f, r, ids, fold, e) || split_rows_put(s, r, ids, fold, e);
    free(ids);
    free(fold);
    csv_file_close(f);
    return failed ? -1 : 0;
}

int run_split_adopt(struct store *s, struct err *e)
{
    struct split_current current;
    struct run_row *rows = NULL;
    int found = 0, has = 0, n = 0, at = 0;
    if (split_rows_current(s, &current, &found, e) || found || run_list(s, &rows, &n, e))
        return found ? 0 : -1;
    while (at < n && !rows[at].split_id)
        at++;
    memset(&current, 0, sizeof current);
    int failed = at < n && split_rows_by_id(s, rows[at].split_id, &current.split, &has, e);
    if (!failed && has) {
        current.made_ms = clock_unix_ms();
        failed = split_rows_set_current(s, &current, e);
        log_info("split: that of run %s is the current one", rows[at].name);
    }
    run_list_free(rows, n);
    return failed ? -1 : 0;
}

int run_split_restore(const struct work *w, struct store *s, const char *run, int64_t *id,
                      struct err *e)
{
    char path[FILE_PATH_MAX];
    struct split_row r;
    bool has;
    int found = 0;
    *id = 0;
    if (run_split_load(w, run, &r, &has, e) || work_run_path(w, run, RUN_FILES_FOLDS, path, e))
        return -1;
    if (!has || !file_exists(path))
        return 0;
    if (split_rows_find(s, &r, &found, e) || (!found && put_folds(s, path, &r, e)))
        return -1;
    *id = r.id;
    return 0;
}

int run_split_folds(const struct work *w, const char *run, char out[FILE_PATH_MAX], struct err *e)
{
    if (work_run_path(w, run, RUN_FILES_FOLDS, out, e))
        return -1;
    if (file_exists(out))
        return 0;
    return err_set(e, ERR_NOINPUT,
                   "%s is not there; it says which samples run %s was trained on: put it back "
                   "from a copy, or train a new run",
                   out, run);
}
