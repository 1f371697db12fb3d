/* Learning rates of every group and step against PyTorch's schedulers behind a linear warm-up, and
 * edges by hand. */
#include "near.h"
#include "nn/schedule.h"
#include "reference/optim_vectors.h"

enum { N = SCHEDULE_STEPS, GROUPS = SCHEDULE_GROUPS };

static void check_table(const struct schedule *s, const double *table /* [N][GROUPS] */)
{
    for (int step = 0; step < N; step++)
        for (int group = 0; group < GROUPS; group++)
            assert_near(schedule_lr(s, step) * schedule_scales[group], table[step * GROUPS + group],
                        1e-12);
}

static void test_tables_of_pytorch(void **state)
{
    (void)state;
    struct schedule s = {SCHEDULE_CONSTANT, .4, SCHEDULE_WARMUP, N, 5, 2, .3};
    check_table(&s, schedule_constant);
    s.kind = SCHEDULE_COSINE;
    check_table(&s, schedule_cosine);
    s.kind = SCHEDULE_RESTARTS;
    check_table(&s, schedule_restarts);
    s.kind = SCHEDULE_ONECYCLE; /* has a rise of its own */
    check_table(&s, schedule_onecycle);
    s.rise = .12;
    check_table(&s, schedule_onecycle_early);
    struct schedule even = {SCHEDULE_RESTARTS, .4, 0, N, 7, 1, 0};
    check_table(&even, schedule_restarts_even);
}

static void test_momentum_of_pytorch(void **state)
{
    (void)state;
    struct schedule s = {.kind = SCHEDULE_ONECYCLE, .peak = .4, .total = N, .rise = .3};
    for (int step = 0; step < N; step++)
        assert_near(schedule_momentum(&s, step), schedule_onecycle_momentum[step], 1e-12);
    s.rise = .12;
    for (int step = 0; step < N; step++)
        assert_near(schedule_momentum(&s, step), schedule_onecycle_early_momentum[step], 1e-12);
}

static void test_constant(void **state)
{
    (void)state;
    struct schedule s = {.kind = SCHEDULE_CONSTANT, .peak = .1, .warmup = 4, .total = 100};
    assert_near(schedule_lr(&s, 0), .025, 1e-15);
    assert_near(schedule_lr(&s, 3), .1, 1e-15);
    assert_near(schedule_lr(&s, 4), .1, 0);
    assert_near(schedule_lr(&s, 99), .1, 0);
}

static void test_edges_of_cosine(void **state)
{
    (void)state;
    struct schedule none = {.kind = SCHEDULE_COSINE, .peak = 2, .total = 4}, all = none,
                    empty = none;
    assert_near(schedule_lr(&none, 0), 2, 0);
    assert_near(schedule_lr(&none, 2), 1, 1e-15);
    assert_near(schedule_lr(&none, 4), 0, 1e-15);
    assert_near(schedule_lr(&none, 6), 0, 1e-15); /* behind the end: no second wave */
    all.warmup = 4;
    assert_near(schedule_lr(&all, 1), 1, 0);
    assert_near(schedule_lr(&all, 4), 2, 0); /* nothing left to anneal over */
    empty.total = 0;
    assert_near(schedule_lr(&empty, 0), 2, 0);
}

/* Cycles of 3, 6, 12 steps: each begins at the peak, and is half way down in its middle. */
static void test_edges_of_restarts(void **state)
{
    (void)state;
    struct schedule s = {SCHEDULE_RESTARTS, 2, 1, 22, 3, 2, 0};
    static const int starts[] = {1, 4, 10, 22, 46}; /* 46: behind the end, no other rule */
    for (int i = 0; i < 5; i++)
        assert_near(schedule_lr(&s, starts[i]), 2, 0);
    assert_near(schedule_lr(&s, 7), 1, 1e-15);
    assert_near(schedule_lr(&s, 16), 1, 1e-15);
    assert_true(schedule_lr(&s, 21) < .05);
}

/* Runs too short to rise, or to fall. */
static void test_edges_of_onecycle(void **state)
{
    (void)state;
    struct schedule one = {.kind = SCHEDULE_ONECYCLE, .peak = 2, .total = 1, .rise = .3}, two = one,
                    rising = one;
    assert_near(schedule_lr(&one, 0), 2, 0);
    two.total = 2;
    assert_near(schedule_lr(&two, 0), 2, 0);
    assert_near(schedule_lr(&two, 1), 2 / 25e4, 1e-15);
    assert_near(schedule_lr(&two, 9), 2 / 25e4, 1e-15);
    rising.total = 5;
    rising.rise = 1;
    assert_near(schedule_lr(&rising, 0), 2 / 25., 1e-15);
    assert_near(schedule_lr(&rising, 4), 2, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_of_pytorch), cmocka_unit_test(test_momentum_of_pytorch),
        cmocka_unit_test(test_constant),          cmocka_unit_test(test_edges_of_cosine),
        cmocka_unit_test(test_edges_of_restarts), cmocka_unit_test(test_edges_of_onecycle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
