/* The queue: what a stop means that comes while no run of it is at work. */
#include "small_work.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "job/job_queue.h"
#include "logged.h"
#include "run/run_dir.h"
#include "run/saved_run.h"

struct scene {
    struct work work;
    struct job_control control;
    struct job job;
    bool stop_at_end; /* asked when the first run is done, before the queue knows it */
    int ended;
};

static void changed(void *context, const struct snapshot *s)
{
    struct scene *scene = context;
    assert_true(s->from_queue);
    scene->ended += s->phase == PHASE_DONE;
    if (s->phase == PHASE_DONE && scene->stop_at_end)
        control_stop(&scene->control, JOB_STOP_CHECKPOINT);
}

static struct scene *open_scene(const char *folder, int runs)
{
    static const char *const grids[] = {NULL, "train.lr=.001", "train.lr=.001,.002"};
    struct scene *s = calloc(1, sizeof *s);
    struct err e = {0};
    struct queue_row *rows;
    int n;
    small_work_open(&s->work, folder, 2);
    struct conf *conf = conf_copy(s->work.conf);
    small_set(conf, "train.epochs=1");
    struct queue_request r = {.conf = conf, .name = "q", .grid = {grids[runs]}, .grid_n = 1};
    if (job_queue_add(&s->work, &r, &rows, &n, &e))
        fail_msg("%s", e.text);
    assert_int_equal(n, runs);
    queue_rows_free(rows, n);
    conf_free(conf);
    job_init(&s->job, &s->work, &s->control,
             (struct job_observer){.context = s, .changed = changed});
    return s;
}

static void close_scene(struct scene *s)
{
    work_close(&s->work);
    free(s);
}

static int count_waiting(const struct scene *s)
{
    struct queue_row *rows;
    int n;
    assert_int_equal(job_queue_list(s->work.database, &rows, &n, NULL), 0);
    for (int i = 0; i < n; i++)
        assert_int_equal(rows[i].begun_ms, 0);
    queue_rows_free(rows, n);
    return n;
}

/* Neither lost nor taken for one of the run that has just ended. */
static void test_stop_between_two_runs(void **state)
{
    (void)state;
    struct scene *s = open_scene("between", 2);
    struct err e = {0};
    int done;
    s->stop_at_end = true;
    assert_int_equal(job_queue_run(&s->job, &done, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    assert_int_equal(done, 1);
    assert_int_equal(count_waiting(s), 1);
    assert_true(saved_run_exists(&s->work, "q-lr.001"));
    assert_false(saved_run_exists(&s->work, "q-lr.002"));
    s->stop_at_end = false;
    control_stop(&s->control, JOB_STOP_NONE);
    assert_int_equal(job_queue_run(&s->job, &done, &e), 0);
    assert_int_equal(done, 1);
    assert_int_equal(s->ended, 2);
    assert_int_equal(count_waiting(s), 0);
    close_scene(s);
}

static void test_stop_before_the_first(void **state)
{
    (void)state;
    struct scene *s = open_scene("before", 1);
    struct err e = {0};
    int done;
    control_stop(&s->control, JOB_STOP_EPOCH);
    assert_int_equal(job_queue_run(&s->job, &done, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    assert_int_equal(done, 0);
    assert_int_equal(count_waiting(s), 1);
    assert_true(s->job.now.from_queue); /* a process that goes on knows with what */
    close_scene(s);
}

/* A name that waits may be taken over by `hpa train --continue`: it then stays with its trainer. */
/* One process works the queue off, and another says which. */
static void test_two_processes(void **state)
{
    (void)state;
    struct scene *s = open_scene("two", 1);
    struct err e = {0};
    char lock[300];
    int done;
    snprintf(lock, sizeof lock, "%s/two/queue.lock", tempdir);
    int fd = open(lock, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(job_queue_run(&s->job, &done, &e), -1);
    assert_int_equal(e.code, ERR_LOCKED);
    assert_non_null(strstr(e.text, "another process (just started) is working through the queue"));
    assert_int_equal(write(fd, "812 on node7\n", 13), 13);
    memset(&e, 0, sizeof e);
    assert_int_equal(job_queue_run(&s->job, &done, &e), -1);
    assert_non_null(strstr(e.text, "another process (812 on node7) is working through the queue"));
    close(fd);
    uint64_t since = log_last();
    work_tell_threads(&s->work);
    assert_true(logged(since, "2 compute threads: run.threads"));
    assert_int_equal(job_queue_run(&s->job, &done, &e), 0);
    assert_int_equal(done, 1);
    close_scene(s);
}

static void test_a_name_that_is_taken_over(void **state)
{
    (void)state;
    struct scene *s = open_scene("taken", 1);
    struct err e = {0};
    char folder[4096];
    int lock;
    assert_int_equal(work_run_path(&s->work, "q-lr.001", NULL, folder, NULL), 0);
    assert_int_equal(run_dir_lock(&s->work, "q-lr.001", true, &lock, NULL), 0);
    assert_int_equal(job_queue_remove(&s->work, "q-lr.001", &e), 0);
    assert_int_equal(count_waiting(s), 0);
    assert_true(file_exists(folder));
    close(lock);
    run_dir_leave(&s->work, "q-lr.001");
    assert_false(file_exists(folder));
    assert_int_not_equal(run_dir_lock(&s->work, "q-lr.001", true, &lock, &e), 0);
    assert_int_equal(e.code, ERR_LOCKED);
    assert_non_null(strstr(e.text, "removed; try again"));
    close_scene(s);
}

/* A stop that another process asked for is of one run; a rate, too. */
static void test_what_was_meant_for_one_run(void **state)
{
    (void)state;
    struct job_control c = {0};
    control_stop(&c, JOB_STOP_CHECKPOINT);
    atomic_store(&c.from_elsewhere, true);
    control_next_run(&c);
    assert_int_equal(atomic_load(&c.stop), JOB_STOP_NONE);
    assert_false(atomic_load(&c.cancel) || atomic_load(&c.from_elsewhere));
    atomic_store(&c.lr_times, .5);
    atomic_store(&c.checkpoint, true);
    control_stop(&c, JOB_STOP_CHECKPOINT);
    atomic_store(&c.hand_over, true);
    control_next_run(&c);
    assert_int_equal(atomic_load(&c.stop), JOB_STOP_CHECKPOINT);
    assert_true(atomic_load(&c.cancel) && atomic_load(&c.hand_over));
    assert_true(atomic_load(&c.lr_times) == 0 && !atomic_load(&c.checkpoint));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_between_two_runs),
        cmocka_unit_test(test_stop_before_the_first),
        cmocka_unit_test(test_two_processes),
        cmocka_unit_test(test_a_name_that_is_taken_over),
        cmocka_unit_test(test_what_was_meant_for_one_run),
    };
    return cmocka_run_group_tests_name("job_queue", tests, small_data_make, small_data_remove);
}
