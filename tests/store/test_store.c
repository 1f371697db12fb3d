/* Opening, refusing, migrating, transactions, and what a kill leaves behind. */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "sample.h"
#include "schema.h"
#include "statement.h"
#include "test.h"

static struct err e;

static int64_t number(struct store *s, const char *sql)
{
    int64_t value = -1;
    if (statement_number(s, sql, &value, &e))
        fail_msg("%s", e.text);
    return value;
}

/* A database made by plain SQLite, as another program would. */
static const char *make_foreign(const char *name, const char *sql)
{
    sqlite3 *db;
    const char *path = scratch_path(name);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return path;
}

static void refuse(const char *path, enum store_mode mode, enum err_code code, const char *part)
{
    memset(&e, 0, sizeof e);
    assert_null(store_open(path, mode, &e));
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
    assert_int_equal(e.code, code);
}

static void a_new_store(void **state)
{
    (void)state;
    struct store *s = sample_open("new.db", STORE_WRITE);
    assert_int_equal(number(s, "PRAGMA application_id"), 0x48504131);
    assert_int_equal(number(s, "PRAGMA user_version"), schema_version);
    assert_int_equal(number(s, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number(s, "PRAGMA synchronous"), 2);
    assert_int_equal(number(s, "SELECT count(*) FROM pragma_journal_mode"
                               " WHERE journal_mode = 'truncate'"),
                     1);
    assert_int_equal(number(s, "SELECT count(*) FROM pragma_table_list WHERE type = 'table'"
                               " AND schema = 'main' AND name NOT LIKE 'sqlite%' AND strict = 0"),
                     0);
    store_close(s);
    struct stat st;
    assert_int_equal(stat(scratch_path("new.db"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(file_exists(scratch_path("new.db.v1.bak")));
    s = sample_open("new.db", STORE_WRITE); /* once more, as it is now */
    store_close(s);
}

static void a_reader_cannot_write(void **state)
{
    (void)state;
    struct store *s = sample_open("read.db", STORE_READ);
    struct run_row r = sample_run("u1", "a");
    assert_int_equal(run_insert(s, &r, &e), -1);
    assert_int_equal(e.code, ERR_IO);
    run_row_fini(&r);
    store_close(s);
}

static void foreign_databases(void **state)
{
    (void)state;
    refuse(make_foreign("foreign.db", "CREATE TABLE bookmarks (x)"), STORE_WRITE, ERR_DATA,
           "is a database of another program");
    refuse(scratch_path("foreign.db"), STORE_READ, ERR_DATA, "is a database of another program");
    refuse(make_foreign("wal.db", "PRAGMA journal_mode = WAL; PRAGMA application_id = 5"),
           STORE_WRITE, ERR_DATA, "is a database of another program");
    static const char text[] = "this is no database, only a text that is long enough to be one";
    refuse(scratch_write("text.db", text, sizeof text), STORE_WRITE, ERR_DATA,
           "is damaged or no store");
    refuse(scratch_folder, STORE_WRITE, ERR_NOINPUT, "is a folder, not a regular file");
    assert_int_equal(mkfifo(scratch_path("pipe.db"), 0600), 0);
    refuse(scratch_path("pipe.db"), STORE_READ, ERR_NOINPUT, "is a pipe or device");
    refuse(scratch_path("absent/hpa.db"), STORE_WRITE, ERR_CREATE, "No such file");
}

static void a_newer_store(void **state)
{
    (void)state;
    refuse(make_foreign("newer.db", "PRAGMA application_id = 0x48504131; PRAGMA user_version = 99;"
                                    "CREATE TABLE runs (x)"),
           STORE_WRITE, ERR_DATA, "was written by a newer version of this program (schema 99");
    refuse(scratch_path("newer.db"), STORE_READ, ERR_DATA, "newer version");
}

static void a_damaged_store(void **state)
{
    (void)state;
    struct store *s = sample_open("damaged.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    store_close(s);
    char *bytes;
    size_t n;
    assert_int_equal(file_read(scratch_path("damaged.db"), 1 << 24, &bytes, &n, &e), 0);
    memset(bytes + 4096, 0xA5, n - 4096);
    scratch_write("damaged.db", bytes, n);
    free(bytes);
    s = store_open(scratch_path("damaged.db"), STORE_READ, &e);
    struct run_row r;
    if (s)
        assert_int_equal(run_find(s, "a", &r, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "is damaged"));
    store_close(s);
}

/* Permissions do not bind root, so the trial runs as nobody in a process of its own. */
static void a_read_only_store(void **state)
{
    (void)state;
    struct store *s = sample_open("fixed.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    store_close(s);
    assert_int_equal(chmod(scratch_path("fixed.db"), 0444), 0);
    assert_int_equal(chmod(scratch_folder, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(9);
        if (store_open(scratch_path("fixed.db"), STORE_WRITE, &e) || e.code != ERR_IO ||
            !strstr(e.text, "is read-only (check the permissions"))
            _exit(1);
        struct run_row r;
        s = store_open(scratch_path("fixed.db"), STORE_READ, &e);
        if (!s || run_find(s, "a", &r, &e))
            _exit(2);
        if (store_open(scratch_path("none.db"), STORE_WRITE, &e) || e.code != ERR_CREATE)
            _exit(3);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(scratch_folder, 0700), 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A transaction that is cut off when the first of its pages are in the file: the journal is hot. */
static void cut_off_while_writing(const char *path)
{
    struct store *s = store_open(path, STORE_WRITE, &e);
    if (!s || statement_do(s, "PRAGMA cache_size = 1; PRAGMA cache_spill = 1", &e) ||
        store_begin(s, &e) || statement_do(s, "UPDATE runs SET name = 'half'", &e) ||
        statement_do(
            s,
            "CREATE TABLE filler (x);"
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
            " INSERT INTO filler SELECT zeroblob(3000) FROM n",
            &e))
        _exit(1);
    _exit(0);
}

static void make_old_store(const char *path)
{
    struct store s = {.path = (char *)(uintptr_t)path, .mode = STORE_WRITE};
    assert_int_equal(sqlite3_open(path, &s.db), SQLITE_OK);
    if (schema_migrate(&s, schema_migrations, 1, &e))
        fail_msg("%s", e.text);
    assert_int_equal(sqlite3_close(s.db), SQLITE_OK);
}

/* 0, or what did not hold. */
static int look_without_writing(const char *killed, const char *old, const char *none)
{
    struct run_row r, *rows;
    int n = -1;
    memset(&e, 0, sizeof e);
    struct store *s = store_open(killed, STORE_READ, &e);
    if (e.code != ERR_NONE)
        return 6; /* callers look at this alone */
    if (!s || run_find(s, "a", &r, &e))
        return 1; /* what was committed before is there */
    if (!run_find(s, "half", &r, &e) || !statement_do(s, "DELETE FROM runs", &e))
        return 2;
    store_close(s);
    s = store_open(old, STORE_READ, &e);
    if (!s || run_list(s, &rows, &n, &e) || n != 0)
        return 3;
    store_close(s);
    s = store_open(none, STORE_READ, &e);
    if (!s || run_list(s, &rows, &n, &e) || n != 0)
        return 4;
    store_close(s);
    return store_open(killed, STORE_WRITE, &e) || !strstr(e.text, "is read-only") ? 5 : 0;
}

/* In a process that may not write there; permissions do not bind root. */
static int look_as_nobody(const char *killed, const char *old, const char *none)
{
    int status;
    assert_int_equal(mkdir(scratch_path("tmp"), 0700), 0);
    assert_int_equal(chmod(scratch_path("tmp"), 01777), 0);
    setenv("TMPDIR", scratch_path("tmp"), 1);
    assert_int_equal(chmod(scratch_folder, 0555), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(geteuid() == 0 && (setgid(65534) || setuid(65534))
                  ? 9
                  : look_without_writing(killed, old, none));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(scratch_folder, 0700), 0);
    unsetenv("TMPDIR");
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void read_only_and_not_readable_as_it_is(void **state)
{
    (void)state;
    char killed[512], old[512], journal[600];
    int status;
    snprintf(killed, sizeof killed, "%s", scratch_path("cut.db"));
    snprintf(old, sizeof old, "%s", scratch_path("first.db"));
    snprintf(journal, sizeof journal, "%s-journal", killed);
    struct store *s = sample_open("cut.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    store_close(s);
    pid_t child = fork();
    if (child == 0)
        cut_off_while_writing(killed);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct stat hot, after;
    assert_int_equal(stat(journal, &hot), 0);
    assert_true(hot.st_size > 512);
    make_old_store(old);
    assert_int_equal(chmod(killed, 0444), 0);
    assert_int_equal(chmod(journal, 0444), 0);
    assert_int_equal(chmod(old, 0444), 0);
    assert_int_equal(look_as_nobody(killed, old, scratch_path("none.db")), 0);
    assert_int_equal(stat(journal, &after), 0);
    assert_int_equal(after.st_size, hot.st_size);
    assert_int_not_equal(access(scratch_path("none.db"), F_OK), 0);
    assert_int_equal(rmdir(scratch_path("tmp")), 0); /* nothing is left in it */
}

static void locked_by_another(void **state)
{
    (void)state;
    struct store *holder = sample_open("locked.db", STORE_WRITE);
    struct store *s = sample_open("locked.db", STORE_WRITE);
    sqlite3_busy_timeout(s->db, 50);
    assert_int_equal(store_begin(holder, &e), 0);
    assert_int_equal(store_begin(s, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    assert_non_null(strstr(e.text, "another process holds the store"));
    assert_true(statement_may_pass(s));
    assert_int_equal(store_end(holder, 1, &e), 0);
    assert_int_equal(statement_do(holder, "BEGIN EXCLUSIVE", &e), 0);
    refuse(scratch_path("locked.db"), STORE_READ, ERR_LOCKED, "another process holds the store");
    assert_int_equal(statement_do(holder, "COMMIT", &e), 0);
    assert_int_equal(store_begin(s, &e), 0);
    assert_int_equal(store_end(s, 1, &e), 0);
    store_close(holder);
    store_close(s);
}

static void transactions(void **state)
{
    (void)state;
    struct store *s = sample_open("tx.db", STORE_WRITE);
    assert_int_equal(store_begin(s, &e), 0);
    sample_insert(s, "u1", "kept"); /* opens a savepoint of its own */
    assert_int_equal(store_begin(s, &e), 0);
    sample_insert(s, "u2", "undone");
    assert_int_equal(store_end(s, 0, &e), 0);
    struct store *other = sample_open("tx.db", STORE_READ);
    assert_int_equal(number(other, "SELECT count(*) FROM runs"), 0);
    assert_int_equal(store_end(s, 1, &e), 0);
    assert_int_equal(number(other, "SELECT count(*) FROM runs"), 1);
    assert_int_equal(store_begin(s, &e), 0);
    sample_insert(s, "u3", "never");
    assert_int_equal(store_end(s, 0, &e), 0);
    assert_int_equal(number(other, "SELECT count(*) FROM runs"), 1);
    store_close(other);
    store_close(s);
}

/* PRAGMA max_page_count plays the full disk. */
static void a_full_disk(void **state)
{
    (void)state;
    struct store *s = sample_open("full.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    number(s, "PRAGMA max_page_count = 1"); /* the pages there are */
    assert_int_equal(store_begin(s, &e), 0);
    int failed = 0;
    for (int i = 1; i <= 3000 && !failed; i++)
        failed = run_put_step(s, "u1", &(struct step_row){i, .5, .1, 2}, &e);
    assert_int_equal(failed, -1);
    assert_int_equal(e.code, ERR_IO);
    assert_non_null(strstr(e.text, "the disk is full"));
    assert_true(statement_may_pass(s));
    store_end(s, 0, &e);
    number(s, "PRAGMA max_page_count = 100000");
    assert_int_equal(number(s, "SELECT count(*) FROM steps"), 0);
    assert_int_equal(run_put_step(s, "u1", &(struct step_row){1, .5, .1, 2}, &e), 0);
    store_close(s);
}

/* Versions that exist only here. */
static const char *const three_steps[] = {
    "CREATE TABLE old (a INTEGER) STRICT; INSERT INTO old VALUES (1), (2)",
    "ALTER TABLE old ADD COLUMN b TEXT; UPDATE old SET b = 'x'",
    "CREATE TABLE more (c INTEGER) STRICT",
};
static const char *const broken_step[] = {
    "CREATE TABLE old (a INTEGER) STRICT; INSERT INTO old VALUES (1), (2)",
    "ALTER TABLE old ADD COLUMN b TEXT; INSERT INTO nowhere VALUES (1)",
};

static struct store bare(const char *name)
{
    struct store s = {.path = strdup(scratch_path(name)), .mode = STORE_WRITE};
    assert_int_equal(sqlite3_open(s.path, &s.db), SQLITE_OK);
    return s;
}

static void fini(struct store *s)
{
    assert_int_equal(sqlite3_close(s->db), SQLITE_OK);
    free(s->path);
}

static void migrations_in_order(void **state)
{
    (void)state;
    struct store s = bare("steps.db");
    assert_int_equal(schema_migrate(&s, three_steps, 1, &e), 0);
    assert_false(file_exists(scratch_path("steps.db.v1.bak")));
    assert_int_equal(schema_migrate(&s, three_steps, 3, &e), 0);
    assert_int_equal(number(&s, "PRAGMA user_version"), 3);
    assert_int_equal(number(&s, "SELECT count(*) FROM old WHERE b = 'x'"), 2);
    assert_int_equal(number(&s, "SELECT count(*) FROM more"), 0);
    fini(&s);
    s = bare("steps.db.v1.bak");
    assert_int_equal(number(&s, "PRAGMA user_version"), 1);
    assert_int_equal(number(&s, "SELECT count(*) FROM old"), 2);
    assert_int_equal(number(&s, "SELECT count(*) FROM pragma_table_info('old')"), 1);
    fini(&s);
    assert_false(file_exists(scratch_path("steps.db.v2.bak"))); /* one copy a start */
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    (void)state;
    struct store s = bare("broken.db");
    assert_int_equal(schema_migrate(&s, broken_step, 1, &e), 0);
    assert_int_equal(schema_migrate(&s, broken_step, 2, &e), -1);
    assert_int_equal(number(&s, "PRAGMA user_version"), 1);
    assert_int_equal(number(&s, "SELECT count(*) FROM pragma_table_info('old')"), 1);
    fini(&s);
}

/* The child tells every committed step through the pipe; after the kill all of them must be there,
 * and at most one more (committed, not yet told). */
/* The schema as it was before runs had a place in an order. */
static int version_without_order(void)
{
    int version = 0;
    while (!strstr(schema_migrations[version], "ADD COLUMN sequence"))
        version++;
    return version;
}

/* An old store in which the clock was ahead when the second of three runs began. */
static void an_old_store_gets_its_order(void **state)
{
    (void)state;
    static const char *const names[] = {"first", "ahead", "newest"};
    static const int64_t started[] = {1700000000000, 4700000000000, 1700000060000};
    const char *path = make_foreign("old.db", "PRAGMA user_version = 0");
    char sql[512];
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (int i = 0; i < version_without_order(); i++)
        assert_int_equal(sqlite3_exec(db, schema_migrations[i], NULL, NULL, NULL), SQLITE_OK);
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             (int)SCHEMA_APPLICATION, version_without_order());
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < 3; i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO runs (uuid, name, status, started_ms, ended_ms, heartbeat_ms, host,"
                 " boot_id, pid, seed, version, fingerprint, note, error, config, epochs)"
                 " VALUES ('u%d', '%s', 'done', %lld, 0, 0, '', '', 0, 1, '', '', '', '', '{}', 1)",
                 i, names[i], (long long)started[i]);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    struct store *s = sample_open("old.db", STORE_WRITE);
    struct run_row *rows;
    int n;
    assert_int_equal(run_list(s, &rows, &n, &e), 0);
    assert_int_equal(n, 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(rows[i].name, names[2 - i]);
        assert_int_equal(rows[i].sequence, 3 - i);
    }
    run_list_free(rows, n);
    store_close(s);
}

static void write_steps_until_killed(int tell)
{
    struct store *s = store_open(scratch_path("killed.db"), STORE_WRITE, &e);
    if (!s)
        _exit(1);
    for (int64_t i = number(s, "SELECT coalesce(max(step), 0) FROM steps") + 1;; i++) {
        if (store_begin(s, &e))
            _exit(1);
        for (int k = 0; k < 20; k++) { /* enough pages that a commit takes a while */
            struct epoch_row row = {.epoch = (int)(i * 20 + k), .train_loss = .5};
            if (run_put_epoch(s, "u1", &row, &e))
                _exit(1);
        }
        if (run_put_step(s, "u1", &(struct step_row){i, .5, .1, 2}, &e) || store_end(s, 1, &e) ||
            write(tell, &i, sizeof i) != sizeof i)
            _exit(1);
    }
}

static int64_t kill_one(int after_us)
{
    int ends[2];
    int64_t told = 0, last = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        write_steps_until_killed(ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &last, sizeof last), sizeof last); /* it writes now */
    nanosleep(&(struct timespec){.tv_nsec = after_us * 1000L}, NULL);
    kill(child, SIGKILL);
    while (read(ends[0], &told, sizeof told) == sizeof told)
        last = told;
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return last;
}

static void killed_at_any_moment(void **state)
{
    (void)state;
    struct store *s = sample_open("killed.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    store_close(s);
    for (int i = 0; i < 30; i++) {
        int64_t told = kill_one(i * 137 % 1500);
        s = sample_open("killed.db", i % 2 ? STORE_READ : STORE_WRITE);
        int64_t stored = number(s, "SELECT max(step) FROM steps");
        assert_in_range(stored, told, told + 1);
        assert_int_equal(number(s, "SELECT count(*) FROM steps"), stored);
        assert_int_equal(number(s, "SELECT count(*) FROM epochs"), stored * 20);
        assert_int_equal(number(s, "SELECT count(*) FROM pragma_integrity_check"
                                   " WHERE integrity_check = 'ok'"),
                         1);
        store_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_store),
        cmocka_unit_test(a_reader_cannot_write),
        cmocka_unit_test(foreign_databases),
        cmocka_unit_test(a_newer_store),
        cmocka_unit_test(a_damaged_store),
        cmocka_unit_test(a_read_only_store),
        cmocka_unit_test(read_only_and_not_readable_as_it_is),
        cmocka_unit_test(locked_by_another),
        cmocka_unit_test(transactions),
        cmocka_unit_test(a_full_disk),
        cmocka_unit_test(migrations_in_order),
        cmocka_unit_test(a_migration_that_fails_changes_nothing),
        cmocka_unit_test(an_old_store_gets_its_order),
        cmocka_unit_test(killed_at_any_moment),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
