/* Rows about what happened to a run. One thread per handle. */
#include "store/event_rows.h"

#include "statement.h"

int event_rows_put(struct store *s, const char *run_uuid, const struct event_row *row,
                   struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "INSERT INTO run_events (run_id, at_ms, step, kind, value, detail, number)"
                   " SELECT id, ?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(number), 0) + 1"
                   "  FROM run_events WHERE run_id = runs.id) FROM runs WHERE uuid = ?1"
                   " ON CONFLICT (run_id, at_ms, step, kind) DO UPDATE SET value = ?5, detail = ?6",
                   e);
    statement_text(&q, run_uuid);
    statement_int(&q, row->at_ms), statement_int(&q, row->step);
    statement_text(&q, row->kind), statement_real(&q, row->value);
    statement_text(&q, row->detail);
    if (statement_end(&q, e))
        return -1;
    return sqlite3_changes(s->db) ? 0 : err_set(e, ERR_NOINPUT, "%s: no run %s", s->path, run_uuid);
}

static void read_event(struct statement *q, void *out)
{
    struct event_row *r = out;
    r->at_ms = statement_get_int(q, 0);
    r->step = statement_get_int(q, 1);
    statement_get_text(q, 2, r->kind, sizeof r->kind);
    r->value = statement_get_real(q, 3);
    statement_get_text(q, 4, r->detail, sizeof r->detail);
    r->number = statement_get_int(q, 5);
}

int event_rows_list(struct store *s, int64_t run_id, struct event_row **rows, int *n, struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s,
                   "SELECT at_ms, step, kind, value, detail, number FROM run_events"
                   " WHERE run_id = ? ORDER BY number",
                   e);
    statement_int(&q, run_id);
    int failed = statement_list(&q, read_event, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}
