/* The runner and the services as the screen uses them: one training at a time, requests that take
 * effect, answers that agree with what the run wrote. */
#include "small_work.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "data/index.h"
#include "job/run_query.h"
#include "job/runner.h"
#include "job/threshold_change.h"

enum { PATIENCE = 60000 }; /* polls of 10 ms: a guard against a hang */

struct async_worker {
    struct work work;
    struct wake wake;
    struct snapshot_box *box;
    struct runner *runner;
    struct run_query *service;
    struct snapshot seen;
};

static struct async_worker *open_desk(const char *folder)
{
    struct async_worker *d = calloc(1, sizeof *d);
    small_work_open(&d->work, folder, 2);
    snprintf(d->work.hold, sizeof d->work.hold, "%s", tempdir);
    assert_int_equal(wake_init(&d->wake), 0);
    d->box = snapshot_box_new(&d->wake);
    d->runner = runner_new(&d->work, d->box, NULL);
    d->service = run_query_new(&d->work, &d->wake, NULL);
    assert_non_null(d->runner);
    assert_non_null(d->service);
    return d;
}

static void close_desk(struct async_worker *d)
{
    run_query_free(d->service);
    runner_free(d->runner);
    snapshot_box_free(d->box);
    work_close(&d->work);
    wake_fini(&d->wake);
    free(d);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

/* The job waits at `step` until it is let. */
static void hold(const char *step)
{
    FILE *f = fopen(tempdir_path(step), "w");
    assert_non_null(f);
    fclose(f);
}

static void let(const char *step)
{
    assert_int_equal(unlink(tempdir_path(step)), 0);
}

static void wait_for_step(struct async_worker *d, int64_t step)
{
    for (int i = 0; d->seen.step < step || d->seen.phase == PHASE_IDLE; i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
        snapshot_copy(d->box, &d->seen);
        assert_true(d->seen.phase != PHASE_FAILED);
    }
}

static struct run_query_run *ask_run(struct async_worker *d, int known_epoch)
{
    struct run_query_run *r;
    run_query_ask_run(d->service, NULL, known_epoch, 0);
    for (int i = 0; !(r = run_query_take_run(d->service)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
    }
    return r;
}

static struct run_query_labels *ask_labels(struct async_worker *d)
{
    struct run_query_labels *l;
    run_query_ask_labels(d->service);
    for (int i = 0; !(l = run_query_take_labels(d->service)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
    }
    return l;
}

static void test_before_any_run(void **state)
{
    (void)state;
    struct async_worker *d = open_desk("fresh");
    struct run_query_labels *l = ask_labels(d);
    assert_int_equal(l->error.code, ERR_NONE);
    assert_int_equal(l->samples, 60);
    assert_int_equal(l->k, 28);
    assert_int_equal(l->train_samples + l->val_samples, 60);
    int labels = 0;
    for (int c = 0; c < l->k; c++) {
        assert_int_equal(l->train[c] + l->val[c], l->count[c]);
        labels += l->count[c];
    }
    assert_true(labels > 60 && l->count[0] > l->count[27]); /* as in the real set */
    assert_false(file_exists(d->work.folder));              /* looking writes nothing */
    free(l);
    struct run_query_run *r = ask_run(d, 0);
    assert_int_equal(r->error.code, ERR_NOINPUT);
    run_query_run_free(r);
    close_desk(d);
}

/* Without folds there are still samples and class names to look at, and the reason is given. */
static void test_labels_without_a_split(void **state)
{
    (void)state;
    struct async_worker *d = open_desk("unsplit");
    small_set(d->work.conf, "split.folds=61");
    struct run_query_labels *l = ask_labels(d);
    assert_int_equal(l->error.code, ERR_NONE);
    assert_int_equal(l->samples, 60);
    assert_string_equal(l->names[0], "Nucleoplasm");
    assert_int_equal(l->train_samples + l->val_samples, 0);
    assert_string_equal(l->split_error.text, "60 samples cannot be split into 61 folds: "
                                             "set split.folds to 60 or fewer");
    free(l);
    small_set(d->work.conf, "split.folds=3");
    l = ask_labels(d);
    assert_int_equal(l->split_error.code, ERR_NONE);
    assert_int_equal(l->train_samples + l->val_samples, 60);
    free(l);
    close_desk(d);
}

static void test_stop_after_the_epoch(void **state)
{
    (void)state;
    struct threshold_set cuts;
    struct err e = {0};
    struct async_worker *d = open_desk("epoch");
    assert_false(runner_busy(d->runner));
    hold("step-1");
    assert_int_equal(runner_train(d->runner, d->work.conf, NULL, NULL, &e), 0);
    assert_true(runner_busy(d->runner));
    assert_int_equal(runner_train(d->runner, d->work.conf, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    wait_for_step(d, 1);
    runner_stop(d->runner, JOB_STOP_EPOCH);
    let("step-1");
    runner_wait(d->runner);
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.phase, PHASE_DONE);
    assert_true(d->seen.stopped);
    assert_int_equal(d->seen.points_n, 1);
    struct scores *scores = snapshot_take_scores(d->box, &cuts);
    assert_non_null(scores);
    assert_int_equal(cuts.epoch, 1);
    writer_flush(d->work.writer, 30);
    struct run_query_run *r = ask_run(d, 0);
    assert_int_equal(r->error.code, ERR_NONE);
    assert_int_equal(r->row.status, RUN_STOPPED);
    assert_true(r->row.split_id > 0);
    assert_false(r->live);
    assert_int_equal(r->epochs_n, 1);
    assert_int_equal(r->scores_epoch, 1);
    assert_int_equal(r->scores->n, scores->n);
    assert_memory_equal(r->scores->p, scores->p,
                        sizeof(float) * (size_t)scores->n * (size_t)scores->k);
    assert_memory_equal(r->scores->truth, scores->truth, sizeof *scores->truth * (size_t)scores->n);
    assert_true(isfinite(r->held_out_f1));
    assert_true(r->held_out_f1 == r->epochs[0].held_out_f1); /* one figure on every tab */
    run_query_run_free(r);
    r = ask_run(d, 1); /* known already: the scores stay where they are */
    assert_null(r->scores);
    run_query_run_free(r);
    scores_free(scores);
    close_desk(d);
}

static void ask_and_leave(struct async_worker *d, uint64_t tables)
{
    struct pollfd fd = {wake_fd(&d->wake), POLLIN, 0};
    wake_clear(&d->wake);
    run_query_ask_run(d->service, NULL, 1, tables);
    assert_int_equal(poll(&fd, 1, 60000), 1);
}

/* The scores are sent again until somebody has taken them, not once. */
static void test_a_table_that_is_written_again(void **state)
{
    (void)state;
    struct async_worker *d = open_desk("epoch"); /* with the run of the test above */
    char table[300];
    struct run_query_run *r = ask_run(d, 0);
    uint64_t tables = r->tables;
    assert_true(tables != 0 && r->scores && !r->relabelled);
    run_query_run_free(r);
    ask_and_leave(d, tables);
    r = run_query_take_run(d->service);
    assert_true(!r->relabelled && !r->scores);
    run_query_run_free(r);
    snprintf(table, sizeof table, "%s/train.csv", small_data);
    assert_int_equal(utimensat(AT_FDCWD, table, (struct timespec[2]){{1, 0}, {1, 0}}, 0), 0);
    ask_and_leave(d, tables);
    ask_and_leave(d, tables); /* asked again before the answer was taken */
    r = run_query_take_run(d->service);
    assert_true(r->relabelled && r->scores && r->tables != tables);
    run_query_run_free(r);
    close_desk(d);
}

static void test_pause_and_resume(void **state)
{
    (void)state;
    struct async_worker *d = open_desk("pause");
    hold("step-1");
    assert_int_equal(runner_train(d->runner, d->work.conf, "paused", NULL, NULL), 0);
    wait_for_step(d, 1);
    runner_pause(d->runner, true);
    for (int i = 0; d->seen.phase != PHASE_PAUSED; i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
        snapshot_copy(d->box, &d->seen);
    }
    int64_t step = d->seen.step;
    let("step-1");
    for (int i = 0; i < 20; i++)
        nap();
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.step, step);
    assert_int_equal(d->seen.phase, PHASE_PAUSED);
    runner_pause(d->runner, false);
    runner_wait(d->runner);
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.step, 10);
    assert_false(d->seen.stopped);
    close_desk(d);
}

static void test_failure_is_shown(void **state)
{
    (void)state;
    struct async_worker *d = open_desk("broken");
    struct conf *c = conf_copy(d->work.conf);
    small_set(c, "data.train_csv=/no/such/table.csv");
    assert_int_equal(runner_train(d->runner, c, NULL, NULL, NULL), 0);
    runner_wait(d->runner);
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.phase, PHASE_FAILED);
    assert_int_equal(d->seen.error.code, ERR_NOINPUT);
    assert_non_null(strstr(d->seen.error.text, "/no/such/table.csv"));
    conf_free(c);
    close_desk(d);
}

/* The set that the sliders edit is not among those with a name. */
static void assert_named_sets(struct async_worker *d, const char *uuid,
                              const struct threshold_set *set)
{
    struct threshold_set named = *set;
    struct run_query_sets *sets;
    snprintf(named.name, sizeof named.name, "mine");
    named.cuts[4] = .77;
    run_query_save_set(d->service, uuid, &named);
    assert_true(writer_flush(d->work.writer, 30));
    run_query_ask_sets(d->service, uuid);
    for (int i = 0; !(sets = run_query_take_sets(d->service)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
    }
    assert_int_equal(sets->error.code, ERR_NONE);
    assert_int_equal(sets->n, 1);
    assert_string_equal(sets->set[0].name, "mine");
    assert_true(sets->set[0].cuts[4] == .77F && sets->set[0].cuts[27] == .27F);
    free(sets);
}

static struct run_query_cuts *import(struct async_worker *d, const struct run_query_labels *l,
                                     const char *path)
{
    struct run_query_cuts *cuts;
    run_query_ask_import(d->service, l, path);
    for (int i = 0; !(cuts = run_query_take_import(d->service)); i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
    }
    return cuts;
}

/* Orders to write are carried out before questions are answered. */
static void assert_read_back(struct async_worker *d, const struct run_query_labels *l,
                             const char *path, const struct threshold_set *set)
{
    struct run_query_cuts *cuts = import(d, l, path);
    assert_int_equal(cuts->error.code, ERR_NONE);
    assert_string_equal(cuts->set.name, "cuts.json");
    assert_int_equal(cuts->set.k, set->k);
    for (int c = 0; c < set->k; c++)
        assert_true(cuts->set.cuts[c] == (float)set->cuts[c]);
    free(cuts);
    cuts = import(d, l, tempdir_path("none.json"));
    assert_int_equal(cuts->error.code, ERR_NOINPUT);
    free(cuts);
}

/* A change of the set as it was stored is stored; made from another one it is refused, all of it.
 */
static void assert_stored(struct async_worker *d, const char *uuid, const struct threshold_set *set,
                          const struct threshold_edit *edit)
{
    struct threshold_refusal refusal = {.wake = &d->wake};
    struct threshold_edit second = {.number = 3, .class_index = 6, .before = .5, .after = .75};
    struct threshold_change change = {
        .set = *set, .edits = edit, .n = 1, .edited = true, .refusal = &refusal};
    change.set.saved_ms = 1000;
    threshold_change_submit(&d->work, uuid, &change);
    assert_true(writer_flush(d->work.writer, 30));
    assert_int_equal(refusal.why, THRESHOLD_STORED);
    change.known_ms = 999;
    change.set.cuts[27] = .5;
    change.edits = &second;
    threshold_change_submit(&d->work, uuid, &change);
    assert_true(writer_flush(d->work.writer, 30));
    assert_int_equal(refusal.why, THRESHOLD_REFUSED_EDITED);
}

static void test_sets_and_edits_are_kept(void **state)
{
    (void)state;
    char *text;
    size_t size;
    struct async_worker *d = open_desk("epoch"); /* the run of the test above */
    assert_int_equal(work_open_store(&d->work, NULL), 0);
    struct run_query_run *r = ask_run(d, 0);
    struct run_query_labels *l = ask_labels(d);
    struct threshold_set set = {.name = "current", .method = "hand", .k = 28, .epoch = 1};
    for (int c = 0; c < 28; c++)
        set.cuts[c] = c / 100.0;
    set.locked[3] = true;
    struct threshold_edit edit = {.number = 1, .class_index = 5, .before = .5, .after = .05};
    assert_stored(d, r->row.uuid, &set, &edit);
    run_query_run_free(r);
    r = ask_run(d, 0);
    assert_true(r->has_set);
    assert_true(r->set.cuts[27] == .27F);
    assert_true(r->set.locked[3] && !r->set.locked[4]);
    assert_int_equal(r->edits_n, 1);
    assert_int_equal(r->edits[0].class_index, 5);
    assert_true(r->edits[0].after == .05F);
    const char *path = tempdir_path("cuts.json");
    run_query_export_set(d->service, l, &set, path, OUTPUT_NEW);
    assert_named_sets(d, r->row.uuid, &set);
    assert_read_back(d, l, path, &set);
    free(l);
    run_query_run_free(r);
    close_desk(d); /* ends after the export */
    assert_int_equal(file_read(tempdir_path("cuts.json"), 1 << 20, &text, &size, NULL), 0);
    assert_non_null(strstr(text, "\"Nucleoli\": 0.019999999")); /* not above the float32 of .02 */
    free(text);
}

/* The snapshot goes on to tell of the training before; with cuts of 0 every sample is of every
 * class, whatever the network says. */
static void test_a_prediction(void **state)
{
    (void)state;
    char *text;
    size_t size;
    struct err e = {0};
    struct async_worker *d = open_desk("predicts");
    struct threshold_set all = {.name = "all", .k = 28, .epoch = 1};
    const char *path = tempdir_path("submission.csv");
    small_set(d->work.conf, "train.epochs=1");
    hold("step-1");
    assert_int_equal(runner_train(d->runner, d->work.conf, "one", NULL, NULL), 0);
    assert_int_equal(runner_predict(d->runner, "one", &all, path, OUTPUT_REPLACE, &e), -1);
    let("step-1");
    assert_int_equal(e.code, ERR_LOCKED);
    runner_wait(d->runner);
    assert_int_equal(runner_predict(d->runner, "one", &all, path, OUTPUT_REPLACE, &e), 0);
    runner_wait(d->runner);
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.phase, PHASE_DONE);
    assert_int_equal(d->seen.aside, ASIDE_PREDICTION);
    assert_string_equal(d->seen.run_name, "one");
    assert_int_equal(d->seen.points_n, 1);
    assert_non_null(strstr(d->seen.told, "6 samples predicted, 0 without"));
    assert_int_equal(file_read(path, 1 << 20, &text, &size, NULL), 0);
    int rows = 0;
    for (const char *at = text; (at = strstr(at, ",0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "
                                                 "19 20 21 22 23 24 25 26 27\n")) != NULL;
         at++)
        rows++;
    assert_int_equal(rows, 6);
    free(text);
    all.k = 27;
    assert_int_equal(
        runner_predict(d->runner, "one", &all, tempdir_path("none.csv"), OUTPUT_REPLACE, &e), 0);
    runner_wait(d->runner);
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.phase, PHASE_DONE); /* that of the training */
    assert_string_equal(d->seen.told, "");
    assert_false(file_exists(tempdir_path("none.csv")));
    close_desk(d);
}

/* Three pictures are away: the scan tells of them, the store keeps it, and what the box told of a
 * training stays as it was. */
static void test_a_scan(void **state)
{
    (void)state;
    struct err e = {0};
    struct async_worker *d = open_desk("epoch"); /* with the run of a test above */
    struct index *x = index_open_train(d->work.conf, NULL);
    char path[3][4096], away[4100];
    snapshot_publish(d->box,
                     &(struct snapshot){.phase = PHASE_DONE, .run_name = "run", .epoch = 7});
    for (int i = 0; i < 3; i++) {
        assert_int_equal(index_plane_path(x, 5 + 20 * i, i, path[i], NULL), 0);
        snprintf(away, sizeof away, "%s.x", path[i]);
        assert_int_equal(rename(path[i], away), 0);
    }
    hold("scan");
    assert_int_equal(runner_scan(d->runner, &e), 0);
    assert_int_equal(runner_train(d->runner, d->work.conf, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    let("scan");
    runner_wait(d->runner);
    snapshot_copy(d->box, &d->seen);
    assert_int_equal(d->seen.phase, PHASE_DONE);
    assert_int_equal(d->seen.aside, ASIDE_SCAN);
    assert_non_null(strstr(d->seen.told, "60 samples were scanned: errors 3,"));
    assert_string_equal(d->seen.run_name, "run");
    assert_int_equal(d->seen.epoch, 7);
    struct findings *f = snapshot_take_findings(d->box), *stored;
    assert_non_null(f);
    assert_true(f->scan.made_ms > 0 && f->scan.errors == 3 && f->n >= 3);
    stored = findings_stored(&d->work, x->fingerprint);
    assert_non_null(stored);
    assert_int_equal(stored->n, f->n);
    for (int i = 0; i < f->n; i++) {
        assert_string_equal(stored->rows[i].sample, f->rows[i].sample);
        assert_string_equal(stored->rows[i].kind, f->rows[i].kind);
        assert_string_equal(stored->rows[i].detail, f->rows[i].detail);
    }
    for (int i = 0, at = 0; i < f->n; i++)
        if (!strcmp(f->rows[i].severity, "error")) {
            assert_string_equal(f->rows[i].sample, x->ids[5 + 20 * at]);
            assert_string_equal(f->rows[i].channel, x->channel_names[at++]);
        }
    free(f);
    free(stored);
    assert_null(snapshot_take_findings(d->box));
    for (int i = 0; i < 3; i++) {
        snprintf(away, sizeof away, "%s.x", path[i]);
        assert_int_equal(rename(away, path[i]), 0);
    }
    index_close(x);
    close_desk(d);
}

/* Who stops one learns how far it was and that nothing is left of it. */
static void test_a_scan_that_is_stopped(void **state)
{
    (void)state;
    struct err e = {0};
    struct async_worker *d = open_desk("stopped");
    hold("scan");
    assert_int_equal(runner_scan(d->runner, &e), 0);
    for (int i = 0; access(tempdir_path("scan.reached"), F_OK); i++) {
        assert_in_range(i, 0, PATIENCE);
        nap();
    }
    runner_stop(d->runner, JOB_STOP_CHECKPOINT);
    runner_wait(d->runner);
    let("scan");
    snapshot_copy(d->box, &d->seen);
    assert_non_null(strstr(d->seen.told, "the scan was stopped after "));
    assert_non_null(strstr(d->seen.told, " of 60 samples: what it found is not kept"));
    assert_null(snapshot_take_findings(d->box));
    close_desk(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_any_run),
        cmocka_unit_test(test_labels_without_a_split),
        cmocka_unit_test(test_stop_after_the_epoch),
        cmocka_unit_test(test_a_table_that_is_written_again),
        cmocka_unit_test(test_pause_and_resume),
        cmocka_unit_test(test_failure_is_shown),
        cmocka_unit_test(test_sets_and_edits_are_kept),
        cmocka_unit_test(test_a_prediction),
        cmocka_unit_test(test_a_scan),
        cmocka_unit_test(test_a_scan_that_is_stopped),
    };
    return cmocka_run_group_tests_name("runner", tests, small_data_make, small_data_remove);
}
