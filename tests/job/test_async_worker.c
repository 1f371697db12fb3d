/* The worker: of a kind the newest question wins, what was promised is done also at the end, a long
 * answer is told that it is stale. Questions and answers are numbers. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "query/async_worker.h"
#include "test.h"

enum kind { KIND_PROMISE, KIND_PLAIN, KIND_LONG, KIND_COUNT };
enum { PATIENCE = 3000 }; /* polls of 10 ms: a guard against a hang */

struct scene {
    struct async_worker *worker;
    struct wake wake;
    atomic_int gate; /* answers of the plain kind wait while it is closed (0) */
    atomic_int promised, begun, given_up;
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static void *number(int value)
{
    int *n = xmalloc(sizeof *n);
    *n = value;
    return n;
}

static void *keep_promise(void *context, void *ask)
{
    struct scene *s = context;
    atomic_fetch_add(&s->promised, *(int *)ask);
    return NULL;
}

static void *answer(void *context, void *ask)
{
    struct scene *s = context;
    atomic_fetch_add(&s->begun, 1);
    while (!atomic_load(&s->gate))
        nap();
    return number(*(int *)ask * 2);
}

/* A part every now and then, until it is stale. */
static void *answer_long(void *context, void *ask)
{
    struct scene *s = context;
    for (int part = 1; !async_worker_superseded(s->worker, KIND_LONG); part++) {
        async_worker_put(s->worker, KIND_LONG, number(*(int *)ask + part));
        atomic_fetch_add(&s->begun, 1);
        nap();
    }
    atomic_fetch_add(&s->given_up, 1);
    return NULL;
}

static const struct async_worker_kind kinds[KIND_COUNT] = {
    [KIND_PROMISE] = {keep_promise, free, true},
    [KIND_PLAIN] = {answer, free, false},
    [KIND_LONG] = {answer_long, free, false},
};

static void open_scene(struct scene *s)
{
    *s = (struct scene){0};
    assert_int_equal(wake_init(&s->wake), 0);
    s->worker = async_worker_new("test-worker", kinds, KIND_COUNT, s, &s->wake, NULL);
    assert_non_null(s->worker);
}

static void close_scene(struct scene *s)
{
    async_worker_free(s->worker);
    wake_fini(&s->wake);
}

static void await(atomic_int *counter, int least)
{
    for (int i = 0; atomic_load(counter) < least; i++, nap())
        assert_in_range(i, 0, PATIENCE);
}

static int take(struct scene *s, int kind)
{
    int *n = NULL;
    for (int i = 0; !(n = async_worker_take(s->worker, kind)); i++, nap())
        assert_in_range(i, 0, PATIENCE);
    int value = *n;
    free(n);
    return value;
}

static void test_the_newest_question_wins(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    async_worker_ask(s.worker, KIND_PLAIN, number(1));
    await(&s.begun, 1);
    for (int i = 2; i <= 9; i++)
        async_worker_ask(s.worker, KIND_PLAIN, number(i));
    assert_true(async_worker_superseded(s.worker, KIND_PLAIN));
    assert_false(async_worker_superseded(s.worker, KIND_LONG));
    atomic_store(&s.gate, 1);
    int seen = 0;
    while (seen != 18)
        seen = take(&s, KIND_PLAIN);
    assert_int_equal(atomic_load(&s.begun), 2); /* 2 to 8 were never begun */
    assert_null(async_worker_take(s.worker, KIND_PLAIN));
    close_scene(&s);
}

static void *close_desk(void *worker)
{
    async_worker_free(worker);
    return NULL;
}

static void test_promises_are_kept_at_the_end(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    async_worker_ask(s.worker, KIND_PLAIN, number(1));
    await(&s.begun, 1);
    async_worker_ask(s.worker, KIND_PROMISE, number(5));
    async_worker_ask(s.worker, KIND_PLAIN, number(2));
    pthread_t closer;
    assert_int_equal(pthread_create(&closer, NULL, close_desk, s.worker), 0);
    for (int i = 0; !async_worker_superseded(s.worker, KIND_LONG); i++, nap())
        assert_in_range(i, 0, PATIENCE); /* until it closes */
    atomic_store(&s.gate, 1);
    pthread_join(closer, NULL);
    assert_int_equal(atomic_load(&s.promised), 5);
    assert_int_equal(atomic_load(&s.begun), 1);
    wake_fini(&s.wake);
}

static void test_parts_come_and_a_stale_answer_ends(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    async_worker_ask(s.worker, KIND_LONG, number(1000));
    assert_in_range(take(&s, KIND_LONG), 1001, 1999);
    async_worker_ask(s.worker, KIND_LONG, number(2000));
    while (take(&s, KIND_LONG) < 2000)
        ;
    assert_int_equal(atomic_load(&s.given_up), 1);
    async_worker_free(s.worker);
    assert_int_equal(atomic_load(&s.given_up), 2);
    wake_fini(&s.wake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newest_question_wins),
        cmocka_unit_test(test_promises_are_kept_at_the_end),
        cmocka_unit_test(test_parts_come_and_a_stale_answer_ends),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
