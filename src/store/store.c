/* Opening the database, and transactions. A handle is opened writable even for reading where that
 * is possible, so that the journal of a killed process is rolled back, and then forbidden to write;
 * where it may not be written, a reader that needs that gets a copy in memory. The file is created
 * by mknod: no descriptor of ours is ever opened and closed on it, which would drop the locks that
 * other handles of this process hold. Any thread, one at a time per handle. */
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "schema.h"
#include "statement.h"
#include "store_copy.h"

enum { BUSY_MS = 2000 };

/* Where no store can be made, a reader gets an empty one that is in memory alone: `*none`. */
static int make_file(const char *path, enum store_mode mode, bool *none, struct err *e)
{
    struct stat st;
    if (mknod(path, S_IFREG | 0600, 0) && errno != EEXIST) {
        *none = mode == STORE_READ && file_error_is_read_only(errno);
        return *none ? 0 : err_set_errno(e, ERR_CREATE, errno, "%s", path);
    }
    if (stat(path, &st))
        return err_set_errno(e, ERR_NOINPUT, errno, "%s", path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_NOINPUT, "%s: is a %s, not a regular file", path,
                       S_ISDIR(st.st_mode) ? "folder" : "pipe or device");
    return 0;
}

/* What a database that we did not write could do to us is switched off before it is read. */
static int configure(struct store *s, struct err *e)
{
    sqlite3_busy_timeout(s->db, BUSY_MS);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    return statement_do(s,
                        "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;"
                        "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL",
                        e);
}

static int connect_to(struct store *s, struct err *e)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(s->path, &s->db, flags, NULL) == SQLITE_OK)
        return 0;
    if (!s->db)
        return err_set(e, ERR_NOMEM, "%s: does not fit into memory", s->path);
    return statement_fail(s, e);
}

static bool is_read_only(const struct store *s)
{
    return sqlite3_db_readonly(s->db, "main") == 1 || store_is_read_only(s->path);
}

static int bring_up_to_date(struct store *s, struct err *e)
{
    return statement_do(s, "PRAGMA journal_mode = TRUNCATE", e) ||
                   schema_migrate(s, schema_migrations, schema_version, e)
               ? -1
               : 0;
}

static int prepare_writer(struct store *s, struct err *e)
{
    int have;
    if (is_read_only(s))
        return err_set(e, ERR_IO,
                       "%s: is read-only (check the permissions, or choose another "
                       "work.dir)",
                       s->path);
    return configure(s, e) || schema_check(s, schema_version, &have, e) || bring_up_to_date(s, e)
               ? -1
               : 0;
}

/* A transaction of a killed process is still to be rolled back, and the file may not be written. */
static bool needs_rollback(const struct store *s)
{
    int code = s->last_error & 0xFF; /* the second: the journal may not even be read */
    return code == SQLITE_READONLY || code == SQLITE_CANTOPEN;
}

/* A copy that can be rolled back and brought up to date. */
static int prepare_copy(struct store *s, struct err *e)
{
    int have;
    return store_copy_into_memory(s, e) || configure(s, e) ||
                   schema_check(s, schema_version, &have, e) || bring_up_to_date(s, e)
               ? -1
               : 0;
}

/* SQLite falls back to reading where it may not write. */
static int prepare_reader(struct store *s, struct err *e)
{
    int have = 0;
    struct err why = {0};
    bool fixed = is_read_only(s);
    int failed = configure(s, &why) || schema_check(s, schema_version, &have, &why);
    if (fixed && (failed ? needs_rollback(s) : have < schema_version))
        failed = prepare_copy(s, e);
    else if (failed && e)
        *e = why;
    else if (!failed && !fixed)
        failed = bring_up_to_date(s, e);
    return failed || statement_do(s, "PRAGMA query_only = ON", e) ? -1 : 0;
}

static int open_nothing(struct store *s, struct err *e)
{
    return store_copy_of_nothing(s, e) || configure(s, e) || bring_up_to_date(s, e) ? -1 : 0;
}

static int open_file(struct store *s, struct err *e)
{
    if (connect_to(s, e))
        return -1;
    return s->mode == STORE_WRITE ? prepare_writer(s, e) : prepare_reader(s, e);
}

/* Without a journal there is no transaction: either that file can be written or it can be made. */
bool store_is_read_only(const char *database)
{
    char path[FILE_PATH_MAX];
    if (file_is_read_only(database))
        return true;
    if (snprintf(path, sizeof path, "%s-journal", database) >= (int)sizeof path)
        return false; /* SQLite says so by itself */
    if (file_exists(path))
        return file_is_read_only(path);
    char *slash = strrchr(path, '/');
    if (slash)
        slash[slash == path] = '\0';
    return file_is_read_only(slash ? path : ".");
}

static struct store *open_once(const char *path, enum store_mode mode, bool none, int *failed_by,
                               struct err *e)
{
    struct store *s = xcalloc(1, sizeof *s);
    s->path = xstrdup(path);
    s->mode = mode;
    if (!(none ? open_nothing(s, e) : open_file(s, e)))
        return s;
    *failed_by = s->last_errno;
    store_close(s);
    return NULL;
}

/* As with every file that is read, what disturbs it for a moment is waited out. */
struct store *store_open(const char *path, enum store_mode mode, struct err *e)
{
    bool none = false;
    unsigned waits = 0;
    int failed_by = 0;
    struct store *s;
    if (make_file(path, mode, &none, e))
        return NULL;
    do
        s = open_once(path, mode, none, &failed_by, e);
    while (!s && file_wait_out(failed_by, &waits));
    return s;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    sqlite3_close(s->db);
    free(s->path);
    free(s);
}

/* A failure may leave a transaction open of which nobody knows (a BEGIN that ran out of memory when
 * it had begun, a ROLLBACK that failed): no other can be begun then. */
static void forget_transaction(struct store *s)
{
    int kept = s->last_error;
    if (!s->depth && !sqlite3_get_autocommit(s->db))
        statement_do(s, "ROLLBACK", NULL);
    s->last_error = kept;
}

int store_begin(struct store *s, struct err *e)
{
    char savepoint[32];
    snprintf(savepoint, sizeof savepoint, "SAVEPOINT level%d", s->depth);
    const char *outer = s->mode == STORE_READ ? "BEGIN" : "BEGIN IMMEDIATE";
    forget_transaction(s);
    if (statement_do(s, s->depth ? savepoint : outer, e)) {
        forget_transaction(s);
        return -1;
    }
    s->depth++;
    return 0;
}

/* After some failures SQLite has rolled everything back by itself. */
static void roll_back(struct store *s)
{
    char sql[64];
    if (sqlite3_get_autocommit(s->db))
        return;
    snprintf(sql, sizeof sql, "ROLLBACK TO level%d; RELEASE level%d", s->depth, s->depth);
    int kept = s->last_error;
    statement_do(s, s->depth ? sql : "ROLLBACK", NULL);
    s->last_error = kept;
}

int store_end(struct store *s, int ok, struct err *e)
{
    char release[32];
    s->depth--;
    snprintf(release, sizeof release, "RELEASE level%d", s->depth);
    if (!ok) {
        roll_back(s);
        return 0;
    }
    if (sqlite3_get_autocommit(s->db))
        return err_set(e, ERR_IO, "%s: the database took the transaction back", s->path);
    if (!statement_do(s, s->depth ? release : "COMMIT", e))
        return 0;
    roll_back(s);
    return -1;
}
