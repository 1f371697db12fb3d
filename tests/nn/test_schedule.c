/* Learning rates against PyTorch's cosine annealing behind a linear warm-up, and edges by hand. */
#include "near.h"
#include "nn/schedule.h"
#include "reference/optim_vectors.h"

static void test_cosine_as_pytorch(void **state)
{
    (void)state;
    struct schedule s = {SCHEDULE_COSINE, .4, 5, 20};
    for (int i = 0; i < 20; i++)
        assert_near(schedule_lr(&s, i), schedule_rates[i], 1e-12);
}

static void test_constant(void **state)
{
    (void)state;
    struct schedule s = {SCHEDULE_CONSTANT, .1, 4, 100};
    assert_near(schedule_lr(&s, 0), .025, 1e-15);
    assert_near(schedule_lr(&s, 3), .1, 1e-15);
    assert_near(schedule_lr(&s, 4), .1, 0);
    assert_near(schedule_lr(&s, 99), .1, 0);
}

static void test_edges(void **state)
{
    (void)state;
    struct schedule none = {SCHEDULE_COSINE, 2, 0, 4}, all = {SCHEDULE_COSINE, 2, 4, 4};
    assert_near(schedule_lr(&none, 0), 2, 0);
    assert_near(schedule_lr(&none, 2), 1, 1e-15);
    assert_near(schedule_lr(&none, 4), 0, 1e-15);
    assert_near(schedule_lr(&none, 6), 0, 1e-15); /* behind the end: no second wave */
    assert_near(schedule_lr(&all, 1), 1, 0);
    assert_near(schedule_lr(&all, 4), 2, 0); /* nothing left to anneal over */
    struct schedule empty = {SCHEDULE_COSINE, 2, 0, 0};
    assert_near(schedule_lr(&empty, 0), 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cosine_as_pytorch),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
