/* A store that may not be written, read from a copy in memory: committed rows are there, those of a
 * transaction that was cut off are not, the file stays as it is, and nothing is left behind. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "sample.h"
#include "statement.h"
#include "store_copy.h"
#include "test.h"

static struct err e;

static int64_t number(struct store *s, const char *sql)
{
    int64_t value = -1;
    if (statement_number(s, sql, &value, &e))
        fail_msg("%s", e.text);
    return value;
}

static void take_copy(const char *from, const char *to)
{
    char *data, path[300];
    size_t n;
    snprintf(path, sizeof path, "%s", scratch_path(from));
    assert_int_equal(file_read(path, SIZE_MAX / 2, &data, &n, &e), 0);
    assert_int_equal(file_save_all(scratch_path(to), data, n, &e), 0);
    free(data);
}

/* Where copies are laid out; it must be empty whenever nobody copies. */
static void use_folder(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s", scratch_path(name));
    assert_true(mkdir(path, 0700) == 0 || file_exists(path));
    setenv("TMPDIR", path, 1);
}

static void expect_empty(const char *name)
{
    int n = 0;
    DIR *d = opendir(scratch_path(name));
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    assert_int_equal(n, 2); /* . and .. */
}

static void rows_are_copied(void **state)
{
    (void)state;
    use_folder("copies");
    struct store *s = sample_open("one.db", STORE_WRITE);
    sample_insert(s, "u-1", "one");
    sample_insert(s, "u-2", "two");
    struct store *r = sample_open("one.db", STORE_READ);
    assert_int_equal(store_copy_into_memory(r, &e), 0);
    expect_empty("copies");
    sample_insert(s, "u-3", "three"); /* nobody holds the file any more; the copy is of before */
    store_close(s);
    assert_int_equal(number(r, "SELECT count(*) FROM runs"), 2);
    assert_int_equal(number(r, "SELECT length(file) FROM pragma_database_list"), 0);
    assert_int_equal(statement_do(r, "DELETE FROM runs", &e), 0);
    store_close(r);
    r = sample_open("one.db", STORE_READ);
    assert_int_equal(number(r, "SELECT count(*) FROM runs"), 3);
    store_close(r);
}

/* Pages of a transaction that are in the file already, and the journal to roll them back. */
static void what_was_not_committed_is_rolled_back(void **state)
{
    (void)state;
    use_folder("copies");
    struct store *s = sample_open("open.db", STORE_WRITE);
    sample_insert(s, "u-1", "one");
    assert_int_equal(statement_do(s,
                                  "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;"
                                  "CREATE TABLE large (t TEXT);"
                                  "INSERT INTO large WITH RECURSIVE n(i) AS"
                                  " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                                  " SELECT hex(zeroblob(500)) FROM n;"
                                  "UPDATE runs SET name = 'other'",
                                  &e),
                     0);
    take_copy("open.db", "cut.db");
    take_copy("open.db-journal", "cut.db-journal");
    assert_int_equal(statement_do(s, "ROLLBACK", &e), 0);
    store_close(s);

    struct store *r = xcalloc(1, sizeof *r);
    r->path = xstrdup(scratch_path("cut.db"));
    assert_int_equal(sqlite3_open_v2(r->path, &r->db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(store_copy_into_memory(r, &e), 0);
    assert_int_equal(number(r, "SELECT count(*) FROM runs WHERE name = 'one'"), 1);
    assert_int_equal(number(r, "SELECT count(*) FROM sqlite_schema WHERE name = 'large'"), 0);
    assert_true(file_exists(scratch_path("cut.db-journal")));
    expect_empty("copies");
    store_close(r);
}

static void without_a_temporary_folder(void **state)
{
    (void)state;
    struct store *s = sample_open("none.db", STORE_WRITE);
    struct store *r = sample_open("none.db", STORE_READ);
    setenv("TMPDIR", "/nowhere", 1);
    assert_int_equal(store_copy_into_memory(r, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, "there is no temporary folder /nowhere (set TMPDIR)"));
    setenv("TMPDIR", "", 1); /* as if it were not there */
    assert_int_equal(store_copy_into_memory(r, &e), 0);
    store_close(r);
    store_close(s);
}

/* Somebody writes just now: no copy of half a transaction. */
static void a_held_store(void **state)
{
    (void)state;
    use_folder("copies");
    struct store *s = sample_open("held.db", STORE_WRITE);
    struct store *r = sample_open("held.db", STORE_READ);
    assert_int_equal(statement_do(s, "BEGIN EXCLUSIVE", &e), 0);
    assert_int_equal(store_copy_into_memory(r, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    expect_empty("copies");
    assert_int_equal(statement_do(s, "COMMIT", &e), 0);
    assert_int_equal(store_copy_into_memory(r, &e), 0);
    store_close(r);
    store_close(s);
}

static void nothing_to_copy(void **state)
{
    (void)state;
    struct store *s = sample_open("empty.db", STORE_WRITE);
    sample_insert(s, "u-1", "one");
    assert_int_equal(store_copy_of_nothing(s, &e), 0);
    assert_int_equal(number(s, "SELECT count(*) FROM sqlite_schema"), 0);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_copied),
        cmocka_unit_test(what_was_not_committed_is_rolled_back),
        cmocka_unit_test(without_a_temporary_folder),
        cmocka_unit_test(a_held_store),
        cmocka_unit_test(nothing_to_copy),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
