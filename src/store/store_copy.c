/* Reading a store that may not be written. The file is read through SQLite's own descriptor, under
 * its own lock: closing another descriptor would drop the locks of this process. File and journal
 * are laid into a temporary folder, where SQLite rolls back, and go into memory from there. */
#define _GNU_SOURCE
#include "store_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "statement.h"

static const size_t JOURNAL_MAX = (size_t)1 << 31;

/* One read may ask for no more than an int says. */
enum { PIECE = 1 << 24 };

static int read_pieces(sqlite3_file *f, char *data, sqlite3_int64 size)
{
    int code = SQLITE_OK;
    for (sqlite3_int64 at = 0; at < size && code == SQLITE_OK; at += PIECE)
        code = f->pMethods->xRead(f, data + at, size - at < PIECE ? (int)(size - at) : PIECE, at);
    return code;
}

static int read_locked(const struct store *s, sqlite3_file *f, char **data, sqlite3_int64 *size,
                       struct err *e)
{
    if (f->pMethods->xFileSize(f, size))
        return err_set(e, ERR_IO, "%s: reading failed", s->path);
    *data = mem_array((size_t)*size + 1, 1, "a copy of the store", e);
    if (!*data)
        return -1;
    if (!read_pieces(f, *data, *size))
        return 0;
    free(*data);
    return err_set(e, ERR_IO, "%s: reading failed", s->path);
}

/* Database and journal of the same moment: nobody can write to them meanwhile. */
static int lay_out(const struct store *s, const char *copy, const char *journal, struct err *e)
{
    sqlite3_file *f = NULL;
    sqlite3_int64 size = 0;
    size_t left = 0;
    char from[FILE_PATH_MAX], *data = NULL, *undo = NULL;
    if (snprintf(from, sizeof from, "%s-journal", s->path) >= (int)sizeof from ||
        sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, &f) || !f || !f->pMethods)
        return err_set(e, ERR_IO, "%s: cannot be read", s->path);
    if (f->pMethods->xLock(f, SQLITE_LOCK_SHARED))
        return err_set(e, ERR_LOCKED, "%s: another process holds the store", s->path);
    int failed = read_locked(s, f, &data, &size, e) ||
                 (file_exists(from) && file_read(from, JOURNAL_MAX, &undo, &left, e));
    f->pMethods->xUnlock(f, SQLITE_LOCK_NONE);
    failed = failed || file_save_all(copy, data, (size_t)size, e) ||
             (left && file_save_all(journal, undo, left, e));
    free(data);
    free(undo);
    return failed ? -1 : 0;
}

int store_copy_of_nothing(struct store *s, struct err *e)
{
    sqlite3_close(s->db);
    s->db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(":memory:", &s->db, flags, NULL) == SQLITE_OK)
        return 0;
    return err_set(e, ERR_NOMEM, "%s: does not fit into memory", s->path);
}

static int take(struct store *s, const char *copy, struct err *e)
{
    struct store laid_out = {.path = s->path};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(copy, &laid_out.db, flags, NULL), failed = -1;
    if (code == SQLITE_OK && !store_copy_of_nothing(s, e)) {
        sqlite3_backup *b = sqlite3_backup_init(s->db, "main", laid_out.db, "main");
        if (b)
            sqlite3_backup_step(b, -1);
        failed = !b || sqlite3_backup_finish(b) ? statement_fail(s, e) : 0;
    } else if (laid_out.db && code != SQLITE_OK) {
        statement_fail(&laid_out, e);
    } else if (code != SQLITE_OK) {
        err_set(e, ERR_NOMEM, "%s: does not fit into memory", s->path);
    }
    sqlite3_close(laid_out.db);
    return failed;
}

int store_copy_into_memory(struct store *s, struct err *e)
{
    char folder[FILE_PATH_MAX], copy[FILE_PATH_MAX], journal[FILE_PATH_MAX];
    const char *place = getenv("TMPDIR");
    if (file_join(folder, place && *place ? place : "/tmp", "hpa-XXXXXX", e))
        return -1;
    if (!mkdtemp(folder))
        return err_set(e, ERR_CREATE,
                       "%s: is read-only and cannot be read without a copy, for which there is no "
                       "temporary folder %s (set TMPDIR)",
                       s->path, place && *place ? place : "/tmp");
    int failed = file_join(copy, folder, "hpa.db", e) ||
                 file_join(journal, folder, "hpa.db-journal", e) || lay_out(s, copy, journal, e) ||
                 take(s, copy, e);
    file_remove_tree(folder, NULL);
    return failed ? -1 : 0;
}
