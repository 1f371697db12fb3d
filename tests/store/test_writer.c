/* The writer: rows in order, bad rows dropped, locks and full disks outlived. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "sample.h"
#include "statement.h"
#include "store/writer.h"
#include "test.h"

static struct store *s; /* another handle on the same file */
static struct writer *w;
static struct err e;
static atomic_int released;

static int fresh(void **state)
{
    (void)state;
    memset(&e, 0, sizeof e);
    unlink(scratch_path("w.db"));
    s = sample_open("w.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    w = writer_new(scratch_path("w.db"), &e);
    atomic_store(&released, 0);
    return w ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    writer_free(w, 5, NULL);
    w = NULL;
    store_close(s);
    return 0;
}

static int put_step(struct store *store, void *data, struct err *error)
{
    return run_put_step(store, "u1", data, error);
}

static void count_release(void *data)
{
    (void)data;
    atomic_fetch_add(&released, 1);
}

static void submit(int64_t from, int n)
{
    for (int64_t i = from; i < from + n; i++) {
        struct step_row row = {i, (double)i, .1, 2};
        writer_submit(w, "row", put_step, &row, sizeof row, count_release);
    }
}

static int64_t number(const char *sql)
{
    int64_t value = -1;
    if (statement_number(s, sql, &value, &e))
        fail_msg("%s", e.text);
    return value;
}

static int logged(uint64_t since, const char *part)
{
    struct log_line line;
    int n = 0;
    for (uint64_t i = since + 1; i <= log_last(); i++)
        n += log_read(i, &line) && strstr(line.text, part);
    return n;
}

static bool wait_for_trouble(void)
{
    for (int i = 0; i < 1000; i++) {
        if (writer_trouble(w, &e))
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return false;
}

static void rows_appear(void **state)
{
    (void)state;
    submit(1, 500);
    assert_true(writer_flush(w, 20));
    assert_int_equal(writer_waiting(w), 0);
    assert_false(writer_trouble(w, NULL));
    assert_int_equal(number("SELECT count(*) FROM steps"), 500);
    assert_int_equal(released, 500);
    assert_true(writer_flush(w, 0)); /* nothing to wait for */
}

static int fail_always(struct store *store, void *data, struct err *error)
{
    (void)store;
    (void)data;
    return err_set(error, ERR_LOCKED, "a row that is wrong in itself");
}

/* Writes a row and then fails: the row must be gone. */
static int write_then_fail(struct store *store, void *data, struct err *error)
{
    return run_put_step(store, "u1", data, error) || run_put_step(store, "nobody", data, error);
}

static void a_bad_row_costs_only_itself(void **state)
{
    (void)state;
    uint64_t since = log_last();
    struct step_row row = {1000, 1, 1, 2};
    submit(1, 3);
    writer_submit(w, "row", fail_always, NULL, 0, count_release);
    writer_submit(w, "row", write_then_fail, &row, sizeof row, NULL);
    submit(4, 3);
    assert_true(writer_flush(w, 20));
    assert_int_equal(number("SELECT count(*) FROM steps"), 6);
    assert_int_equal(released, 7);
    assert_false(writer_trouble(w, NULL));
    assert_int_equal(logged(since, "a row was not written (row): a row that is wrong in itself"),
                     1);
    assert_int_equal(logged(since, "no run nobody"), 1);
}

static void a_lock_is_waited_out(void **state)
{
    (void)state;
    uint64_t since = log_last();
    assert_int_equal(store_begin(s, &e), 0);
    submit(1, 5);
    assert_true(wait_for_trouble());
    assert_int_equal(e.code, ERR_LOCKED);
    submit(6, 5); /* goes on taking rows, at once */
    assert_int_equal(writer_waiting(w), 10);
    assert_false(writer_flush(w, .05));
    assert_int_equal(store_end(s, 1, &e), 0);
    assert_true(writer_flush(w, 20));
    assert_false(writer_trouble(w, NULL));
    assert_int_equal(number("SELECT count(*) FROM steps"), 10);
    assert_int_equal(number("SELECT sum(step) FROM steps"), 55);
    assert_int_equal(released, 10);
    assert_int_equal(logged(since, "rows wait and are tried again"), 1);
    assert_int_equal(logged(since, "the waiting rows are written"), 1);
}

static int limit_pages(struct store *store, void *data, struct err *error)
{
    int64_t now;
    return statement_number(store, data, &now, error);
}

static void limit(const char *pragma)
{
    writer_submit(w, "row", limit_pages, pragma, strlen(pragma) + 1, NULL);
    assert_true(writer_flush(w, 20));
}

/* The limit on pages plays the full disk; a lifted one, the space that came back. */
struct big {
    atomic_bool *lifted;
    int64_t from;
};

static int put_much(struct store *store, void *data, struct err *error)
{
    const struct big *b = data;
    int64_t now;
    if (atomic_load(b->lifted) &&
        statement_number(store, "PRAGMA max_page_count = 100000", &now, error))
        return -1;
    for (int64_t i = b->from; i < b->from + 2000; i++)
        if (run_put_step(store, "u1", &(struct step_row){i, 1, 1, 2}, error))
            return -1;
    return 0;
}

static void a_full_disk_is_waited_out(void **state)
{
    (void)state;
    atomic_bool lifted = false;
    struct big b = {&lifted, 1};
    submit(1, 1);
    limit("PRAGMA max_page_count = 1");
    uint64_t since = log_last();
    assert_int_equal(store_begin(s, &e), 0); /* while the lock is held, a batch gathers */
    submit(6000, 1);
    assert_true(wait_for_trouble());
    writer_submit(w, "row", fail_always, NULL, 0,
                  NULL); /* dropped once, though its batch is repeated */
    writer_submit(w, "row", put_much, &b, sizeof b, NULL);
    submit(5000, 1);
    assert_int_equal(store_end(s, 1, &e), 0);
    while (!wait_for_trouble() || e.code == ERR_LOCKED)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(e.code, ERR_IO);
    assert_non_null(strstr(e.text, "the disk is full"));
    assert_int_equal(number("SELECT count(*) FROM steps"), 2);
    atomic_store(&lifted, true);
    assert_true(writer_flush(w, 20));
    assert_int_equal(number("SELECT count(*) FROM steps"), 2002);
    assert_int_equal(logged(since, "wrong in itself"), 1);
}

/* The file moves away and a copy takes its place: the handle is of no use any more. */
static void a_file_that_was_restored(void **state)
{
    (void)state;
    char *bytes;
    size_t n;
    submit(1, 1);
    assert_true(writer_flush(w, 20));
    assert_int_equal(rename(scratch_path("w.db"), scratch_path("moved.db")), 0);
    assert_int_equal(mkdir(scratch_path("w.db"), 0700), 0); /* something else stands there */
    submit(2, 3);
    assert_true(wait_for_trouble());
    assert_int_equal(rmdir(scratch_path("w.db")), 0);
    store_close(s);
    assert_int_equal(file_read(scratch_path("moved.db"), 1 << 24, &bytes, &n, &e), 0);
    scratch_write("w.db", bytes, n);
    free(bytes);
    assert_true(writer_flush(w, 20));
    s = sample_open("w.db", STORE_WRITE);
    assert_int_equal(number("SELECT count(*) FROM steps"), 4);
}

static int no_rollback(void *unused, int action, const char *what, const char *b, const char *c,
                       const char *d)
{
    (void)unused, (void)b, (void)c, (void)d;
    return action == SQLITE_TRANSACTION && !strcmp(what, "ROLLBACK") ? SQLITE_DENY : SQLITE_OK;
}

/* Fails once as for want of memory, and so does every ROLLBACK of this handle from then on. */
static int fail_and_stay_open(struct store *store, void *data, struct err *error)
{
    atomic_bool *failed = *(atomic_bool **)data;
    if (atomic_exchange(failed, true))
        return 0;
    sqlite3_set_authorizer(store->db, no_rollback, NULL);
    store->last_error = SQLITE_NOMEM;
    return err_set(error, ERR_NOMEM, "no memory for a moment");
}

/* With a transaction left open, no other can be begun by that handle. */
static void a_begin_that_fails_for_ever(void **state)
{
    (void)state;
    atomic_bool failed = false, *where = &failed;
    writer_submit(w, "row", fail_and_stay_open, &where, sizeof where, NULL);
    submit(1, 3);
    assert_true(writer_flush(w, 20));
    assert_int_equal(number("SELECT count(*) FROM steps"), 3);
    assert_int_equal(writer_free(w, 5, &e), 0);
    w = NULL;
    assert_int_equal(writer_free(w, 5, &e), 0); /* none is nothing lost */
}

/* What goes into a file that has no name any more is lost: said, with the way back. */
static void a_store_that_was_deleted(void **state)
{
    (void)state;
    submit(1, 2);
    assert_true(writer_flush(w, 20));
    assert_int_equal(unlink(scratch_path("w.db")), 0);
    submit(3, 4);
    assert_true(writer_flush(w, 20));
    assert_int_equal(writer_free(w, 5, &e), -1);
    w = NULL;
    assert_int_equal(e.code, ERR_IO);
    assert_non_null(strstr(e.text, "4 rows were lost (4 row): "));
    assert_non_null(strstr(e.text, "no run u1"));
    assert_non_null(strstr(e.text, "hpa runs rebuild"));
}

static void what_cannot_be_written_is_counted(void **state)
{
    (void)state;
    uint64_t since = log_last();
    assert_int_equal(store_begin(s, &e), 0);
    submit(1, 7);
    assert_int_equal(writer_free(w, .1, NULL), -1);
    assert_int_equal(released, 7);
    assert_int_equal(logged(since, "7 rows were lost (7 row)"), 1);
    assert_int_equal(store_end(s, 1, &e), 0);
    assert_int_equal(number("SELECT count(*) FROM steps"), 0);
    w = writer_new(scratch_path("w.db"), &e);
    submit(1, 7);
    writer_free(w, 20, NULL); /* writes what waits */
    w = NULL;
    assert_int_equal(number("SELECT count(*) FROM steps"), 7);
}

static void *submit_many(void *argument)
{
    submit(*(int64_t *)argument, 200);
    return NULL;
}

static void from_many_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    int64_t from[4] = {0, 1000, 2000, 3000};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &from[i]), 0);
    while (writer_waiting(w) > 0 || number("SELECT count(*) FROM steps") < 800)
        writer_trouble(w, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(number("SELECT count(*) FROM steps"), 800);
}

static void a_foreign_store_is_reported_at_once(void **state)
{
    (void)state;
    static const char text[] = "this is no database, only a text that is long enough to be one";
    assert_null(writer_new(scratch_write("text.db", text, sizeof text), &e));
    assert_int_equal(e.code, ERR_DATA);
    writer_free(NULL, 1, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(rows_appear),
        TEST(a_bad_row_costs_only_itself),
        TEST(a_lock_is_waited_out),
        TEST(a_full_disk_is_waited_out),
        TEST(a_file_that_was_restored),
        TEST(a_begin_that_fails_for_ever),
        TEST(a_store_that_was_deleted),
        TEST(what_cannot_be_written_is_counted),
        TEST(from_many_threads),
        TEST(a_foreign_store_is_reported_at_once),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
