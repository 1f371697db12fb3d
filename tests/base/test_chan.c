#include <pthread.h>
#include <unistd.h>

#include "base/chan.h"
#include "base/clock.h"
#include "test.h"

static void first_in_first_out(void **state)
{
    (void)state;
    struct chan *c = chan_new(3, sizeof(int));
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++)
            assert_true(chan_try_send(c, &i));
        int more = 9, got;
        assert_false(chan_try_send(c, &more));
        assert_int_equal(chan_count(c), 3);
        for (int i = 0; i < 3; i++) {
            assert_true(chan_try_receive(c, &got));
            assert_int_equal(got, i);
        }
        assert_false(chan_try_receive(c, &got));
        assert_true(chan_try_send(c, &more)); /* shifts the ring for the next round */
        assert_true(chan_receive(c, &got));
        assert_int_equal(got, 9);
    }
    chan_free(c);
    chan_free(NULL);
}

static void a_closed_channel_is_emptied_first(void **state)
{
    (void)state;
    struct chan *c = chan_new(4, sizeof(int));
    int item = 1, got = 0;
    chan_send(c, &item);
    chan_close(c);
    assert_false(chan_send(c, &item));
    assert_false(chan_try_send(c, &item));
    assert_true(chan_receive(c, &got));
    assert_int_equal(got, 1);
    assert_false(chan_receive(c, &got));
    assert_false(chan_receive_for(c, &got, 1));
    chan_free(c);
}

static void receiving_for_a_while(void **state)
{
    (void)state;
    struct chan *c = chan_new(1, sizeof(int));
    int got, item = 4;
    double start = clock_seconds();
    assert_false(chan_receive_for(c, &got, .03));
    assert_true(clock_seconds() - start >= .029);
    assert_false(chan_receive_for(c, &got, 0));
    assert_false(chan_receive_for(c, &got, -5));
    chan_send(c, &item);
    assert_true(chan_receive_for(c, &got, 1e30)); /* longer than a clock can count */
    chan_free(c);
}

enum { SENDERS = 3, EACH = 2000 };

static void *send_numbers(void *context)
{
    struct chan *c = context;
    for (int i = 1; i <= EACH; i++)
        chan_send(c, &i);
    return NULL;
}

static void several_senders_lose_nothing(void **state)
{
    (void)state;
    struct chan *c = chan_new(5, sizeof(int));
    pthread_t threads[SENDERS];
    for (int i = 0; i < SENDERS; i++)
        pthread_create(&threads[i], NULL, send_numbers, c);
    int64_t sum = 0;
    for (int i = 0; i < SENDERS * EACH; i++) {
        int got = 0;
        assert_true(chan_receive(c, &got));
        sum += got;
    }
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(sum, (int64_t)SENDERS * EACH * (EACH + 1) / 2);
    assert_int_equal(chan_count(c), 0);
    chan_free(c);
}

static void *close_soon(void *context)
{
    usleep(20000);
    chan_close(context);
    return NULL;
}

static void closing_wakes_who_waits(void **state)
{
    (void)state;
    struct chan *c = chan_new(1, sizeof(int));
    pthread_t thread;
    int got, item = 1;
    pthread_create(&thread, NULL, close_soon, c);
    assert_false(chan_receive(c, &got));
    pthread_join(thread, NULL);
    chan_free(c);

    c = chan_new(1, sizeof(int));
    chan_send(c, &item);
    pthread_create(&thread, NULL, close_soon, c);
    assert_false(chan_send(c, &item));
    pthread_join(thread, NULL);
    chan_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_first_out),
        cmocka_unit_test(a_closed_channel_is_emptied_first),
        cmocka_unit_test(receiving_for_a_while),
        cmocka_unit_test(several_senders_lose_nothing),
        cmocka_unit_test(closing_wakes_who_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
