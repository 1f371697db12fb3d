/* Splits in the store: one row and one row per sample, written and replaced in one transaction. */
#include "store/split_rows.h"

#include <string.h>

#include "statement.h"

static int find(struct store *s, const struct split_row *r, int64_t *id, int64_t *n, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT id, n FROM splits"
                   " WHERE fingerprint = ? AND method = ? AND folds = ? AND seed = ?",
                   e);
    statement_text(&q, r->fingerprint), statement_text(&q, r->method);
    statement_int(&q, r->folds), statement_int(&q, r->seed);
    int got = statement_next(&q, e);
    if (got > 0) {
        *id = statement_get_int(&q, 0);
        *n = statement_get_int(&q, 1);
    }
    statement_close(&q);
    return got;
}

static int put_split(struct store *s, struct split_row *r, struct err *e)
{
    struct statement q;
    int64_t n;
    statement_open(&q, s,
                   "INSERT INTO splits (fingerprint, method, folds, seed, n, val, groups_file,"
                   " groups_hash, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                   " ON CONFLICT (fingerprint, method, folds, seed) DO UPDATE SET n = ?5,"
                   " val = ?6, groups_file = ?7, groups_hash = ?8, source = ?9",
                   e);
    statement_text(&q, r->fingerprint), statement_text(&q, r->method);
    statement_int(&q, r->folds), statement_int(&q, r->seed), statement_int(&q, r->n);
    statement_text(&q, r->val), statement_text(&q, r->groups_file);
    statement_text(&q, r->groups_hash), statement_text(&q, r->source);
    if (statement_end(&q, e) || find(s, r, &r->id, &n, e) < 0)
        return -1;
    statement_open(&q, s, "DELETE FROM split_samples WHERE split_id = ?", e);
    statement_int(&q, r->id);
    return statement_end(&q, e);
}

static int put_samples(struct store *s, const struct split_row *r, const char *const *ids,
                       const int *fold, struct err *e)
{
    struct statement q;
    int failed = 0;
    statement_open(&q, s, "INSERT INTO split_samples (split_id, sample, fold) VALUES (?, ?, ?)", e);
    for (int i = 0; i < r->n && !failed; i++) {
        statement_int(&q, r->id), statement_text(&q, ids[i]), statement_int(&q, fold[i]);
        failed = statement_again(&q, e);
    }
    statement_close(&q);
    return failed;
}

int split_rows_put(struct store *s, struct split_row *r, const char *const *ids, const int *fold,
                   struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int ok = !put_split(s, r, e) && !put_samples(s, r, ids, fold, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

static int get_samples(struct store *s, const struct split_row *r, const char *const *ids,
                       int *fold, struct err *e)
{
    struct statement q;
    int failed = 0;
    statement_open(&q, s, "SELECT fold FROM split_samples WHERE split_id = ? AND sample = ?", e);
    for (int i = 0; i < r->n && !failed; i++) {
        statement_int(&q, r->id), statement_text(&q, ids[i]);
        int got = statement_next(&q, e);
        if (got > 0)
            fold[i] = (int)statement_get_int(&q, 0);
        else if (got == 0)
            err_set(e, ERR_DATA, "the stored split %lld does not hold sample %s", (long long)r->id,
                    ids[i]);
        if (got > 0 && (fold[i] < 0 || fold[i] >= r->folds))
            got = err_set(e, ERR_DATA, "the stored split %lld has fold %d for sample %s",
                          (long long)r->id, fold[i], ids[i]);
        failed = got > 0 ? statement_reset(&q) : -1;
    }
    statement_close(&q);
    return failed;
}

static int get(struct store *s, struct split_row *r, const char *const *ids, int *fold, int *found,
               struct err *e)
{
    int64_t n;
    int got = find(s, r, &r->id, &n, e);
    *found = got > 0;
    if (got <= 0)
        return got;
    if (n != r->n)
        return err_set(e, ERR_DATA, "the stored split %lld is of %lld samples, not of %d",
                       (long long)r->id, (long long)n, r->n);
    return get_samples(s, r, ids, fold, e);
}

int split_rows_get(struct store *s, struct split_row *r, const char *const *ids, int *fold,
                   int *found, struct err *e)
{
    *found = 0;
    if (store_begin(s, e))
        return -1;
    int failed = get(s, r, ids, fold, found, e);
    store_end(s, 0, NULL); /* only read */
    return failed;
}

int split_rows_find(struct store *s, struct split_row *r, int *found, struct err *e)
{
    int64_t n;
    int got = find(s, r, &r->id, &n, e);
    *found = got > 0;
    return got < 0 ? -1 : 0;
}

#define SPLIT_COLUMNS                                                                              \
    " s.id, s.fingerprint, s.method, s.folds, s.seed, s.n, s.val, s.groups_file, s.groups_hash,"   \
    " s.source"
enum { SPLIT_COLUMNS_N = 10 };

static void read_split(struct statement *q, struct split_row *r)
{
    memset(r, 0, sizeof *r);
    r->id = statement_get_int(q, 0);
    statement_get_text(q, 1, r->fingerprint, sizeof r->fingerprint);
    statement_get_text(q, 2, r->method, sizeof r->method);
    r->folds = (int)statement_get_int(q, 3);
    r->seed = statement_get_int(q, 4);
    r->n = (int)statement_get_int(q, 5);
    statement_get_text(q, 6, r->val, sizeof r->val);
    statement_get_text(q, 7, r->groups_file, sizeof r->groups_file);
    statement_get_text(q, 8, r->groups_hash, sizeof r->groups_hash);
    statement_get_text(q, 9, r->source, sizeof r->source);
}

int split_rows_by_id(struct store *s, int64_t id, struct split_row *r, int *found, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "SELECT" SPLIT_COLUMNS " FROM splits s WHERE s.id = ?", e);
    statement_int(&q, id);
    int got = statement_next(&q, e);
    if (got > 0)
        read_split(&q, r);
    statement_close(&q);
    *found = got > 0;
    return got < 0 ? -1 : 0;
}

int split_rows_folds(struct store *s, const struct split_row *r, const char *const *ids, int n,
                     int *fold, struct err *e)
{
    struct statement q;
    int failed = 0;
    if (store_begin(s, e))
        return -1;
    statement_open(&q, s, "SELECT fold FROM split_samples WHERE split_id = ? AND sample = ?", e);
    for (int i = 0; i < n && !failed; i++) {
        statement_int(&q, r->id), statement_text(&q, ids[i]);
        int got = statement_next(&q, e);
        fold[i] = got > 0 ? (int)statement_get_int(&q, 0) : -1;
        if (got > 0 && (fold[i] < 0 || fold[i] >= r->folds))
            got = err_set(e, ERR_DATA, "the stored split %lld has fold %d for sample %s",
                          (long long)r->id, fold[i], ids[i]);
        failed = got < 0 ? -1 : statement_reset(&q);
    }
    statement_close(&q);
    store_end(s, 0, NULL); /* only read */
    return failed;
}

int split_rows_set_current(struct store *s, const struct split_current *c, struct err *e)
{
    struct statement q;
    int64_t id, n;
    int found = find(s, &c->split, &id, &n, e);
    if (found < 0)
        return -1;
    if (!found)
        return err_set(e, ERR_DATA, "a split that is not stored cannot become the current one");
    statement_open(&q, s,
                   "INSERT INTO current_split (id, split_id, fold, overruled, made_ms)"
                   " VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET"
                   " split_id = ?1, fold = ?2, overruled = ?3, made_ms = ?4",
                   e);
    statement_int(&q, id), statement_int(&q, c->fold);
    statement_text(&q, c->overruled), statement_int(&q, c->made_ms);
    return statement_end(&q, e);
}

int split_rows_current(struct store *s, struct split_current *c, int *found, struct err *e)
{
    struct statement q;
    memset(c, 0, sizeof *c);
    statement_open(&q, s,
                   "SELECT" SPLIT_COLUMNS ", c.fold, c.overruled, c.made_ms"
                   " FROM current_split c JOIN splits s ON s.id = c.split_id",
                   e);
    int got = statement_next(&q, e);
    if (got > 0) {
        read_split(&q, &c->split);
        c->fold = (int)statement_get_int(&q, SPLIT_COLUMNS_N);
        statement_get_text(&q, SPLIT_COLUMNS_N + 1, c->overruled, sizeof c->overruled);
        c->made_ms = statement_get_int(&q, SPLIT_COLUMNS_N + 2);
    }
    statement_close(&q);
    *found = got > 0;
    return got < 0 ? -1 : 0;
}
