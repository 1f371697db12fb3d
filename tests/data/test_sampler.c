/* Samplers: counts by hand, and frequencies of draws against their weights. */
#include <stdlib.h>
#include <string.h>

#include "data/sampler.h"
#include "near.h"

static struct labels labels_of(const char *classes)
{
    struct labels set = {{0}};
    for (; *classes; classes++)
        labels_add(&set, *classes - '0');
    return set;
}

/* Pearson's statistic has mean k - 1 and variance about 2 (k - 1) for k weights that are not 0:
 * five deviations above the mean is far out, and a wrong weight lies much farther. */
static void test_frequencies_match_weights(void **state)
{
    (void)state;
    enum { N = 12, DRAWS = 20000 };
    const float weight[N] = {0, 1, 2, 3, 0, 0, .5f, 10, 1, 1, 7, 0};
    double sums[N], statistic = 0;
    int count[N] = {0};
    sampler_sums(weight, N, sums);
    assert_true(sums[N - 1] == 25.5);
    struct rng r = rng_stream(20182, RNG_TEST, 1, 0);
    for (int i = 0; i < DRAWS; i++)
        count[sampler_pick(sums, N, &r)]++;
    for (int i = 0; i < N; i++) {
        double wanted = (double)DRAWS * (double)weight[i] / 25.5;
        if (wanted > 0)
            statistic += (count[i] - wanted) * (count[i] - wanted) / wanted;
        else
            assert_int_equal(count[i], 0);
    }
    assert_true(statistic < 7 + 5 * sqrt(2 * 7.0));
    const double one = 3;
    assert_int_equal(sampler_pick(&one, 1, &r), 0);
}

static void test_rules(void **state)
{
    (void)state;
    int times[28];
    struct err e;
    assert_int_equal(sampler_times("8:4,20:2,27:1000", 28, times, &e), 0);
    for (int c = 0; c < 28; c++)
        assert_int_equal(times[c], c == 8 ? 4 : c == 20 ? 2 : c == 27 ? 1000 : 1);
    static const char *const wrong[] = {
        "28:4",    "8",   "8:0",      "8:1001", "-1:4",
        "8:4;9:4", "a:4", "8:4,,9:4", "8:4.5",  "00000000000000000000000000000000:2"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(sampler_times(wrong[i], 28, times, &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_non_null(strstr(e.text, "is not CLASS:TIMES with a class of 0..27 and 1 to 1000"));
    }
    assert_int_equal(sampler_times("8:4,9:2,8:3", 28, times, &e), -1);
    assert_string_equal(e.text, "class 8 is named twice");
}

/* A sample with several classes goes by the largest of their repeats. */
static void test_repeats_by_hand(void **state)
{
    (void)state;
    const struct labels labels[] = {labels_of("0"), labels_of("1"), labels_of("12"),
                                    labels_of(""),  labels_of("3"), labels_of("02")};
    const int rows[] = {5, 0, 2, 3, 1}, times[] = {1, 4, 2, 9};
    const int wanted[] = {5, 5, 0, 2, 2, 2, 2, 3, 1, 1, 1, 1};
    int out[12];
    assert_int_equal(sampler_repeat(labels, rows, 5, 4, times, NULL), 12);
    assert_int_equal(sampler_repeat(labels, rows, 5, 4, times, out), 12);
    assert_memory_equal(out, wanted, sizeof wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frequencies_match_weights),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_repeats_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
