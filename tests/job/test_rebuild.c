/* Rows that a writer lost come back from the run's folder, also when the run's own row is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <string.h>

#include "job/job_runs.h"
#include "small_run.h"
#include "store/event_rows.h"
#include "store/run_rows.h"

static struct err e;

static void change(const struct work *w, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(w->database, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void expect(const struct work *w, const char *status, int epochs, int classes)
{
    struct run_row run;
    struct class_row *rows;
    int n;
    struct store *s = store_open(w->database, STORE_READ, &e);
    assert_int_equal(run_find(s, "one", &run, &e), 0);
    assert_string_equal(run.status, status);
    assert_int_equal(run.epochs_done, epochs);
    assert_int_equal(run_classes(s, run.id, 2, &rows, &n, &e), 0);
    assert_int_equal(n, classes);
    free(rows);
    run_row_fini(&run);
    store_close(s);
}

static void test_rows_that_were_lost(void **state)
{
    (void)state;
    struct work w;
    struct runs_rebuilt built;
    small_train("lost", 1, NULL, 0, NULL);
    small_work_open(&w, "lost", 1);
    expect(&w, "done", 2, 28);
    change(&w, "DELETE FROM epochs WHERE epoch = 2; DELETE FROM class_metrics WHERE epoch = 2;"
               "UPDATE runs SET status = 'running', ended_ms = 0");
    expect(&w, "running", 1, 0);
    assert_int_equal(job_runs_rebuild(w.conf, &built, &e), 0);
    assert_int_equal(built.known, 1);
    assert_int_equal(built.completed, 1);
    expect(&w, "done", 2, 28);
    assert_int_equal(job_runs_rebuild(w.conf, &built, &e), 0);
    assert_int_equal(built.known, 1);
    assert_int_equal(built.completed, 0);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_that_were_lost)};
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
