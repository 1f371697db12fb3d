/* What a run left out, one row per sample, replaced in one transaction. */
#include "store/excluded_rows.h"

#include "statement.h"

static int clear(struct store *s, const char *uuid, struct err *e)
{
    struct statement q;
    statement_open(
        &q, s, "DELETE FROM run_excluded WHERE run_id = (SELECT id FROM runs WHERE uuid = ?)", e);
    statement_text(&q, uuid);
    return statement_end(&q, e);
}

/* A run that is not there has no number, which the table refuses. */
static int insert(struct store *s, const char *uuid, const struct excluded_row *rows, int n,
                  struct err *e)
{
    struct statement q;
    int failed = 0;
    statement_open(&q, s,
                   "INSERT INTO run_excluded (run_id, sample, reason)"
                   " VALUES ((SELECT id FROM runs WHERE uuid = ?), ?, ?)",
                   e);
    for (int i = 0; i < n && !failed; i++) {
        statement_text(&q, uuid), statement_text(&q, rows[i].sample);
        statement_text(&q, rows[i].reason);
        failed = statement_again(&q, e);
    }
    statement_close(&q);
    return failed;
}

int excluded_rows_put(struct store *s, const char *uuid, const struct excluded_row *rows, int n,
                      struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int ok = !clear(s, uuid, e) && !insert(s, uuid, rows, n, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

static void read_row(struct statement *q, void *out)
{
    struct excluded_row *r = out;
    statement_get_text(q, 0, r->sample, sizeof r->sample);
    statement_get_text(q, 1, r->reason, sizeof r->reason);
}

int excluded_rows_list(struct store *s, const char *uuid, struct excluded_row **rows, int *n,
                       struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s,
                   "SELECT sample, reason FROM run_excluded"
                   " WHERE run_id = (SELECT id FROM runs WHERE uuid = ?) ORDER BY sample",
                   e);
    statement_text(&q, uuid);
    int failed = statement_list(&q, read_row, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}
