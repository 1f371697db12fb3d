/* Prepared statements, and the one place where SQLite's codes become our errors. Every message
 * names the file; text that comes out of the database is never trusted to be safe to show. One
 * thread per handle. */
#include "statement.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* SQLite takes some errors of the system that end a reading for damage. */
static int reading_failed_by(struct store *s)
{
    int number = 0;
    sqlite3_file_control(s->db, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
    return number == EIO || number == ENXIO || number == ERANGE ? number : 0;
}

static void note_error(struct store *s)
{
    s->last_error = sqlite3_extended_errcode(s->db);
    s->last_errno = sqlite3_system_errno(s->db);
    int number = (s->last_error & 0xFF) == SQLITE_CORRUPT ? reading_failed_by(s) : 0;
    if (number) {
        s->last_error = SQLITE_IOERR_READ;
        s->last_errno = number;
    }
}

static int fail_with(struct store *s, enum err_code code, const char *what, struct err *e)
{
    char reason[256];
    int number = s->last_errno;
    bool renamed = s->last_error != sqlite3_extended_errcode(s->db);
    text_safe(renamed ? sqlite3_errstr(s->last_error) : sqlite3_errmsg(s->db), reason,
              sizeof reason);
    if (number && (code == ERR_IO || code == ERR_CREATE))
        return err_set_errno(e, code, number, "%s: %s (%s)", s->path, what, reason);
    return err_set(e, code, "%s: %s (%s)", s->path, what, reason);
}

int statement_fail(struct store *s, struct err *e)
{
    note_error(s);
    switch (s->last_error & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return err_set(e, ERR_LOCKED,
                       "%s: another process holds the store, or its file system cannot lock "
                       "files; try again, or choose another work.dir",
                       s->path);
    case SQLITE_FULL:
        return err_set(e, ERR_IO, "%s: the disk is full (free some space and try again)", s->path);
    case SQLITE_READONLY:
        return fail_with(s, ERR_IO, "is read-only (check the permissions)", e);
    case SQLITE_IOERR:
        return fail_with(s, ERR_IO, "reading or writing failed", e);
    case SQLITE_CANTOPEN:
        return fail_with(s, ERR_IO, "cannot be opened", e);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fail_with(s, ERR_DATA, "is damaged or no store (move it away to begin a new one)",
                         e);
    case SQLITE_NOMEM:
        return fail_with(s, ERR_NOMEM, "does not fit into memory", e);
    case SQLITE_CONSTRAINT:
        return fail_with(s, ERR_DATA, "refuses the row", e);
    default:
        return fail_with(s, ERR_FAIL, "the statement failed", e);
    }
}

bool statement_may_pass(const struct store *s)
{
    switch (s->last_error & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
        return true;
    default:
        return false;
    }
}

static void check(struct statement *q, int code)
{
    if (code == SQLITE_OK)
        return;
    note_error(q->s);
    q->unbound = true;
    statement_close(q);
}

void statement_open(struct statement *q, struct store *s, const char *sql, struct err *e)
{
    *q = (struct statement){.s = s};
    if (sqlite3_prepare_v2(s->db, sql, -1, &q->st, NULL) != SQLITE_OK) {
        q->st = NULL;
        statement_fail(s, e);
    }
}

void statement_text(struct statement *q, const char *value)
{
    if (!q->st)
        return;
    q->bound++;
    check(q, value ? sqlite3_bind_text(q->st, q->bound, value, -1, SQLITE_TRANSIENT)
                   : sqlite3_bind_null(q->st, q->bound));
}

void statement_int(struct statement *q, int64_t value)
{
    if (q->st)
        check(q, sqlite3_bind_int64(q->st, ++q->bound, value));
}

void statement_real(struct statement *q, double value)
{
    if (q->st)
        check(q, sqlite3_bind_double(q->st, ++q->bound, value)); /* stores NaN as null */
}

int statement_next(struct statement *q, struct err *e)
{
    if (q->unbound)
        return err_set(e, ERR_NOMEM, "%s: a value does not fit into memory", q->s->path);
    if (!q->st)
        return -1;
    int code = sqlite3_step(q->st);
    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : statement_fail(q->s, e);
}

void statement_get_text(struct statement *q, int column, char *out, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(q->st, column);
    out[0] = '\0';
    if (text)
        strncat(out, text, size - 1);
}

char *statement_get_copy(struct statement *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->st, column);
    return xstrdup(text ? text : "");
}

int64_t statement_get_int(struct statement *q, int column)
{
    return sqlite3_column_int64(q->st, column);
}

double statement_get_real(struct statement *q, int column)
{
    if (sqlite3_column_type(q->st, column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(q->st, column);
}

int statement_reset(struct statement *q)
{
    if (q->st)
        sqlite3_reset(q->st); /* repeats the code of a failure that was met already */
    q->bound = 0;
    return 0;
}

int statement_again(struct statement *q, struct err *e)
{
    int failed = statement_next(q, e) < 0 ? -1 : 0;
    statement_reset(q);
    return failed;
}

int statement_end(struct statement *q, struct err *e)
{
    int failed = statement_next(q, e) < 0 ? -1 : 0;
    statement_close(q);
    return failed;
}

void statement_close(struct statement *q)
{
    sqlite3_finalize(q->st);
    q->st = NULL;
}

int statement_list(struct statement *q, statement_read *read, size_t size, void **list, int *n,
                   struct err *e)
{
    char *items = NULL;
    size_t capacity = 0, count = 0;
    int got;
    while ((got = statement_next(q, e)) > 0) {
        if (mem_grow(&items, &capacity, count + 1, size, q->s->path, e)) {
            got = -1;
            break;
        }
        read(q, items + size * count++);
    }
    statement_close(q);
    if (got < 0) {
        free(items);
        items = NULL;
        count = 0;
    }
    *list = items;
    *n = (int)count;
    return got;
}

int statement_do(struct store *s, const char *sql, struct err *e)
{
    for (const char *rest = sql; *rest;) {
        sqlite3_stmt *st = NULL;
        if (sqlite3_prepare_v2(s->db, rest, -1, &st, &rest) != SQLITE_OK)
            return statement_fail(s, e);
        int code = SQLITE_DONE;
        while (st && (code = sqlite3_step(st)) == SQLITE_ROW)
            ;
        if (code != SQLITE_DONE)
            statement_fail(s, e);
        sqlite3_finalize(st);
        if (code != SQLITE_DONE)
            return -1;
    }
    return 0;
}

int statement_number(struct store *s, const char *sql, int64_t *out, struct err *e)
{
    struct statement q;
    statement_open(&q, s, sql, e);
    int got = q.st ? statement_next(&q, e) : -1;
    if (got > 0)
        *out = statement_get_int(&q, 0);
    statement_close(&q);
    return got < 0 ? -1 : 0;
}
