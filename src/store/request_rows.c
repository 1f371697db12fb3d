/* Rows about requests to the trainer of a run. One thread per handle. */
#include "store/request_rows.h"

#include "statement.h"

#define REQUEST_COLUMNS                                                                            \
    "SELECT c.id, c.kind, c.value, c.asked_ms, c.host, c.pid, c.taken_ms, c.answered_ms, c.answer" \
    " FROM run_control c "

static void read_request(struct statement *q, void *out)
{
    struct request_row *r = out;
    r->id = statement_get_int(q, 0);
    statement_get_text(q, 1, r->kind, sizeof r->kind);
    r->value = statement_get_real(q, 2);
    r->asked_ms = statement_get_int(q, 3);
    statement_get_text(q, 4, r->host, sizeof r->host);
    r->pid = (int)statement_get_int(q, 5);
    r->taken_ms = statement_get_int(q, 6);
    r->answered_ms = statement_get_int(q, 7);
    statement_get_text(q, 8, r->answer, sizeof r->answer);
}

int request_rows_ask(struct store *s, const char *run_uuid, struct request_row *r, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "INSERT INTO run_control (run_id, kind, value, asked_ms, host, pid, taken_ms,"
                   " answered_ms, answer) SELECT id, ?, ?, ?, ?, ?, 0, 0, '' FROM runs"
                   " WHERE uuid = ?",
                   e);
    statement_text(&q, r->kind), statement_real(&q, r->value), statement_int(&q, r->asked_ms);
    statement_text(&q, r->host), statement_int(&q, r->pid), statement_text(&q, run_uuid);
    if (statement_end(&q, e))
        return -1;
    if (!sqlite3_changes(s->db))
        return err_set(e, ERR_NOINPUT, "%s: no run %s", s->path, run_uuid);
    r->id = sqlite3_last_insert_rowid(s->db);
    return 0;
}

int request_rows_get(struct store *s, int64_t id, struct request_row *out, struct err *e)
{
    struct statement q;
    statement_open(&q, s, REQUEST_COLUMNS "WHERE c.id = ?", e);
    statement_int(&q, id);
    int got = statement_next(&q, e);
    if (got > 0)
        read_request(&q, out);
    statement_close(&q);
    return got > 0   ? 0
           : got < 0 ? -1
                     : err_set(e, ERR_NOINPUT, "%s: the run was removed meanwhile", s->path);
}

int request_rows_new(struct store *s, const char *run_uuid, struct request_row **rows, int *n,
                     struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s,
                   REQUEST_COLUMNS "JOIN runs r ON r.id = c.run_id WHERE r.uuid = ?"
                                   " AND c.taken_ms = 0 AND c.answered_ms = 0 ORDER BY c.id",
                   e);
    statement_text(&q, run_uuid);
    int failed = statement_list(&q, read_request, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}

int request_rows_take(struct store *s, int64_t id, int64_t now_ms, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE run_control SET taken_ms = ? WHERE id = ? AND answered_ms = 0",
                   e);
    statement_int(&q, now_ms), statement_int(&q, id);
    return statement_end(&q, e);
}

int request_rows_answer(struct store *s, int64_t id, const char *answer, int64_t now_ms,
                        struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE run_control SET answered_ms = ?, answer = ? WHERE id = ?", e);
    statement_int(&q, now_ms), statement_text(&q, answer), statement_int(&q, id);
    return statement_end(&q, e);
}

int request_rows_answer_rest(struct store *s, const char *run_uuid, const char *answer,
                             int64_t now_ms, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "UPDATE run_control SET answered_ms = ?, answer = ? WHERE answered_ms = 0"
                   " AND run_id = (SELECT id FROM runs WHERE uuid = ?)",
                   e);
    statement_int(&q, now_ms), statement_text(&q, answer), statement_text(&q, run_uuid);
    return statement_end(&q, e);
}
