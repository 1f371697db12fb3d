/* What the screen asks of a training, and what the training says: a training in a thread of its
 * own, held at a step until a request is there. */
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "base/wake.h"
#include "job/control_client.h"
#include "job/job_train.h"
#include "small_work.h"
#include "test.h"

enum { PATIENCE_MS = 60000 };

struct training {
    struct work work;
    struct job_control control;
    struct job job;
    sem_t held;     /* the first step is done */
    bool been_held; /* the trainer's thread */
    atomic_bool go; /* trains on from there */
    int failed;
};

static void told(void *context, const struct snapshot *s)
{
    struct training *t = context;
    if (s->phase != PHASE_TRAIN || s->step < 1 || t->been_held)
        return;
    t->been_held = true;
    sem_post(&t->held);
    while (!atomic_load(&t->go))
        poll(NULL, 0, 10);
}

static void *train(void *context)
{
    struct training *t = context;
    struct train_request request = {.name = "one"};
    struct err e = {0};
    t->failed = job_train(&t->job, &request, &e);
    if (t->failed)
        print_error("%s\n", e.text);
    return NULL;
}

static struct control_client_answer next_answer(struct control_client *a, struct wake *w)
{
    struct control_client_answer got;
    while (!control_client_take(a, &got)) {
        struct pollfd p = {.fd = wake_fd(w), .events = POLLIN};
        assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
        wake_clear(w);
    }
    return got;
}

static void expect(struct control_client *a, struct wake *w, bool failed, const char *text)
{
    struct control_client_answer got = next_answer(a, w);
    if (got.failed != failed || !strstr(got.text, text))
        fail_msg("answered: %s", got.text);
}

static void test_a_run_that_nobody_knows(void **state)
{
    (void)state;
    struct work work;
    struct err e = {0};
    small_work_open(&work, "empty", 1);
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    struct control_client *a = control_client_new(&work, &wake, &e);
    struct control_client_answer got;
    assert_non_null(a);
    assert_false(control_client_take(a, &got));
    control_client_ask(a, "none", CONTROL_PAUSE, NAN);
    expect(a, &wake, true, "no run 'none'");
    assert_false(control_client_take(a, &got));
    control_client_free(a);
    control_client_free(NULL);
    wake_fini(&wake);
    work_close(&work);
}

static void test_a_training_answers(void **state)
{
    (void)state;
    struct training *t = calloc(1, sizeof *t);
    struct err e = {0};
    pthread_t thread;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    small_work_open(&t->work, "work", 1);
    job_init(&t->job, &t->work, &t->control, (struct job_observer){t, told, NULL, NULL});
    struct control_client *a = control_client_new(&t->work, &wake, &e);
    sem_init(&t->held, 0, 0);
    pthread_create(&thread, NULL, train, t);
    sem_wait(&t->held);
    assert_true(writer_flush(t->work.writer, PATIENCE_MS / 1e3)); /* the run is in the store */
    control_client_ask(a, "one", CONTROL_PAUSE, NAN);
    while (!atomic_load(&t->control.paused))
        poll(NULL, 0, 10);
    atomic_store(&t->go, true);
    expect(a, &wake, false, "run one: paused after step ");
    control_client_ask(a, "one", CONTROL_LR, 1e6);
    expect(a, &wake, false, "run one: not changed: a peak of 1000000 is not in 0..");
    control_client_ask(a, "one", CONTROL_LR_TIMES, 1e9);
    expect(a, &wake, false, "run one: not changed: a peak of ");
    control_client_ask(a, "one", CONTROL_STOP_NOW, NAN);
    expect(a, &wake, false, "run one: ");
    pthread_join(thread, NULL);
    assert_int_equal(t->failed, 0);
    control_client_ask(a, "one", CONTROL_PAUSE, NAN);
    expect(a, &wake, true, "nobody trains it");
    control_client_free(a);
    wake_fini(&wake);
    sem_destroy(&t->held);
    work_close(&t->work);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_that_nobody_knows),
        cmocka_unit_test(test_a_training_answers),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
