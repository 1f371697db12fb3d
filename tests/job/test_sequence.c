/* Runs are ordered by which was begun last, not by what the clock said: a run under a clock that is
 * years ahead, its resumption, and a store that was lost. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "core/sequence.h"
#include "job/job_runs.h"
#include "job/job_train.h"
#include "small_work.h"
#include "store/run_rows.h"
#include "test.h"

static const double YEARS_AHEAD = 2e9; /* 2033 */

static struct work w;
static struct err e;

/* One step under a clock of that second since 1970. */
static void train(double at, const char *name, const char *resume)
{
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    struct conf *conf = conf_copy(w.conf);
    struct train_request request = {.name = name, .resume = resume, .conf = conf};
    small_set(conf, "train.epochs=1");
    small_set(conf, "train.max_steps=1");
    clock_freeze(at);
    job_init(j, &w, &control, (struct job_observer){0});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    clock_freeze(-1);
    assert_true(writer_flush(w.writer, 60));
    conf_free(conf);
    free(j);
}

/* Names of all runs, the newest first, each with a blank behind. */
static void expect_order(const char *expected)
{
    char names[256] = "";
    struct run_row *rows, last;
    int n;
    struct store *s = store_open(w.database, STORE_READ, &e);
    assert_non_null(s);
    assert_int_equal(run_list(s, &rows, &n, &e), 0);
    for (int i = 0; i < n; i++) {
        strcat(names, rows[i].name);
        strcat(names, " ");
    }
    assert_int_equal(run_find(s, "last", &last, &e), 0);
    assert_string_equal(last.name, rows[0].name);
    assert_string_equal(names, expected);
    run_row_fini(&last);
    run_list_free(rows, n);
    store_close(s);
}

static void lose_store(void)
{
    work_close(&w);
    small_work_open(&w, "clock", 1);
    assert_int_equal(unlink(w.database), 0);
}

static void rebuild(int added)
{
    struct runs_rebuilt built;
    assert_int_equal(job_runs_rebuild(w.conf, &built, &e), 0);
    assert_int_equal(built.added, added);
    assert_int_equal(built.unreadable, 0);
}

static void test_order_is_not_the_clocks(void **state)
{
    (void)state;
    small_work_open(&w, "clock", 1);
    train(1.7e9, "right", NULL);
    train(YEARS_AHEAD, "ahead", NULL);
    train(1.7e9 + 60, "newest", NULL);
    expect_order("newest ahead right ");
    train(YEARS_AHEAD, NULL, "right"); /* was begun first, whenever it is resumed */
    expect_order("newest ahead right ");
    lose_store();
    rebuild(3);
    expect_order("newest ahead right ");
    lose_store();
    train(1.7e9 + 120, "after", NULL); /* into an empty store, beside the folders of the others */
    expect_order("after ");
    train(1.7e9 + 180, NULL, "right"); /* one of them comes back first */
    expect_order("after right ");
    rebuild(2);
    expect_order("after newest ahead right ");
    assert_true(sequence_next(&w) == 5);
    work_close(&w);
}

/* A record that is lost is made good by the checkpoint. */
static void test_a_folder_without_its_record(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX];
    small_work_open(&w, "record", 1);
    train(YEARS_AHEAD, "ahead", NULL);
    train(1.7e9, "newest", NULL);
    assert_int_equal(work_run_path(&w, "newest", "run.json", path, &e), 0);
    assert_int_equal(unlink(path), 0);
    work_close(&w);
    small_work_open(&w, "record", 1);
    assert_int_equal(unlink(w.database), 0);
    rebuild(2);
    expect_order("newest ahead ");
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_is_not_the_clocks),
        cmocka_unit_test(test_a_folder_without_its_record),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
