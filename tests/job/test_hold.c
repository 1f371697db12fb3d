/* A job that waits at a step for a test: it is there when it says so, it does what it is asked
 * meanwhile, and it continues when it is let. Only limits that a hang reaches. */
#include "job/hold.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "small_run.h"

static const double PATIENCE = 120; /* seconds */

struct leg {
    pthread_t thread;
    struct work work;
    struct job_control control;
    struct job *job;
    atomic_int phase;
    int64_t step; /* these when it has ended */
    bool stopped;
    int failed;
    struct err e;
};

static void shown(void *context, const struct snapshot *s)
{
    struct leg *l = context;
    atomic_store(&l->phase, s->phase);
}

static void *train(void *context)
{
    struct leg *l = context;
    struct train_request request = {.name = "one"};
    l->failed = job_train(l->job, &request, &l->e);
    return NULL;
}

static void begin(struct leg *l, const char *folder)
{
    memset(l, 0, sizeof *l);
    small_work_open(&l->work, folder, 1);
    snprintf(l->work.hold, sizeof l->work.hold, "%s", tempdir);
    l->job = calloc(1, sizeof *l->job);
    job_init(l->job, &l->work, &l->control, (struct job_observer){l, shown, NULL, NULL});
    assert_int_equal(pthread_create(&l->thread, NULL, train, l), 0);
}

static void end(struct leg *l)
{
    pthread_join(l->thread, NULL);
    if (l->failed)
        fail_msg("%s", l->e.text);
    l->step = l->job->now.step;
    l->stopped = l->job->now.stopped;
    work_close(&l->work);
    free(l->job);
}

static void place(const char *step)
{
    FILE *f = fopen(tempdir_path(step), "w");
    assert_non_null(f);
    fclose(f);
}

static void wait_a_moment(double since, const char *what)
{
    if (clock_seconds() > since + PATIENCE)
        fail_msg("waited too long: %s", what);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static void until_file(const char *name, bool there)
{
    double since = clock_seconds();
    while (file_exists(tempdir_path(name)) != there)
        wait_a_moment(since, name);
}

static void until_phase(struct leg *l, enum job_phase phase)
{
    double since = clock_seconds();
    while (atomic_load(&l->phase) != (int)phase)
        wait_a_moment(since, snapshot_phase_name(phase));
}

static long reached_by(const char *name)
{
    long pid = 0;
    FILE *f = fopen(tempdir_path(name), "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld", &pid), 1);
    fclose(f);
    return pid;
}

static void test_a_training_waits_and_obeys(void **state)
{
    (void)state;
    struct leg l;
    place("step-2");
    place("saved-2");
    begin(&l, "obeys");
    until_file("step-2.reached", true);
    assert_int_equal(reached_by("step-2.reached"), getpid());
    atomic_store(&l.control.paused, true);
    until_phase(&l, PHASE_PAUSED);
    atomic_store(&l.control.paused, false);
    until_phase(&l, PHASE_TRAIN);
    atomic_store(&l.control.checkpoint, true);
    until_file("saved-2.reached", true);
    unlink(tempdir_path("saved-2"));
    until_file("saved-2.reached", false);
    control_stop(&l.control, JOB_STOP_CHECKPOINT);
    end(&l);
    assert_int_equal(l.step, 2);
    assert_true(l.stopped);
    assert_true(file_exists(tempdir_path("step-2"))); /* of the test */
    assert_false(file_exists(tempdir_path("step-2.reached")));
    unlink(tempdir_path("step-2"));
}

/* One hold after another, through every kind of step; then the run is as any other. */
static void test_every_step_holds(void **state)
{
    (void)state;
    static const char *const steps[] = {
        "index",  "cache",      "cache-60", "stats",  "save-0",  "saved-0", "train",   "epoch-1",
        "step-1", "validate-1", "eval",     "save-5", "saved-5", "epoch-2", "step-10", "end"};
    enum { STEPS = sizeof steps / sizeof *steps };
    char reached[64];
    struct leg l;
    for (int i = 0; i < STEPS; i++)
        place(steps[i]);
    begin(&l, "every");
    for (int i = 0; i < STEPS; i++) {
        snprintf(reached, sizeof reached, "%s.reached", steps[i]);
        until_file(reached, true);
        unlink(tempdir_path(steps[i]));
        until_file(reached, false);
    }
    end(&l);
    assert_int_equal(l.step, 10);
    assert_false(l.stopped);
    small_train("free", 1, NULL, 0, NULL);
    small_same_run("every", "free");
}

/* Asked to stop before it comes to the step: it waits there all the same, until it is let. */
static void test_a_stop_that_came_before(void **state)
{
    (void)state;
    struct leg l;
    place("step-3");
    place("end");
    begin(&l, "before");
    until_file("step-3.reached", true);
    control_stop(&l.control, JOB_STOP_CHECKPOINT);
    until_file("end.reached", true);
    unlink(tempdir_path("end"));
    end(&l);
    assert_true(l.stopped);
    unlink(tempdir_path("step-3"));
}

/* Without its file nothing is held, and nothing is written there. */
static void test_nothing_is_held(void **state)
{
    (void)state;
    struct leg l;
    int before = tempdir_entries();
    begin(&l, "nothing");
    end(&l);
    assert_int_equal(l.step, 10);
    assert_int_equal(tempdir_entries(), before + 1); /* the work folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_training_waits_and_obeys),
        cmocka_unit_test(test_every_step_holds),
        cmocka_unit_test(test_a_stop_that_came_before),
        cmocka_unit_test(test_nothing_is_held),
    };
    return cmocka_run_group_tests_name("hold", tests, small_data_make, small_data_remove);
}
