/* Marks in the store: one row for each sample and kind. A mark that is made again gets the highest
 * id, so ids give the order in which marks were made; the clock may be wrong. */
#include "store/mark_rows.h"

#include "statement.h"

int mark_rows_put(struct store *s, const struct mark_row *row, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "INSERT OR REPLACE INTO marks (id, sample, kind, note, run, made_ms)"
                   " VALUES ((SELECT coalesce(max(id), 0) + 1 FROM marks), ?1, ?2, ?3, ?4, ?5)",
                   e);
    statement_text(&q, row->sample), statement_text(&q, row->kind);
    statement_text(&q, row->note), statement_text(&q, row->run);
    statement_int(&q, row->made_ms);
    return statement_end(&q, e);
}

int mark_rows_remove(struct store *s, const char *sample, const char *kind, int *n, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "DELETE FROM marks WHERE sample = ?1 AND (?2 = '' OR kind = ?2)", e);
    statement_text(&q, sample), statement_text(&q, kind);
    if (statement_end(&q, e))
        return -1;
    *n = sqlite3_changes(s->db);
    return 0;
}

static void read_mark(struct statement *q, void *out)
{
    struct mark_row *row = out;
    row->id = statement_get_int(q, 0);
    statement_get_text(q, 1, row->sample, sizeof row->sample);
    statement_get_text(q, 2, row->kind, sizeof row->kind);
    statement_get_text(q, 3, row->note, sizeof row->note);
    statement_get_text(q, 4, row->run, sizeof row->run);
    row->made_ms = statement_get_int(q, 5);
}

int mark_rows_list(struct store *s, struct mark_row **rows, int *n, struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s, "SELECT id, sample, kind, note, run, made_ms FROM marks ORDER BY id", e);
    int failed = statement_list(&q, read_mark, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}
