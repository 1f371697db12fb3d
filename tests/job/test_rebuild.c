/* Rows that a writer lost come back from the run's folder, also when the run's own row is there. */
#define _GNU_SOURCE
#include <dirent.h>

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "job/job_runs.h"
#include "run/run_state.h"
#include "small_run.h"
#include "store/event_rows.h"
#include "store/run_rows.h"
#include "test.h"

static struct err e;

static void change(const struct work *w, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(w->database, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void expect(const struct work *w, enum run_status status, int epochs, int classes)
{
    struct run_row run;
    struct class_row *rows;
    int n;
    struct store *s = store_open(w->database, STORE_READ, &e);
    assert_int_equal(run_find(s, "one", &run, &e), 0);
    assert_int_equal(run.status, status);
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
    expect(&w, RUN_DONE, 2, 28);
    change(&w, "DELETE FROM epochs WHERE epoch = 2; DELETE FROM class_metrics WHERE epoch = 2;"
               "UPDATE runs SET status = 'running', ended_ms = 0");
    expect(&w, RUN_RUNNING, 1, 0);
    assert_int_equal(job_runs_rebuild(w.conf, &built, &e), 0);
    assert_int_equal(built.known, 1);
    assert_int_equal(built.completed, 1);
    expect(&w, RUN_DONE, 2, 28);
    assert_int_equal(job_runs_rebuild(w.conf, &built, &e), 0);
    assert_int_equal(built.known, 1);
    assert_int_equal(built.completed, 0);
    work_close(&w);
}

/* The same files under a second name. */
static void link_folder(const char *from, const char *to)
{
    char old[FILE_PATH_MAX], new[FILE_PATH_MAX];
    assert_int_equal(mkdir(to, 0700), 0);
    DIR *d = opendir(from);
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d));)
        if (entry->d_name[0] != '.' && !file_join(old, from, entry->d_name, NULL) &&
            !file_join(new, to, entry->d_name, NULL))
            assert_int_equal(link(old, new), 0);
    closedir(d);
}

static enum run_state state_of(const struct work *w, const char *name)
{
    enum run_state state;
    assert_int_equal(run_state_of(w, name, &state, &e), 0);
    return state;
}

static void expect_left_out(const struct work *w, const char *words)
{
    struct runs_rebuilt built;
    assert_int_equal(job_runs_rebuild(w->conf, &built, &e), 0);
    assert_int_equal(built.unreadable, 1);
    assert_int_equal(run_state_check_rows(w, "two", &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, words));
    expect(w, RUN_DONE, 2, 28);
}

static void test_a_folder_under_another_name(void **state)
{
    (void)state;
    struct work w;
    struct runs_rebuilt built;
    struct run_row run;
    char one[FILE_PATH_MAX], two[FILE_PATH_MAX];
    small_train("named", 1, NULL, 0, NULL);
    small_work_open(&w, "named", 1);
    work_run_path(&w, "one", NULL, one, NULL);
    work_run_path(&w, "two", NULL, two, NULL);
    assert_int_equal(symlink("nowhere", two), 0);
    assert_int_equal(state_of(&w, "two"), RUN_STATE_NOT_A_FOLDER);
    assert_int_equal(unlink(two), 0);
    assert_int_equal(state_of(&w, "two"), RUN_STATE_NONE);
    link_folder(one, two);
    assert_int_equal(state_of(&w, "one"), RUN_STATE_WHOLE);
    assert_int_equal(state_of(&w, "two"), RUN_STATE_COPY);
    expect_left_out(&w, "run two is a copy of a run that is listed under another name");
    assert_int_equal(file_remove_tree(one, &e), 0);
    assert_int_equal(state_of(&w, "two"), RUN_STATE_RENAMED);
    assert_int_equal(run_state_check_rows(&w, "two", &e), -1);
    assert_int_equal(job_runs_rebuild(w.conf, &built, &e), 0);
    assert_int_equal(built.completed, 1);
    assert_int_equal(state_of(&w, "two"), RUN_STATE_WHOLE);
    assert_int_equal(run_state_check_rows(&w, "two", &e), 0);
    struct store *s = store_open(w.database, STORE_READ, &e);
    assert_int_equal(run_find(s, "one", &run, &e), -1);
    store_close(s);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_that_were_lost),
                                       cmocka_unit_test(test_a_folder_under_another_name)};
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
