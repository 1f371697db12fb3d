/* Validations inside epochs, one row each. */
#include "store/validation_rows.h"

#include "statement.h"

int validation_rows_put(struct store *s, const char *run_uuid, const struct validation_row *row,
                        struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "INSERT OR REPLACE INTO validations (run_id, step, val_loss, macro_f1_half,"
                   " macro_f1) SELECT id, ?2, ?3, ?4, ?5 FROM runs WHERE uuid = ?1",
                   e);
    statement_text(&q, run_uuid), statement_int(&q, row->step);
    statement_real(&q, row->val_loss), statement_real(&q, row->macro_f1_half);
    statement_real(&q, row->macro_f1);
    if (statement_end(&q, e))
        return -1;
    return sqlite3_changes(s->db) ? 0 : err_set(e, ERR_NOINPUT, "%s: no run %s", s->path, run_uuid);
}

static void read_row(struct statement *q, void *out)
{
    struct validation_row *r = out;
    *r = (struct validation_row){.step = statement_get_int(q, 0),
                                 .val_loss = statement_get_real(q, 1),
                                 .macro_f1_half = statement_get_real(q, 2),
                                 .macro_f1 = statement_get_real(q, 3)};
}

int validation_rows_list(struct store *s, int64_t run_id, struct validation_row **rows, int *n,
                         struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT step, val_loss, macro_f1_half, macro_f1 FROM validations"
                   " WHERE run_id = ? ORDER BY step",
                   e);
    statement_int(&q, run_id);
    void *list;
    int failed = statement_list(&q, read_row, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}
