/* Splits in the store: one row and one row per sample, written and replaced in one transaction. */
#include "store/split_rows.h"

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
                   "INSERT INTO splits (fingerprint, method, folds, seed, n)"
                   " VALUES (?1, ?2, ?3, ?4, ?5)"
                   " ON CONFLICT (fingerprint, method, folds, seed) DO UPDATE SET n = ?5",
                   e);
    statement_text(&q, r->fingerprint), statement_text(&q, r->method);
    statement_int(&q, r->folds), statement_int(&q, r->seed), statement_int(&q, r->n);
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
