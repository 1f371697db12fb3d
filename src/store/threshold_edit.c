/* Edits of threshold sets: a numbered list that is cut at the number where a new edit is put. */
#include <string.h>

#include "base/float32.h"
#include "statement.h"
#include "store/threshold_rows.h"

static int cut_off(struct store *s, const char *run_uuid, const char *set_name, int64_t number,
                   struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "DELETE FROM threshold_edits WHERE number >= ?3 AND set_id = (SELECT t.id"
                   " FROM threshold_sets t JOIN runs r ON r.id = t.run_id"
                   " WHERE r.uuid = ?1 AND t.name = ?2)",
                   e);
    statement_text(&q, run_uuid), statement_text(&q, set_name), statement_int(&q, number);
    return statement_end(&q, e);
}

static int append(struct store *s, const char *run_uuid, const char *set_name,
                  const struct threshold_edit *edit, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "INSERT INTO threshold_edits (set_id, number, class, before, after)"
                   " SELECT t.id, ?3, ?4, ?5, ?6 FROM threshold_sets t"
                   " JOIN runs r ON r.id = t.run_id WHERE r.uuid = ?1 AND t.name = ?2",
                   e);
    statement_text(&q, run_uuid), statement_text(&q, set_name), statement_int(&q, edit->number);
    statement_int(&q, edit->class_index);
    statement_real(&q, float32_round(edit->before));
    statement_real(&q, float32_round(edit->after));
    if (statement_end(&q, e))
        return -1;
    return sqlite3_changes(s->db) ? 0
                                  : err_set(e, ERR_NOINPUT, "%s: run %s has no threshold set %s",
                                            s->path, run_uuid, set_name);
}

int threshold_edit_put(struct store *s, const char *run_uuid, const char *set_name,
                       const struct threshold_edit *edit, struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int ok =
        !cut_off(s, run_uuid, set_name, edit->number, e) && !append(s, run_uuid, set_name, edit, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

static void read_edit(struct statement *q, void *out)
{
    struct threshold_edit *edit = out;
    *edit = (struct threshold_edit){.number = statement_get_int(q, 0),
                                    .class_index = (int)statement_get_int(q, 1),
                                    .before = float32_round(statement_get_real(q, 2)),
                                    .after = float32_round(statement_get_real(q, 3))};
}

int threshold_edit_list(struct store *s, const char *run_uuid, const char *set_name,
                        struct threshold_edit **rows, int *n, struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s,
                   "SELECT d.number, d.class, d.before, d.after FROM threshold_edits d"
                   " JOIN threshold_sets t ON t.id = d.set_id JOIN runs r ON r.id = t.run_id"
                   " WHERE r.uuid = ? AND t.name = ? ORDER BY d.number",
                   e);
    statement_text(&q, run_uuid), statement_text(&q, set_name);
    int failed = statement_list(&q, read_edit, sizeof **rows, &list, n, e);
    *rows = list;
    return failed;
}

static bool is_class(int class)
{
    return class >= 0 && class < LABELS_MAX;
}

int threshold_edit_position(const struct threshold_edit *edits, int n, const double *cuts)
{
    double value[LABELS_MAX];
    bool seen[LABELS_MAX] = {false};
    int wrong = 0;
    for (int i = n - 1; i >= 0; i--) {
        int class = edits[i].class_index;
        if (!is_class(class) || seen[class])
            continue;
        seen[class] = true;
        value[class] = edits[i].after;
        wrong += value[class] != cuts[class];
    }
    for (int position = n; position > 0; position--) {
        if (wrong == 0)
            return position;
        const struct threshold_edit *last = &edits[position - 1];
        int class = last->class_index;
        if (!is_class(class))
            continue;
        wrong -= value[class] != cuts[class];
        value[class] = last->before;
        wrong += value[class] != cuts[class];
    }
    return wrong == 0 ? 0 : n;
}

void threshold_edit_by_hand(const struct threshold_set *set, const struct threshold_edit *edits,
                            int n, bool by_hand[LABELS_MAX])
{
    memcpy(by_hand, set->locked, sizeof set->locked);
    for (int i = threshold_edit_position(edits, n, set->cuts); i-- > 0;)
        if (is_class(edits[i].class_index))
            by_hand[edits[i].class_index] = true;
}
