/* Training end to end on drawn data: a run that is stopped and goes on, also inside an epoch and
 * with another number of workers, ends in the same bits as one that was never interrupted. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "core/run_files.h"
#include "job/job_eval.h"
#include "job/job_predict.h"
#include "job/job_tune.h"
#include "logged.h"
#include "run/store_ops.h"
#include "small_run.h"
#include "store/run_rows.h"
#include "store/store.h"
#include "test.h"

enum { TESTS = 6 };

/* No file may grow beyond a megabyte: tables and the store can be written, checkpoints cannot. */
static void fill_disk(bool full)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = full ? 1 << 20 : limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* The disk is full from step `full_from` until the next epoch begins, or all is trained: then the
 * training is told to stop, or the disk has room again. */
struct shortage {
    struct job_control control;
    int64_t full_from;
    enum { TO_NEXT_EPOCH, TO_A_STOP, TO_THE_END } until;
    struct snapshot last;
};

static void all_is_trained(struct shortage *h)
{
    if (h->until == TO_A_STOP)
        control_stop(&h->control, JOB_STOP_EPOCH);
    if (h->until != TO_THE_END)
        return;
    fill_disk(false);
    atomic_store(&h->control.checkpoint, true); /* does not wait for the next try */
}

static void run_short(void *context, const struct snapshot *s)
{
    struct shortage *h = context;
    h->last = *s;
    if (s->phase == PHASE_TRAIN && s->step >= h->full_from)
        fill_disk(h->until != TO_NEXT_EPOCH || s->step <= h->full_from);
    if (s->scores_epoch == 2)
        all_is_trained(h);
}

static void put_file(const struct work *w, const char *name)
{
    char path[FILE_PATH_MAX];
    struct err e;
    assert_int_equal(work_run_path(w, "twin", name, path, &e), 0);
    assert_int_equal(file_save_all(path, "x", 1, &e), 0);
}

static bool has_file(const struct work *w, const char *name)
{
    char path[FILE_PATH_MAX];
    struct err e;
    assert_int_equal(work_run_path(w, "twin", name, path, &e), 0);
    return file_exists(path);
}

/* Two begin the same run at once: who comes second leaves the other's folder alone. */
static void test_who_is_locked_out_takes_nothing_away(void **state)
{
    (void)state;
    struct work w;
    struct job j;
    struct job_control control = {0};
    struct err e;
    char path[FILE_PATH_MAX];
    small_work_open(&w, "twins", 1);
    assert_int_equal(work_run_path(&w, "twin", NULL, path, &e), 0);
    assert_int_equal(file_make_folders(path, &e), 0);
    put_file(&w, "lock");
    put_file(&w, "folds.csv");
    assert_int_equal(work_run_path(&w, "twin", "lock", path, &e), 0);
    int first = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(first, LOCK_EX | LOCK_NB), 0);
    job_init(&j, &w, &control, (struct job_observer){0});
    struct train_request request = {.name = "twin", .go_on = true};
    assert_int_equal(job_train(&j, &request, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    assert_true(has_file(&w, "lock") && has_file(&w, "folds.csv"));
    close(first);
    work_close(&w);
}

/* What no training can do is said before pixels are packed for it. */
static void test_a_network_that_cannot_learn(void **state)
{
    (void)state;
    struct work w;
    struct job j;
    struct job_control control = {0};
    struct err e = {0};
    struct train_request request = {.name = "twin"};
    small_work_open(&w, "single", 1);
    struct conf *conf = conf_copy(w.conf);
    small_set(conf, "train.batch=1");
    request.conf = conf;
    job_init(&j, &w, &control, (struct job_observer){0});
    assert_int_equal(job_train(&j, &request, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.text, "use a batch of 2 or a size above 32 px"));
    assert_false(file_exists(w.folder));
    conf_free(conf);
    work_close(&w);
}

static void test_whole_run(void **state)
{
    (void)state;
    assert_int_equal(small_train("whole", 2, NULL, 0, NULL),
                     10); /* 40 to train, 5 batches of 8, 2 epochs */
}

/* The rate of an epoch is its images by its seconds, waits and all: 5 batches of 8. */
static void test_rates(void **state)
{
    (void)state;
    struct history h = {0};
    small_history("whole", &h);
    assert_int_equal(h.n, 2);
    for (size_t i = 0; i < h.n; i++) {
        const struct epoch_row *row = &h.rows[i];
        double images = row->images_per_second * row->seconds;
        assert_true(images > 39.9 && images < 44);
        assert_true(row->data_wait_percent >= 0 && row->data_wait_percent < 100);
    }
    history_fini(&h);
}

static void test_resumed_inside_epochs(void **state)
{
    (void)state;
    assert_int_equal(small_train("parts", 1, NULL, 2, NULL), 2);
    uint64_t since = log_last();
    assert_int_equal(small_train("parts", 3, "one", 7, NULL), 7);
    assert_true(logged(since, "run one: goes on at epoch 1, step 2 of 10"));
    assert_int_equal(small_train("parts", 2, "last", 0, NULL), 10);
    small_same_run("whole", "parts");
}

/* Weights of a file: how many were loaded is said, and of a prefix only where names have one. */
static void test_begins_with_other_weights(void **state)
{
    (void)state;
    char init[300];
    uint64_t since = log_last();
    snprintf(init, sizeof init, "train.init=%s/whole/runs/one/%s", tempdir, RUN_FILES_BEST);
    small_train("other", 2, NULL, 1, (const char *const[]){init, NULL});
    assert_true(logged(since, " tensors loaded, 0 adapted, 0 skipped"));
    assert_false(logged(since, "their names begin with"));
}

static void stop_in_validation(void *context, const struct snapshot *s)
{
    struct watch *w = context;
    w->last = *s;
    if (s->phase == PHASE_EVAL && s->epoch == 1)
        control_stop(&w->control, JOB_STOP_CHECKPOINT);
}

static void stop_after_the_epoch(void *context, const struct snapshot *s)
{
    struct watch *w = context;
    w->last = *s;
    if (s->phase == PHASE_TRAIN)
        control_stop(&w->control, JOB_STOP_EPOCH);
}

/* One leg that ends as the observer has it, and the rest of the run. */
static void train_in_two(const char *folder, void (*stop)(void *, const struct snapshot *))
{
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct watch *watch = calloc(1, sizeof *watch);
    struct train_request request = {.name = "one"};
    small_work_open(&w, folder, 2);
    job_init(j, &w, &watch->control, (struct job_observer){watch, stop, NULL, NULL});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    assert_int_equal(watch->last.phase, PHASE_DONE);
    assert_true(watch->last.stopped);
    assert_int_equal(watch->last.step, 5);
    work_close(&w);
    free(watch);
    free(j);
    assert_int_equal(small_train(folder, 2, "one", 0, NULL), 10);
    small_same_run("whole", folder);
}

static void test_stopped_between_epochs(void **state)
{
    (void)state;
    uint64_t since = log_last();
    train_in_two("between", stop_after_the_epoch);
    assert_true(logged(since, "run one: goes on at epoch 2, step 5 of 10"));
}

/* The epoch's steps are in the checkpoint, and its validation is made up for. */
static void test_stopped_inside_a_validation(void **state)
{
    (void)state;
    train_in_two("validated", stop_in_validation);
}

static int train_short(const char *folder, int64_t full_from, int until, struct err *e)
{
    struct work w;
    struct job *j = calloc(1, sizeof *j);
    struct shortage *h = calloc(1, sizeof *h);
    struct train_request request = {.name = "one"};
    h->full_from = full_from;
    h->until = until;
    signal(SIGXFSZ, SIG_IGN);
    small_work_open(&w, folder, 2);
    job_init(j, &w, &h->control, (struct job_observer){h, run_short, NULL, NULL});
    int failed = job_train(j, &request, e);
    fill_disk(false);
    assert_false(h->last.stopped);
    work_close(&w);
    free(h);
    free(j);
    return failed;
}

/* A training whose newest epoch could not be written waits for the disk. */
static void test_last_epoch_waits(void **state)
{
    (void)state;
    struct err e = {0};
    uint64_t since = log_last();
    if (train_short("waits", 6, TO_THE_END, &e))
        fail_msg("%s", e.text);
    assert_true(logged(since, "epoch 2 not saved, training goes on"));
    assert_true(logged(since, "all is trained, but epoch 2 is in memory alone"));
    small_same_run("whole", "waits");
}

/* One that is told to stop then is not done; it goes on when it can. */
static void test_last_epoch_not_saved(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(train_short("full", 6, TO_A_STOP, &e), -1);
    assert_true(e.code == ERR_IO || e.code == ERR_CREATE);
    assert_non_null(strstr(e.text, "epoch 2 is not saved"));
    assert_non_null(strstr(e.text, "--resume one"));
    assert_int_equal(small_train("full", 2, "one", 0, NULL), 10);
    small_same_run("whole", "full");
}

static void remove_folder(void *context, const struct snapshot *s)
{
    const char *const *paths = context;
    if (s->phase == PHASE_TRAIN && s->step >= 6)
        rename(paths[0], paths[1]);
}

/* There is no disk to wait for when somebody removed the run's folder. */
static void test_folder_removed(void **state)
{
    (void)state;
    struct work w;
    struct job j;
    struct job_control control = {0};
    struct err e = {0};
    char run[FILE_PATH_MAX], away[FILE_PATH_MAX];
    const char *paths[] = {run, away};
    struct train_request request = {.name = "one"};
    small_work_open(&w, "removed", 2);
    assert_int_equal(work_run_path(&w, "one", NULL, run, &e), 0);
    assert_int_equal(work_run_path(&w, "../away", NULL, away, &e), 0);
    job_init(&j, &w, &control, (struct job_observer){paths, remove_folder, NULL, NULL});
    assert_int_equal(job_train(&j, &request, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "run one: its folder was removed while it was trained"));
    work_close(&w);
}

/* An epoch that could not be written costs a warning; what could be is there at the end. */
static void test_first_epoch_not_saved(void **state)
{
    (void)state;
    struct work w;
    struct saved_run t;
    struct history h = {0};
    struct err e = {0};
    if (train_short("short", 5, TO_NEXT_EPOCH, &e))
        fail_msg("%s", e.text);
    small_work_open(&w, "short", 1);
    assert_int_equal(saved_run_open(&t, &w, "one", "best.safetensors", &e), 0);
    small_history("short", &h);
    assert_int_equal(h.n, 2);
    assert_int_equal(t.point.epoch, history_best(&h)); /* it may have waited in memory */
    history_fini(&h);
    saved_run_close(&t);
    work_close(&w);
}

/* Another process holds the store when all is trained, until the training says that it waits. */
struct holder {
    const char *database;
    uint64_t since;
    struct store *store;
    pthread_t thread;
};

static void *let_go(void *context)
{
    struct holder *h = context;
    struct err e;
    for (int i = 0; i < 3000 && !logged(h->since, "rows wait for the store: "); i++)
        usleep(10000);
    store_end(h->store, false, &e);
    return NULL;
}

static void hold(void *context, const struct snapshot *s)
{
    struct holder *h = context;
    struct err e;
    if (s->scores_epoch < 2 || h->store)
        return;
    h->store = store_open(h->database, STORE_WRITE, &e);
    assert_int_equal(store_begin(h->store, &e), 0);
    assert_int_equal(pthread_create(&h->thread, NULL, let_go, h), 0);
}

static void test_rows_wait_for_the_store(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct run_row row;
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.name = "one"};
    small_work_open(&w, "held", 1);
    struct holder h = {.database = w.database, .since = log_last()};
    job_init(j, &w, &control, (struct job_observer){&h, hold, NULL, NULL});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    struct store *s = store_open(w.database, STORE_READ, &e);
    assert_int_equal(run_find(s, j->now.run_uuid, &row, &e), 0);
    assert_int_equal(row.status, RUN_DONE);
    assert_int_equal(row.epochs_done, 2);
    run_row_fini(&row);
    store_close(s);
    pthread_join(h.thread, NULL);
    store_close(h.store);
    work_close(&w);
    free(j);
}

static void test_name_is_taken(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    struct train_request request = {.name = "one"};
    small_work_open(&w, "whole", 1);
    job_init(j, &w, &control, (struct job_observer){0});
    assert_int_equal(job_train(j, &request, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    assert_non_null(strstr(e.text, "--resume one"));
    request.name = "../escape";
    assert_int_equal(job_train(j, &request, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    request.name = "new"; /* what a form may hold: each value is right, both are not */
    struct conf *conf = conf_copy(w.conf);
    small_set(conf, "split.fold=7");
    request.conf = conf;
    assert_int_equal(job_train(j, &request, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.text, "split.fold: 7 is out of range"));
    conf_free(conf);
    request = (struct train_request){.resume = "nobody"};
    assert_int_equal(job_train(j, &request, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    work_close(&w);
    free(j);
}

static const char *run_uuid(const struct work *w)
{
    static char uuid[40];
    struct saved_run t;
    assert_int_equal(saved_run_open(&t, w, "one", "best.safetensors", NULL), 0);
    memcpy(uuid, t.uuid, sizeof uuid);
    saved_run_close(&t);
    return uuid;
}

static void test_tune_and_predict(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    struct tune_result *results = calloc(TUNE_RESULTS_MAX, sizeof *results);
    struct predict_result *predicted = calloc(1, sizeof *predicted);
    struct eval_result *evaluated = calloc(1, sizeof *evaluated);
    char(*names)[64] = calloc(LABELS_MAX, 64), path[256], *text;
    size_t size;
    int n;
    small_work_open(&w, "whole", 2);
    job_init(j, &w, &control, (struct job_observer){0});
    struct tune_request tune = {.run = "one", .method = "all", .save = "mine"};
    if (job_tune(j, &tune, results, &n, names, &e))
        fail_msg("%s", e.text);
    assert_int_equal(n, 10);
    assert_string_equal(results[2].method, "exact");
    assert_true(results[2].in_sample >= results[0].in_sample); /* exact is the best in-sample */
    assert_true(results[2].in_sample >= results[1].in_sample);
    assert_string_equal(results[9].method, "best");
    assert_true(*results[9].taken && !*results[8].taken);
    struct eval_request eval = {.run = "one", .part = "val", .checkpoint = "best"};
    if (job_eval(j, &eval, evaluated, &e))
        fail_msg("%s", e.text);
    assert_true(evaluated->report.macro_f1 == results[0].in_sample); /* cut .5, the same scores */
    snprintf(path, sizeof path, "%s/submission.csv", tempdir);
    const char *runs[] = {"one"};
    struct predict_request predict = {
        .runs = runs, .runs_n = 1, .out = path, .mode = OUTPUT_REPLACE, .thresholds = "mine"};
    if (job_predict(j, &predict, predicted, &e))
        fail_msg("%s", e.text);
    assert_int_equal(predicted->samples, TESTS);
    assert_int_equal(predicted->unreadable, 0);
    assert_int_equal(file_read(path, 1 << 20, &text, &size, NULL), 0);
    assert_int_equal(strncmp(text, "Id,Predicted\n", 13), 0);
    int lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    assert_int_equal(lines, TESTS + 1);
    free(text);
    struct threshold_set old = {.name = "old", .method = "exact", .epoch = 99, .k = predicted->k};
    assert_int_equal(work_open_store(&w, &e), 0);
    store_ops_set(w.writer, run_uuid(&w), &old);
    assert_true(writer_flush(w.writer, 10));
    predict.thresholds = "old";
    uint64_t since = log_last();
    assert_int_equal(job_predict(j, &predict, predicted, &e), 0);
    assert_true(logged(since, "on the scores of epoch 99"));
    predict.thresholds = "unknown";
    assert_int_equal(job_predict(j, &predict, predicted, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    work_close(&w);
    free(names);
    free(evaluated);
    free(predicted);
    free(results);
    free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_locked_out_takes_nothing_away),
        cmocka_unit_test(test_a_network_that_cannot_learn),
        cmocka_unit_test(test_whole_run),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_resumed_inside_epochs),
        cmocka_unit_test(test_stopped_inside_a_validation),
        cmocka_unit_test(test_stopped_between_epochs),
        cmocka_unit_test(test_begins_with_other_weights),
        cmocka_unit_test(test_last_epoch_waits),
        cmocka_unit_test(test_last_epoch_not_saved),
        cmocka_unit_test(test_folder_removed),
        cmocka_unit_test(test_first_epoch_not_saved),
        cmocka_unit_test(test_rows_wait_for_the_store),
        cmocka_unit_test(test_name_is_taken),
        cmocka_unit_test(test_tune_and_predict),
    };
    return cmocka_run_group_tests_name("job_train", tests, small_data_make, small_data_remove);
}
