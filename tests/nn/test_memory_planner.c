/* The planner of the arena: nothing that lives together overlaps, what does not shares room. */
#include "base/rng.h"
#include "ops/memory_planner.h"
#include "test.h"

static void test_a_chain_needs_two_neighbours(void **state)
{
    (void)state;
    struct memory_planner s = {0};
    for (int i = 0; i < 10; i++) { /* each is read by the next step only */
        int slot = memory_planner_add(&s, 1600, i);
        memory_planner_touch(&s, slot, i + 1);
    }
    assert_int_equal(memory_planner_place(&s), 3200);
    memory_planner_fini(&s);
}

static void test_long_lives_keep_their_room(void **state)
{
    (void)state;
    struct memory_planner s = {0};
    int kept = memory_planner_add(&s, 100, 0);
    memory_planner_touch(&s, kept, 9);
    memory_planner_add(&s, 64, 3);
    memory_planner_add(&s, 64, 4);
    memory_planner_add(&s, 1, 4);
    assert_int_equal(memory_planner_place(&s), 112 + 64 + 16); /* sizes round up to 16 */
    memory_planner_fini(&s);
}

static void test_touch_extends_both_ways(void **state)
{
    (void)state;
    struct memory_planner s = {0};
    int a = memory_planner_add(&s, 16, 5);
    memory_planner_touch(&s, a, 2);
    memory_planner_touch(&s, a, 8);
    memory_planner_touch(&s, a, 4);
    assert_int_equal(s.at[a].first, 2);
    assert_int_equal(s.at[a].last, 8);
    memory_planner_fini(&s);
}

static void test_nothing_to_place(void **state)
{
    (void)state;
    struct memory_planner s = {0};
    assert_int_equal(memory_planner_place(&s), 0);
    memory_planner_fini(&s);
}

static void check_no_overlap(const struct memory_planner *s, size_t total)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct slot *a = &s->at[i];
        assert_true(a->offset % 16 == 0 && a->offset + a->floats <= total);
        for (size_t j = 0; j < i; j++) {
            const struct slot *b = &s->at[j];
            int together = a->first <= b->last && b->first <= a->last;
            int apart = a->offset + a->floats <= b->offset || b->offset + b->floats <= a->offset;
            assert_true(!together || apart);
        }
    }
}

/* The least that any plan needs: the most that is alive in one step. */
static size_t most_alive(const struct memory_planner *s, int steps)
{
    size_t most = 0;
    for (int step = 0; step < steps; step++) {
        size_t alive = 0;
        for (size_t i = 0; i < s->n; i++)
            if (s->at[i].first <= step && step <= s->at[i].last)
                alive += s->at[i].floats;
        most = alive > most ? alive : most;
    }
    return most;
}

static void test_random_lives(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 50; round++) {
        struct rng r = rng_stream(1, RNG_TEST, round, 0);
        struct memory_planner s = {0};
        for (int i = 0; i < 60; i++) {
            int slot = memory_planner_add(&s, 1 + rng_below(&r, 5000), (int)rng_below(&r, 40));
            memory_planner_touch(&s, slot, (int)rng_below(&r, 40));
        }
        size_t total = memory_planner_place(&s);
        check_no_overlap(&s, total);
        assert_true(total < most_alive(&s, 40) * 3 / 2);
        memory_planner_fini(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chain_needs_two_neighbours),
        cmocka_unit_test(test_long_lives_keep_their_room),
        cmocka_unit_test(test_touch_extends_both_ways),
        cmocka_unit_test(test_nothing_to_place),
        cmocka_unit_test(test_random_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
