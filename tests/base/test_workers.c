/* Every block exactly once, on teams of any size, run after run. */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/workers.h"
#include "test.h"

enum { BLOCKS_MAX = 500 };

struct tally {
    int done[BLOCKS_MAX]; /* each owned by its block: TSan finds a block computed twice */
    double sum[BLOCKS_MAX];
    atomic_int strange_worker;
    int count;
};

static void tally_block(void *context, int block, int worker)
{
    struct tally *t = context;
    t->done[block]++;
    t->sum[block] = 0;
    for (int i = 1; i <= 50; i++)
        t->sum[block] += 1.0 / (block + i);
    if (worker < 0 || worker >= t->count)
        atomic_store(&t->strange_worker, 1);
}

static void run_and_check(struct workers *w, struct tally *t, int blocks, const double *want)
{
    memset(t->done, 0, sizeof t->done);
    workers_run(w, blocks, tally_block, t);
    for (int b = 0; b < BLOCKS_MAX; b++) {
        assert_int_equal(t->done[b], b < blocks);
        if (b < blocks)
            assert_memory_equal(&t->sum[b], &want[b], sizeof want[b]);
    }
    assert_int_equal(atomic_load(&t->strange_worker), 0);
}

static void every_block_once(void **state)
{
    (void)state;
    static struct tally t, alone;
    static const int teams[] = {1, 2, 3, 8}, blocks[] = {0, 1, 2, 3, 7, 8, 9, 64, BLOCKS_MAX};
    alone.count = 1;
    workers_run(NULL, BLOCKS_MAX, tally_block, &alone);
    for (int i = 0; i < 4; i++) {
        struct workers *w = workers_new(teams[i], 5, NULL);
        assert_non_null(w);
        t.count = workers_count(w);
        assert_int_equal(t.count, teams[i]);
        for (int round = 0; round < 20; round++)
            for (int b = 0; b < 9; b++)
                run_and_check(w, &t, blocks[b], alone.sum);
        workers_free(w);
    }
}

/* Pauses long enough for helpers to fall asleep between tasks: a lost wake-up hangs here. */
static void sleeping_helpers_wake(void **state)
{
    (void)state;
    static struct tally t, alone;
    alone.count = 1;
    workers_run(NULL, 4, tally_block, &alone);
    struct workers *w = workers_new(2, 0, NULL);
    t.count = 2;
    for (int round = 0; round < 100; round++) {
        usleep((useconds_t)(round % 7 * 100));
        run_and_check(w, &t, 4, alone.sum);
    }
    workers_free(w);
}

/* Tasks come just as helpers give up spinning, and just after; a team of more than there are cores
 * never spins. Short blocks, so that the caller, too, gets there before and after them. */
static void every_moment_of_falling_asleep(void **state)
{
    (void)state;
    static struct tally t, alone;
    alone.count = 1;
    workers_run(NULL, 8, tally_block, &alone);
    const int teams[] = {2, 3, workers_cores() + 1};
    for (int i = 0; i < 3; i++) {
        struct workers *w = workers_new(teams[i], 0, NULL);
        t.count = teams[i];
        for (int round = 0; round < 3000; round++) {
            for (volatile int wait = 0; wait < round * 40; wait = wait + 1) {
            }
            run_and_check(w, &t, 2 + round % 7, alone.sum);
        }
        workers_free(w);
    }
}

static void take_time(void *context, int block, int worker)
{
    (void)worker;
    usleep(block == 0 ? 20000 : 1000);
    atomic_fetch_add((atomic_int *)context, 1);
}

static void run_waits_for_the_slowest(void **state)
{
    (void)state;
    atomic_int done = 0;
    struct workers *w = workers_new(3, 0, NULL);
    for (int round = 1; round <= 5; round++) {
        workers_run(w, 6, take_time, &done);
        assert_int_equal(atomic_load(&done), 6 * round);
    }
    workers_free(w);
}

static void teams_come_and_go(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++)
        workers_free(workers_new(1 + i % 4, 0, NULL));
    workers_free(NULL);
    assert_int_equal(workers_count(NULL), 1);
    assert_true(workers_cores() >= 1);
    struct workers *w = workers_new(0, 0, NULL);
    assert_int_equal(workers_count(w), workers_cores());
    workers_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_once),
        cmocka_unit_test(sleeping_helpers_wake),
        cmocka_unit_test(every_moment_of_falling_asleep),
        cmocka_unit_test(run_waits_for_the_slowest),
        cmocka_unit_test(teams_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
