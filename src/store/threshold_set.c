/* Threshold sets in the store. Replacing a set keeps its number, so the edits that belong to it
 * stay: a slider saves its set after every move without losing the undo list. */
#include <stdlib.h>
#include <string.h>

#include "base/float32.h"
#include "base/mem.h"
#include "statement.h"
#include "store/threshold_rows.h"

static int put_set(struct store *s, const char *run_uuid, const struct threshold_set *set,
                   struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "INSERT INTO threshold_sets (run_id, name, method, epoch, macro_f1, held_out_f1,"
                   " held_out_std, saved_ms, sequence)"
                   " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT coalesce(max(sequence), 0) + 1"
                   "  FROM threshold_sets WHERE run_id = runs.id) FROM runs WHERE uuid = ?1"
                   " ON CONFLICT (run_id, name) DO UPDATE SET method = ?3, epoch = ?4,"
                   " macro_f1 = ?5, held_out_f1 = ?6, held_out_std = ?7, saved_ms = ?8,"
                   " sequence = excluded.sequence",
                   e);
    statement_text(&q, run_uuid), statement_text(&q, set->name), statement_text(&q, set->method);
    statement_int(&q, set->epoch), statement_real(&q, set->macro_f1);
    statement_real(&q, set->held_out_f1), statement_real(&q, set->held_out_std);
    statement_int(&q, set->saved_ms);
    return statement_end(&q, e);
}

/* 1 found, 0 not, -1. */
static int set_id(struct store *s, const char *run_uuid, const char *name, int64_t *id,
                  struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT t.id FROM threshold_sets t JOIN runs r ON r.id = t.run_id"
                   " WHERE r.uuid = ? AND t.name = ?",
                   e);
    statement_text(&q, run_uuid), statement_text(&q, name);
    int got = statement_next(&q, e);
    if (got > 0)
        *id = statement_get_int(&q, 0);
    statement_close(&q);
    return got;
}

static int put_cuts(struct store *s, int64_t id, const struct threshold_set *set, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "DELETE FROM thresholds WHERE set_id = ?", e);
    statement_int(&q, id);
    int failed = statement_end(&q, e);
    if (failed)
        return -1;
    statement_open(&q, s, "INSERT INTO thresholds (set_id, class, cut, locked) VALUES (?, ?, ?, ?)",
                   e);
    for (int c = 0; c < set->k && !failed; c++) {
        statement_int(&q, id), statement_int(&q, c);
        statement_real(&q, float32_round(set->cuts[c])), statement_int(&q, set->locked[c]);
        failed = statement_again(&q, e);
    }
    statement_close(&q);
    return failed;
}

static int put(struct store *s, const char *run_uuid, const struct threshold_set *set,
               struct err *e)
{
    int64_t id;
    if (put_set(s, run_uuid, set, e))
        return -1;
    int got = set_id(s, run_uuid, set->name, &id, e);
    if (got == 0)
        err_set(e, ERR_NOINPUT, "%s: no run %s", s->path, run_uuid);
    return got > 0 ? put_cuts(s, id, set, e) : -1;
}

int threshold_set_put(struct store *s, const char *run_uuid, const struct threshold_set *set,
                      struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int ok = !put(s, run_uuid, set, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

#define SET_COLUMNS                                                                                \
    "SELECT t.id, t.name, t.method, t.epoch, t.macro_f1, t.held_out_f1, t.held_out_std,"           \
    " t.saved_ms FROM threshold_sets t JOIN runs r ON r.id = t.run_id WHERE r.uuid = ?"

static void read_set(struct statement *q, void *out)
{
    struct threshold_set *set = out;
    memset(set, 0, sizeof *set);
    set->id = statement_get_int(q, 0);
    statement_get_text(q, 1, set->name, sizeof set->name);
    statement_get_text(q, 2, set->method, sizeof set->method);
    set->epoch = (int)statement_get_int(q, 3);
    set->macro_f1 = statement_get_real(q, 4);
    set->held_out_f1 = statement_get_real(q, 5);
    set->held_out_std = statement_get_real(q, 6);
    set->saved_ms = statement_get_int(q, 7);
}

static int read_cuts(struct store *s, struct threshold_set *set, struct err *e)
{
    struct statement q;
    int got;
    statement_open(&q, s,
                   "SELECT class, cut, locked FROM thresholds WHERE set_id = ? ORDER BY class", e);
    statement_int(&q, set->id);
    while ((got = statement_next(&q, e)) > 0) {
        int64_t c = statement_get_int(&q, 0);
        if (c != set->k || c >= LABELS_MAX) {
            got = err_set(e, ERR_DATA, "%s: threshold set %s is damaged at class %lld", s->path,
                          set->name, (long long)c);
            break;
        }
        set->cuts[c] = float32_round(statement_get_real(&q, 1));
        set->locked[c] = statement_get_int(&q, 2) != 0;
        set->k++;
    }
    statement_close(&q);
    return got;
}

static int list_sets(struct store *s, const char *run_uuid, struct threshold_set **rows, int *n,
                     struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s, SET_COLUMNS " ORDER BY t.sequence DESC, t.id DESC", e);
    statement_text(&q, run_uuid);
    int failed = statement_list(&q, read_set, sizeof **rows, &list, n, e);
    *rows = list;
    for (int i = 0; i < *n && !failed; i++)
        failed = read_cuts(s, &(*rows)[i], e);
    if (!failed)
        return 0;
    free(*rows);
    *rows = NULL;
    *n = 0;
    return -1;
}

static int get(struct store *s, const char *run_uuid, const char *name, struct threshold_set *out,
               bool *found, struct err *e)
{
    struct statement q;
    statement_open(&q, s, SET_COLUMNS " AND t.name = ?", e);
    statement_text(&q, run_uuid), statement_text(&q, name);
    int got = statement_next(&q, e);
    if (got > 0)
        read_set(&q, out);
    statement_close(&q);
    *found = got > 0;
    return got > 0 ? read_cuts(s, out, e) : got;
}

static int replace(struct store *s, const char *run_uuid, const struct threshold_set *set,
                   int64_t known_ms, bool *replaced, struct err *e)
{
    bool found;
    struct threshold_set *stored = xmalloc(sizeof *stored);
    int failed = get(s, run_uuid, set->name, stored, &found, e);
    *replaced = !failed && (!found || stored->saved_ms == known_ms);
    free(stored);
    return *replaced ? put(s, run_uuid, set, e) : failed;
}

int threshold_set_replace(struct store *s, const char *run_uuid, const struct threshold_set *set,
                          int64_t known_ms, bool *replaced, struct err *e)
{
    *replaced = false;
    if (store_begin(s, e))
        return -1;
    int ok = !replace(s, run_uuid, set, known_ms, replaced, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

/* Set and cuts are read in one transaction: a writer may stand between two statements. */

int threshold_set_get(struct store *s, const char *run_uuid, const char *name,
                      struct threshold_set *out, bool *found, struct err *e)
{
    *found = false;
    if (store_begin(s, e))
        return -1;
    int failed = get(s, run_uuid, name, out, found, e);
    store_end(s, 0, NULL);
    return failed;
}

int threshold_set_list(struct store *s, const char *run_uuid, struct threshold_set **rows, int *n,
                       struct err *e)
{
    *rows = NULL;
    *n = 0;
    if (store_begin(s, e))
        return -1;
    int failed = list_sets(s, run_uuid, rows, n, e);
    store_end(s, 0, NULL);
    return failed;
}
