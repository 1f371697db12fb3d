/* Scans in the store: one row and its findings, written in one transaction. */
#include "store/scan_rows.h"

#include "statement.h"

static int put_scan(struct store *s, struct scan_row *r, struct err *e)
{
    struct statement q;
    statement_open(&q, s, "DELETE FROM scans WHERE fingerprint = ? AND part = ?", e);
    statement_text(&q, r->fingerprint), statement_text(&q, r->part);
    if (statement_end(&q, e))
        return -1;
    statement_open(
        &q, s,
        "INSERT INTO scans (fingerprint, part, samples, files, errors, warnings, made_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        e);
    statement_text(&q, r->fingerprint), statement_text(&q, r->part);
    statement_int(&q, r->samples), statement_int(&q, r->files);
    statement_int(&q, r->errors), statement_int(&q, r->warnings);
    statement_int(&q, r->made_ms);
    if (statement_end(&q, e))
        return -1;
    r->id = sqlite3_last_insert_rowid(s->db);
    return 0;
}

static int put_findings(struct store *s, int64_t id, const struct scan_finding_row *findings, int n,
                        struct err *e)
{
    struct statement q;
    int failed = 0;
    statement_open(&q, s,
                   "INSERT INTO scan_findings (scan_id, number, sample, channel, severity, kind,"
                   " detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   e);
    for (int i = 0; i < n && !failed; i++) {
        const struct scan_finding_row *f = &findings[i];
        statement_int(&q, id), statement_int(&q, i + 1);
        statement_text(&q, f->sample), statement_text(&q, f->channel);
        statement_text(&q, f->severity), statement_text(&q, f->kind);
        statement_text(&q, f->detail);
        failed = statement_again(&q, e);
    }
    statement_close(&q);
    return failed;
}

int scan_rows_put(struct store *s, struct scan_row *row, const struct scan_finding_row *findings,
                  int n, struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int ok = !put_scan(s, row, e) && !put_findings(s, row->id, findings, n, e);
    return store_end(s, ok, e) || !ok ? -1 : 0;
}

static int get_scan(struct store *s, const char *fingerprint, const char *part,
                    struct scan_row *row, struct err *e)
{
    struct statement q;
    statement_open(&q, s,
                   "SELECT id, fingerprint, part, samples, files, errors, warnings, made_ms"
                   " FROM scans WHERE fingerprint = ? AND part = ? ORDER BY id DESC LIMIT 1",
                   e);
    statement_text(&q, fingerprint), statement_text(&q, part);
    int got = statement_next(&q, e);
    if (got > 0) {
        row->id = statement_get_int(&q, 0);
        statement_get_text(&q, 1, row->fingerprint, sizeof row->fingerprint);
        statement_get_text(&q, 2, row->part, sizeof row->part);
        row->samples = (int)statement_get_int(&q, 3);
        row->files = (int)statement_get_int(&q, 4);
        row->errors = (int)statement_get_int(&q, 5);
        row->warnings = (int)statement_get_int(&q, 6);
        row->made_ms = statement_get_int(&q, 7);
    }
    statement_close(&q);
    return got;
}

static void read_finding(struct statement *q, void *out)
{
    struct scan_finding_row *f = out;
    statement_get_text(q, 0, f->sample, sizeof f->sample);
    statement_get_text(q, 1, f->channel, sizeof f->channel);
    statement_get_text(q, 2, f->severity, sizeof f->severity);
    statement_get_text(q, 3, f->kind, sizeof f->kind);
    statement_get_text(q, 4, f->detail, sizeof f->detail);
}

static int get_findings(struct store *s, int64_t id, struct scan_finding_row **findings, int *n,
                        struct err *e)
{
    struct statement q;
    void *list;
    statement_open(&q, s,
                   "SELECT sample, channel, severity, kind, detail FROM scan_findings"
                   " WHERE scan_id = ? ORDER BY number",
                   e);
    statement_int(&q, id);
    int failed = statement_list(&q, read_finding, sizeof **findings, &list, n, e);
    *findings = list;
    return failed;
}

int scan_rows_last(struct store *s, const char *fingerprint, const char *part, struct scan_row *row,
                   struct scan_finding_row **findings, int *n, bool *found, struct err *e)
{
    *found = false;
    *findings = NULL;
    *n = 0;
    if (store_begin(s, e))
        return -1;
    int got = get_scan(s, fingerprint, part, row, e);
    int failed = got > 0 ? get_findings(s, row->id, findings, n, e) : got;
    store_end(s, 0, NULL); /* only read */
    *found = got > 0 && !failed;
    return failed;
}
