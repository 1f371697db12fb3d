/* The planner of the arena: nothing that lives together overlaps, what does not shares room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "ops/slots.h"

static void test_a_chain_needs_two_neighbours(void **state)
{
    (void)state;
    struct slots s = {0};
    for (int i = 0; i < 10; i++) { /* each is read by the next step only */
        int slot = slots_add(&s, 1600, i);
        slots_touch(&s, slot, i + 1);
    }
    assert_int_equal(slots_place(&s), 3200);
    slots_fini(&s);
}

static void test_long_lives_keep_their_room(void **state)
{
    (void)state;
    struct slots s = {0};
    int kept = slots_add(&s, 100, 0);
    slots_touch(&s, kept, 9);
    slots_add(&s, 64, 3);
    slots_add(&s, 64, 4);
    slots_add(&s, 1, 4);
    assert_int_equal(slots_place(&s), 112 + 64 + 16); /* sizes round up to 16 */
    slots_fini(&s);
}

static void test_touch_extends_both_ways(void **state)
{
    (void)state;
    struct slots s = {0};
    int a = slots_add(&s, 16, 5);
    slots_touch(&s, a, 2);
    slots_touch(&s, a, 8);
    slots_touch(&s, a, 4);
    assert_int_equal(s.at[a].first, 2);
    assert_int_equal(s.at[a].last, 8);
    slots_fini(&s);
}

static void test_nothing_to_place(void **state)
{
    (void)state;
    struct slots s = {0};
    assert_int_equal(slots_place(&s), 0);
    slots_fini(&s);
}

static void check_no_overlap(const struct slots *s, size_t total)
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
static size_t most_alive(const struct slots *s, int steps)
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
        struct slots s = {0};
        for (int i = 0; i < 60; i++) {
            int slot = slots_add(&s, 1 + rng_below(&r, 5000), (int)rng_below(&r, 40));
            slots_touch(&s, slot, (int)rng_below(&r, 40));
        }
        size_t total = slots_place(&s);
        check_no_overlap(&s, total);
        assert_true(total < most_alive(&s, 40) * 3 / 2);
        slots_fini(&s);
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
