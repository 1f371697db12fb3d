/* Philox4x32-10 against the known-answer vectors of its authors (Random123, kat_vectors), and the
 * distributions built on it. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "test.h"

static void check_block(const uint32_t counter[4], const uint32_t key[2], const uint32_t want[4])
{
    uint32_t out[4];
    rng_block(counter, key, out);
    assert_memory_equal(out, want, sizeof out);
}

static void known_answers(void **state)
{
    (void)state;
    check_block((uint32_t[]){0, 0, 0, 0}, (uint32_t[]){0, 0},
                (uint32_t[]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    check_block((uint32_t[]){~0u, ~0u, ~0u, ~0u}, (uint32_t[]){~0u, ~0u},
                (uint32_t[]){0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    check_block((uint32_t[]){0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                (uint32_t[]){0xa4093822, 0x299f31d0},
                (uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

static void a_stream_is_its_blocks(void **state)
{
    (void)state;
    struct rng r = rng_stream(0x1122334455667788, RNG_TEST, 7, 9);
    for (uint32_t block = 0; block < 3; block++) {
        uint32_t counter[4] = {block, 9, 7, RNG_TEST}, key[2] = {0x55667788, 0x11223344}, out[4];
        rng_block(counter, key, out);
        for (int i = 3; i >= 0; i--)
            assert_int_equal(rng_u32(&r), out[i]);
    }
}

static void a_copy_goes_on_alike(void **state)
{
    (void)state;
    struct rng r = rng_stream(1, RNG_TEST, 0, 0);
    rng_u32(&r);
    struct rng copy = r;
    for (int i = 0; i < 100; i++)
        assert_int_equal(rng_u32(&r), rng_u32(&copy));
}

static void streams_differ(void **state)
{
    (void)state;
    struct rng base = rng_stream(1, RNG_TEST, 2, 3);
    struct rng others[] = {rng_stream(2, RNG_TEST, 2, 3), rng_stream(1, RNG_SPLIT, 2, 3),
                           rng_stream(1, RNG_TEST, 3, 3), rng_stream(1, RNG_TEST, 2, 4),
                           rng_stream(UINT64_C(1) << 32 | 1, RNG_TEST, 2, 3)};
    uint32_t first = rng_u32(&base);
    for (int i = 0; i < 5; i++)
        assert_int_not_equal(rng_u32(&others[i]), first);
}

/* Chi-squared with 6 degrees of freedom stays under 22.5 with probability .999. */
static void below_is_uniform(void **state)
{
    (void)state;
    enum { N = 70000, CELLS = 7 };
    struct rng r = rng_stream(5, RNG_TEST, 0, 0);
    int count[CELLS] = {0};
    for (int i = 0; i < N; i++) {
        uint32_t v = rng_below(&r, CELLS);
        assert_true(v < CELLS);
        count[v]++;
    }
    double chi = 0;
    for (int c = 0; c < CELLS; c++)
        chi += pow(count[c] - N / CELLS, 2) / (N / CELLS);
    assert_true(chi < 22.5);
    assert_int_equal(rng_below(&r, 1), 0);
}

/* With n = 3 * 2^30, four words fall on three values: without rejection every third value would
 * come twice as often (and with a plain modulo, every value of the lower third). */
static void below_rejects_the_remainder(void **state)
{
    (void)state;
    enum { N = 30000 };
    struct rng r = rng_stream(6, RNG_TEST, 0, 0);
    int low = 0, thirds[3] = {0};
    for (int i = 0; i < N; i++) {
        uint32_t v = rng_below(&r, 3u << 30);
        low += v < 1u << 30;
        thirds[v % 3]++;
    }
    assert_true(abs(low - N / 3) < 400); /* five sigma */
    for (int i = 0; i < 3; i++)
        assert_true(abs(thirds[i] - N / 3) < 400);
}

static void unit_and_normal(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct rng r = rng_stream(7, RNG_TEST, 0, 0);
    const double n = N;
    double sum = 0, squares = 0, normal = 0, normal_squares = 0;
    for (int i = 0; i < N; i++) {
        double u = rng_unit(&r), z = rng_normal(&r);
        assert_true(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
        normal += z;
        normal_squares += z * z;
    }
    assert_true(fabs(sum / n - .5) < .005);
    assert_true(fabs(squares / n - 1. / 3) < .005);
    assert_true(fabs(normal / n) < .016);
    assert_true(fabs(normal_squares / n - 1) < .025);
    double v = rng_range(&r, -3, -2);
    assert_true(v >= -3 && v <= -2);
}

static void shuffle_is_a_fair_permutation(void **state)
{
    (void)state;
    enum { N = 24000 };
    struct rng r = rng_stream(8, RNG_TEST, 0, 0);
    int seen[256] = {0}, orders = 0;
    for (int i = 0; i < N; i++) {
        int items[4] = {0, 1, 2, 3};
        rng_shuffle(&r, items, 4);
        int mask = 1 << items[0] | 1 << items[1] | 1 << items[2] | 1 << items[3];
        assert_int_equal(mask, 15);
        seen[items[0] << 6 | items[1] << 4 | items[2] << 2 | items[3]]++;
    }
    for (int i = 0; i < 256; i++) {
        orders += seen[i] > 0;
        assert_true(seen[i] == 0 || abs(seen[i] - N / 24) < 160); /* five sigma */
    }
    assert_int_equal(orders, 24);
    rng_shuffle(&r, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),        cmocka_unit_test(a_stream_is_its_blocks),
        cmocka_unit_test(a_copy_goes_on_alike), cmocka_unit_test(streams_differ),
        cmocka_unit_test(below_is_uniform),     cmocka_unit_test(below_rejects_the_remainder),
        cmocka_unit_test(unit_and_normal),      cmocka_unit_test(shuffle_is_a_fair_permutation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
