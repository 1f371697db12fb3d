/* Rows about trainings that wait. One thread per handle. */
#include "store/queue_rows.h"

#include <stdlib.h>
#include <string.h>

#include "statement.h"

void queue_rows_free(struct queue_row *rows, int n)
{
    for (int i = 0; i < n; i++)
        free(rows[i].config);
    free(rows);
}

static int check_free(struct store *s, const char *name, struct err *e)
{
    struct statement q;
    statement_open(
        &q, s, "SELECT 1 FROM runs WHERE name = ?1 UNION SELECT 1 FROM queue WHERE name = ?1", e);
    statement_text(&q, name);
    int got = statement_next(&q, e);
    statement_close(&q);
    return got > 0
               ? err_set(e, ERR_LOCKED, "a run named %s exists already; choose another name", name)
               : got;
}

static int add(struct store *s, const struct queue_row *r, struct err *e)
{
    struct statement q;
    if (check_free(s, r->name, e))
        return -1;
    statement_open(&q, s,
                   "INSERT INTO queue (uuid, name, added_ms, begun_ms, epochs, config)"
                   " VALUES (?, ?, ?, 0, ?, ?)",
                   e);
    statement_text(&q, r->uuid), statement_text(&q, r->name);
    statement_int(&q, r->added_ms), statement_int(&q, r->epochs);
    statement_text(&q, r->config);
    return statement_end(&q, e);
}

int queue_rows_add(struct store *s, const struct queue_row *rows, int n, struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int failed = 0;
    for (int i = 0; i < n && !failed; i++)
        failed = add(s, &rows[i], e);
    return store_end(s, !failed, e) || failed ? -1 : 0;
}

static void read_row(struct statement *q, void *out)
{
    struct queue_row *r = out;
    memset(r, 0, sizeof *r);
    r->id = statement_get_int(q, 0);
    statement_get_text(q, 1, r->uuid, sizeof r->uuid);
    statement_get_text(q, 2, r->name, sizeof r->name);
    r->added_ms = statement_get_int(q, 3);
    r->begun_ms = statement_get_int(q, 4);
    r->epochs = (int)statement_get_int(q, 5);
    r->config = statement_get_copy(q, 6);
}

int queue_rows_list(struct store *s, struct queue_row **rows, int *n, struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s,
                   "SELECT id, uuid, name, added_ms, begun_ms, epochs, config FROM queue"
                   " ORDER BY id",
                   e);
    int failed = statement_list(&q, read_row, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}

static int end_one(struct statement *q, const char *uuid, struct err *e)
{
    struct store *s = q->s;
    if (statement_end(q, e))
        return -1;
    return sqlite3_changes(s->db)
               ? 0
               : err_set(e, ERR_NOINPUT, "%s: run %s does not wait (any more)", s->path, uuid);
}

int queue_rows_begin(struct store *s, const char *uuid, int64_t now_ms, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "UPDATE queue SET begun_ms = ? WHERE uuid = ?", e);
    statement_int(&q, now_ms), statement_text(&q, uuid);
    return end_one(&q, uuid, e);
}

int queue_rows_remove(struct store *s, const char *uuid, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "DELETE FROM queue WHERE uuid = ?", e);
    statement_text(&q, uuid);
    return end_one(&q, uuid, e);
}
