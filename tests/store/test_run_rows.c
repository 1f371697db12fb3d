/* Rows about runs: what was put comes back, and what is derived from it. */
#include <math.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sample.h"
#include "statement.h"
#include "test.h"

static struct store *s;
static struct err e;

static int fresh(void **state)
{
    (void)state;
    memset(&e, 0, sizeof e);
    unlink(scratch_path("runs.db"));
    s = sample_open("runs.db", STORE_WRITE);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static struct run_row find(const char *which)
{
    struct run_row r;
    if (run_find(s, which, &r, &e))
        fail_msg("%s", e.text);
    return r;
}

static void a_run_comes_back(void **state)
{
    (void)state;
    struct run_row in = sample_run("8d1c", "base-1.x");
    assert_int_equal(run_insert(s, &in, &e), 0);
    assert_true(in.id > 0);
    struct run_row r = find("8d1c");
    assert_int_equal(r.id, in.id);
    assert_string_equal(r.uuid, "8d1c");
    assert_string_equal(r.name, "base-1.x");
    assert_int_equal(r.status, RUN_RUNNING);
    assert_int_equal(r.started_ms, 1000);
    assert_int_equal(r.ended_ms, 0);
    assert_int_equal(r.heartbeat_ms, 2000);
    assert_string_equal(r.host, "node7");
    assert_string_equal(r.boot_id, "boot-1");
    assert_int_equal(r.pid, 4242);
    assert_int_equal(r.seed, 7);
    assert_string_equal(r.version, "0.1");
    assert_string_equal(r.engine.cpu_tier, "avx2");
    assert_string_equal(r.engine.blas, "OpenBLAS 0.3.21");
    assert_string_equal(r.engine.blas_kernel, "Haswell");
    assert_string_equal(r.engine.c_library, "glibc 2.36");
    assert_string_equal(r.engine.build, "hpa 0.1");
    assert_string_equal(r.fingerprint, "00ff");
    assert_int_equal(r.split_id, 0);
    assert_string_equal(r.note, "first");
    assert_string_equal(r.error, "");
    assert_string_equal(r.config, "{\"train.batch\": \"16\"}");
    assert_int_equal(r.epochs, 20);
    assert_int_equal(r.epochs_done, 0);
    assert_int_equal(r.best_epoch, 0);
    assert_true(isnan(r.macro_f1));
    run_row_fini(&r);
    run_row_fini(&in);
}

static void refuse_name(const char *name, enum err_code code, const char *part)
{
    struct run_row r = sample_run("other", name);
    assert_int_equal(run_insert(s, &r, &e), -1);
    assert_int_equal(e.code, code);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
    run_row_fini(&r);
}

static void names(void **state)
{
    (void)state;
    sample_insert(s, "u1", "baseline");
    refuse_name("baseline", ERR_LOCKED, "a run named baseline exists already");
    refuse_name("last", ERR_USAGE, "it means the newest run");
    refuse_name("", ERR_USAGE, "is not 1 to 63 of");
    refuse_name("../x", ERR_USAGE, "is not 1 to 63 of");
    refuse_name(".x", ERR_USAGE, "is not 1 to 63 of");
    refuse_name("a b", ERR_USAGE, "is not 1 to 63 of");
    refuse_name("x'; DROP TABLE runs; --", ERR_USAGE, "is not 1 to 63 of");
    struct run_row r = sample_run("u1", "same-uuid");
    assert_int_equal(run_insert(s, &r, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    run_row_fini(&r);
}

static void finding(void **state)
{
    (void)state;
    struct run_row r;
    assert_int_equal(run_find(s, "last", &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "there is no run yet"));
    sample_insert(s, "u1", "baseline");
    sample_insert(s, "u2", "wide-256");
    struct run_row old = sample_run("u3", "restored");
    old.started_ms = 10;
    assert_int_equal(run_insert(s, &old, &e), 0);
    run_row_fini(&old);
    r = find("last");
    assert_string_equal(r.name, "wide-256");
    run_row_fini(&r);
    assert_int_equal(run_find(s, "basline", &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_string_equal(e.text, "there is no run basline; did you mean baseline?");
    struct run_row *rows;
    int n;
    assert_int_equal(run_list(s, &rows, &n, &e), 0);
    assert_int_equal(n, 3);
    assert_string_equal(rows[0].name, "wide-256");
    assert_string_equal(rows[1].name, "baseline");
    assert_string_equal(rows[2].name, "restored");
    run_list_free(rows, n);
}

static void status(void **state)
{
    (void)state;
    sample_insert(s, "u1", "a");
    assert_int_equal(run_set_status(s, "u1", RUN_FAILED, 5000, "loss is NaN", &e), 0);
    struct run_row r = find("a");
    assert_int_equal(r.status, RUN_FAILED);
    assert_string_equal(r.error, "loss is NaN");
    assert_int_equal(r.ended_ms, 5000);
    run_row_fini(&r);
    assert_int_equal(run_set_status(s, "u1", RUN_WAITING, 0, NULL, &e), -1);
    assert_int_equal(run_set_status(s, "nobody", RUN_DONE, 0, NULL, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    struct run_row mine = sample_run("u1", "");
    strcpy(mine.host, "node8");
    strcpy(mine.engine.blas_kernel, "Zen");
    mine.pid = 77;
    mine.heartbeat_ms = 6000;
    assert_int_equal(run_claim(s, &mine, &e), 0);
    assert_int_equal(run_heartbeat(s, "u1", 7000, &e), 0);
    run_row_fini(&mine);
    r = find("a");
    assert_int_equal(r.status, RUN_RUNNING);
    assert_string_equal(r.host, "node8");
    assert_string_equal(r.engine.blas_kernel, "Zen");
    assert_string_equal(r.error, "");
    assert_int_equal(r.pid, 77);
    assert_int_equal(r.ended_ms, 0);
    assert_int_equal(r.heartbeat_ms, 7000);
    run_row_fini(&r);
}

static void put_run(const char *name, const char *host, const char *boot, int pid,
                    enum run_status status, int64_t heartbeat_ms)
{
    struct run_row r = sample_run(name, name);
    snprintf(r.host, sizeof r.host, "%s", host);
    snprintf(r.boot_id, sizeof r.boot_id, "%s", boot);
    r.status = status;
    r.pid = pid;
    r.heartbeat_ms = heartbeat_ms;
    assert_int_equal(run_insert(s, &r, &e), 0);
    run_row_fini(&r);
}

static void has_status(const char *name, enum run_status expected)
{
    struct run_row r = find(name);
    assert_int_equal(r.status, expected);
    run_row_fini(&r);
}

static void runs_of_gone_processes(void **state)
{
    (void)state;
    put_run("gone", "here", "boot", 17, RUN_RUNNING, 5);
    put_run("paused", "there", "boot", 17, RUN_PAUSED, 5);
    put_run("ended", "here", "boot", 17, RUN_DONE, 5);
    struct run_row *rows;
    int n;
    bool changed;
    assert_int_equal(run_list_live(s, &rows, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_int_equal(run_interrupt(s, &rows[0], &changed, &e), 0);
    assert_true(changed);
    assert_int_equal(run_interrupt(s, &rows[0], &changed, &e), 0);
    assert_false(changed); /* it is marked so already */
    rows[1].pid = 18;
    assert_int_equal(run_interrupt(s, &rows[1], &changed, &e), 0);
    assert_false(changed); /* another process has taken it up since it was read */
    run_list_free(rows, n);
    has_status("gone", RUN_INTERRUPTED);
    has_status("paused", RUN_PAUSED);
    has_status("ended", RUN_DONE);
}

static void put_epoch(int epoch, double macro_f1, double val_loss)
{
    struct epoch_row row = {.epoch = epoch,
                            .train_loss = 1. / epoch,
                            .val_loss = val_loss,
                            .macro_f1_half = .1,
                            .macro_f1 = macro_f1,
                            .held_out_f1 = NAN,
                            .lr = 1e-3,
                            .grad_norm = INFINITY,
                            .images_per_second = 50,
                            .data_wait_percent = 1.5,
                            .seconds = 60,
                            .rss_mb = 812.5,
                            .steps = 100 * epoch};
    if (run_put_epoch(s, "u1", &row, &e))
        fail_msg("%s", e.text);
}

static void epochs_and_the_best(void **state)
{
    (void)state;
    sample_insert(s, "u1", "a");
    put_epoch(2, .5, .30);
    put_epoch(1, .4, .20);
    put_epoch(3, .6, .31);
    put_epoch(4, .6, .29); /* the tie goes to the lower loss */
    put_epoch(5, .6, NAN);
    put_epoch(6, NAN, .1);
    put_epoch(2, .55, .30); /* replaces */
    struct run_row r = find("a");
    assert_int_equal(r.epochs_done, 6);
    assert_int_equal(r.best_epoch, 4);
    assert_true(r.macro_f1 == .6);
    struct epoch_row *rows;
    int n;
    assert_int_equal(run_epochs(s, r.id, &rows, &n, &e), 0);
    assert_int_equal(n, 6);
    for (int i = 0; i < n; i++)
        assert_int_equal(rows[i].epoch, i + 1);
    assert_true(rows[1].macro_f1 == .55);
    assert_true(rows[2].train_loss == 1. / 3);
    assert_true(isnan(rows[0].held_out_f1));
    assert_true(isnan(rows[4].val_loss));
    assert_true(isinf(rows[0].grad_norm));
    assert_int_equal(rows[5].steps, 600);
    assert_true(rows[0].lr == 1e-3 && rows[0].seconds == 60 && rows[0].rss_mb == 812.5 &&
                rows[0].images_per_second == 50 && rows[0].data_wait_percent == 1.5 &&
                rows[0].macro_f1_half == .1);
    free(rows);
    run_row_fini(&r);
    struct epoch_row row = {.epoch = 1};
    assert_int_equal(run_put_epoch(s, "nobody", &row, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

static void steps_and_classes(void **state)
{
    (void)state;
    sample_insert(s, "u1", "a");
    int64_t steps[] = {30, 10, 20, 10};
    for (int i = 0; i < 4; i++)
        assert_int_equal(run_put_step(s, "u1", &(struct step_row){steps[i], i, .1, 2}, &e), 0);
    struct run_row r = find("a");
    struct step_row *rows;
    int n;
    assert_int_equal(run_steps(s, r.id, &rows, &n, &e), 0);
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].step, 10);
    assert_true(rows[0].loss == 3 && rows[0].lr == .1 && rows[0].grad_norm == 2);
    assert_int_equal(rows[2].step, 30);
    free(rows);
    struct class_row classes[] = {{1, 10, 5, 1, 2, .5, .6, .7, .8, NAN, .3},
                                  {0, 3, 1, 0, 2, 1, .3, .5, .4, .9, .2}};
    assert_int_equal(run_put_classes(s, "u1", 2, classes, 2, &e), 0);
    assert_int_equal(run_put_classes(s, "u1", 3, classes, 2, &e), 0);
    assert_int_equal(run_put_classes(s, "u1", 2, classes, 1, &e), 0); /* replaces */
    struct class_row *back;
    assert_int_equal(run_classes(s, r.id, 3, &back, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_int_equal(back[0].class_index, 0);
    assert_int_equal(back[0].support, 3);
    assert_true(back[0].precision == 1 && back[0].recall == .3 && back[0].f1 == .5);
    assert_true(back[0].auc == .9 && back[0].tp == 1 && back[0].fp == 0);
    assert_int_equal(back[1].fn, 2);
    assert_true(isnan(back[1].auc) && back[1].ap == .8 && back[1].cut == .3);
    free(back);
    assert_int_equal(run_classes(s, r.id, 2, &back, &n, &e), 0);
    assert_int_equal(n, 1);
    free(back);
    assert_int_equal(run_classes(s, r.id, 9, &back, &n, &e), 0);
    assert_int_equal(n, 0);
    free(back);
    run_row_fini(&r);
}

static void classes_are_put_whole_or_not(void **state)
{
    (void)state;
    sample_insert(s, "u1", "a");
    struct class_row twice[] = {{.class_index = 0}, {.class_index = 0}};
    assert_int_equal(run_put_classes(s, "u1", 1, twice, 1, &e), 0);
    assert_int_equal(run_put_classes(s, "u1", 1, twice, 2, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    struct class_row *back;
    int n;
    assert_int_equal(run_classes(s, 1, 1, &back, &n, &e), 0);
    assert_int_equal(n, 1);
    free(back);
}

static void artifacts(void **state)
{
    (void)state;
    int64_t hash;
    sample_insert(s, "u1", "a");
    assert_int_equal(run_put_artifact(s, "u1", "checkpoint", "runs/a/last", 10, 1, &e), 0);
    assert_int_equal(run_put_artifact(s, "u1", "checkpoint", "runs/a/last", 20, UINT64_MAX, &e), 0);
    assert_int_equal(statement_number(s, "SELECT hash FROM artifacts WHERE bytes = 20", &hash, &e),
                     0);
    assert_int_equal((uint64_t)hash, UINT64_MAX);
    assert_int_equal(statement_do(s, "DELETE FROM runs", &e), 0); /* takes what belongs to it */
    assert_int_equal(statement_number(s, "SELECT count(*) FROM artifacts", &hash, &e), 0);
    assert_int_equal(hash, 0);
}

static void out_of_memory(void **state)
{
    (void)state;
    sample_insert(s, "u1", "a");
    sample_insert(s, "u2", "b");
    struct run_row *rows = NULL;
    int n;
    mem_fail_after(1);
    assert_int_equal(run_list(s, &rows, &n, &e), -1);
    mem_fail_after(0);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_null(rows);
    assert_int_equal(run_list(s, &rows, &n, &e), 0);
    run_list_free(rows, n);
}

static void notes_and_removal(void **state)
{
    (void)state;
    struct run_row in = sample_run("8d1c", "base");
    struct epoch_row row = {.epoch = 1};
    assert_int_equal(run_insert(s, &in, &e), 0);
    assert_int_equal(run_set_notes(s, "8d1c", "best so far", "wide slow", &e), 0);
    struct run_row r = find("base");
    assert_string_equal(r.note, "best so far");
    assert_string_equal(r.tags, "wide slow");
    run_row_fini(&r);
    assert_int_equal(run_put_epoch(s, "8d1c", &row, &e), 0);
    assert_int_equal(run_remove(s, "8d1c", &e), 0);
    int64_t epochs = -1;
    assert_int_equal(statement_number(s, "SELECT count(*) FROM epochs", &epochs, &e), 0);
    assert_int_equal(epochs, 0);
    assert_int_equal(run_remove(s, "8d1c", &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(run_set_notes(s, "8d1c", "", "", &e), -1);
    run_row_fini(&in);
}

static void a_new_name(void **state)
{
    (void)state;
    struct run_row in = sample_run("8d1c", "base"), other = sample_run("77aa", "other");
    assert_int_equal(run_insert(s, &in, &e), 0);
    assert_int_equal(run_insert(s, &other, &e), 0);
    assert_int_equal(run_set_name(s, "8d1c", "wide", &e), 0);
    struct run_row r = find("wide");
    assert_string_equal(r.uuid, "8d1c");
    run_row_fini(&r);
    assert_int_equal(run_find(s, "base", &r, &e), -1);
    assert_int_equal(run_set_name(s, "8d1c", "other", &e), -1); /* is taken */
    assert_int_equal(run_set_name(s, "no such", "x", &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    run_row_fini(&in);
    run_row_fini(&other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(a_run_comes_back),
        TEST(names),
        TEST(finding),
        TEST(status),
        TEST(runs_of_gone_processes),
        TEST(epochs_and_the_best),
        TEST(steps_and_classes),
        TEST(classes_are_put_whole_or_not),
        TEST(artifacts),
        TEST(notes_and_removal),
        TEST(a_new_name),
        TEST(out_of_memory),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
