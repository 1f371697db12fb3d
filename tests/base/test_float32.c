/* Thresholds as float32 numbers: decimals against exact arithmetic of Python, comparisons of every
 * reading of what is written, over random numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/float32.h"
#include "base/rng.h"
#include "base/text.h"
#include "reference/float32_vectors.h"
#include "test.h"

static void test_decimals_of_python(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof float32_vectors / sizeof *float32_vectors; i++) {
        double want = strtod(float32_vectors[i].text, NULL);
        double got = float32_to_write(float32_vectors[i].value);
        if (got != want)
            fail_msg("%a: %.17g, not %s", float32_vectors[i].value, got, float32_vectors[i].text);
    }
}

static void test_edges(void **state)
{
    (void)state;
    assert_true(float32_to_write(0) == 0);
    assert_true(float32_to_write(1) == 1);
    assert_true(float32_to_write(.5) == .5);
    assert_true(float32_to_write(.7) == .69999998); /* .7 as a double is above the float32 */
    assert_true(float32_round(.7) == .7F && float32_round(.7) != .7);
    assert_true(float32_reaches(.7F, .7) && float32_reaches(.1F, .1));
    assert_false(float32_reaches(nextafterf(.7F, 0), .7));
    assert_false(float32_reaches(NAN, .5));
}

/* The middle of two neighbours must not fall on the lower one. */
static void test_between(void **state)
{
    (void)state;
    struct rng r = rng_stream(5, 1, 0, 0);
    assert_true(float32_between(.25, .75) == .5);
    assert_true(float32_between(0, 0x1p-149) == 0x1p-149);
    for (int i = 0; i < 200000; i++) {
        float low = (float)rng_unit(&r), high = nextafterf(low, 2);
        if (i & 1)
            high = (float)rng_unit(&r);
        if (high < low)
            continue;
        double cut = float32_between(low, high);
        assert_true(float32_reaches(high, cut));
        assert_true(low == high || !float32_reaches(low, cut));
        assert_true(cut == (float)cut);
    }
}

/* As a program reads them that knows only the texts: with float32, with double, or mixed. */
static void check_texts(float score, float threshold)
{
    char s[32], t[32];
    text_put_real(score, s, sizeof s);
    text_put_real(float32_to_write(threshold), t, sizeof t);
    double score64 = strtod(s, NULL), threshold64 = strtod(t, NULL);
    bool reached = score >= threshold;
    assert_true(strtof(t, NULL) == threshold && (float)threshold64 == threshold);
    assert_true(strtof(s, NULL) == score);
    assert_true(threshold64 <= (double)threshold);
    assert_int_equal(score64 >= threshold64, reached);       /* float64 from the table */
    assert_int_equal((double)score >= threshold64, reached); /* float32 widened */
    assert_int_equal(score >= (float)threshold64, reached);  /* numpy's weak scalars */
    assert_int_equal(float32_reaches(score, threshold64), reached);
}

static void test_every_reading(void **state)
{
    (void)state;
    struct rng r = rng_stream(6, 1, 0, 0);
    for (int i = 0; i < 60000; i++) {
        float t = (float)(i % 3 ? rng_unit(&r) : pow(10, -38 * rng_unit(&r)));
        check_texts(t, t);
        check_texts(nextafterf(t, 2), t);
        check_texts(nextafterf(t, -1) < 0 ? 0 : nextafterf(t, -1), t);
    }
    for (int i = 0; i <= 1000; i++) /* what people type */
        check_texts((float)(i / 1000.0), (float)(i / 1000.0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals_of_python),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_between),
        cmocka_unit_test(test_every_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
