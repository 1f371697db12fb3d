/* Synthetic label sets against the statistics of the real training set. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "data/synth.h"
#include "test.h"

enum { CLASSES = 28 };

/* Samples per class and per number of labels among the 31,072 of the real training set. */
static const int real_count[CLASSES] = {12885, 1254, 3621, 1561, 1858, 2513, 1008, 2822, 53,  45,
                                        28,    1093, 688,  537,  1066, 21,   530,  210,  902, 1482,
                                        172,   3777, 802,  2965, 322,  8228, 328,  11};
static const int real_sizes[6] = {0, 15126, 12485, 3160, 299, 2};

static struct labels *draw_sets(uint64_t seed, int n)
{
    struct labels *sets = calloc((size_t)n, sizeof *sets);
    assert_non_null(sets);
    assert_int_equal(synth_labels(seed, n, sets, NULL), 0);
    return sets;
}

static void count_classes(const struct labels *sets, int n, int count[CLASSES])
{
    memset(count, 0, CLASSES * sizeof *count);
    for (int i = 0; i < n; i++)
        for (int c = labels_next(&sets[i], 0); c >= 0; c = labels_next(&sets[i], c + 1)) {
            assert_true(c < CLASSES);
            count[c]++;
        }
}

static void labels_have_the_real_marginals(void **state)
{
    (void)state;
    enum { N = 31072 };
    struct labels *sets = draw_sets(3, N);
    int count[CLASSES], sizes[6] = {0};
    count_classes(sets, N, count);
    for (int c = 0; c < CLASSES; c++) {
        int wanted = real_count[c] > N / 100 ? real_count[c] : N / 100;
        assert_in_range(count[c], wanted * 85 / 100, wanted * 110 / 100);
    }
    for (int i = 0; i < N; i++) {
        assert_in_range(labels_count(&sets[i]), 1, 5);
        sizes[labels_count(&sets[i])]++;
    }
    for (int k = 1; k < 6; k++)
        assert_in_range(sizes[k] + 10, real_sizes[k], real_sizes[k] + 20);
    free(sets);
}

static void every_class_fits_into_five_folds(void **state)
{
    (void)state;
    for (int n = 300; n <= 1200; n += 150) {
        struct labels *sets = draw_sets((uint64_t)n, n);
        int count[CLASSES];
        count_classes(sets, n, count);
        for (int c = 0; c < CLASSES; c++)
            assert_true(count[c] >= 5 && count[c] >= n / 100);
        free(sets);
    }
}

/* In the real set 10, 15 and 17 never stand alone, 9 meets only 6 and 10, 8 never meets 23. */
static void company_is_as_in_the_real_set(void **state)
{
    (void)state;
    enum { N = 4000 };
    struct labels *sets = draw_sets(5, N);
    int lysosomes = 0, with_endosomes = 0;
    for (int i = 0; i < N; i++) {
        const struct labels *s = &sets[i];
        if (labels_count(s) == 1)
            assert_false(labels_has(s, 10) || labels_has(s, 15) || labels_has(s, 17));
        if (labels_has(s, 9) && labels_count(s) == 2)
            assert_true(labels_has(s, 6) || labels_has(s, 10));
        assert_false(labels_has(s, 8) && labels_has(s, 23));
        lysosomes += labels_has(s, 10);
        with_endosomes += labels_has(s, 10) && labels_has(s, 9);
    }
    assert_true(lysosomes >= 40 && with_endosomes > lysosomes / 2);
    free(sets);
}

static void labels_of_tiny_sets_are_not_empty(void **state)
{
    (void)state;
    for (int n = 1; n < 40; n++) {
        struct labels *sets = draw_sets(9, n);
        for (int i = 0; i < n; i++)
            assert_true(labels_count(&sets[i]) >= 1);
        free(sets);
    }
}

/* A project that is drawn again elsewhere has the same labels: no count of the tables may change
 * unnoticed. */
static void labels_are_those_of_the_first_version(void **state)
{
    (void)state;
    enum { N = 31072 };
    uint64_t seen = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct labels *sets = draw_sets(seed, N);
        seen ^= hash_bytes(sets, N * sizeof *sets);
        free(sets);
    }
    assert_true(seen == UINT64_C(0x21c0d1112d6faac7));
}

static void labels_depend_on_the_seed_alone(void **state)
{
    (void)state;
    enum { N = 500 };
    struct labels *a = draw_sets(1, N), *b = draw_sets(1, N), *c = draw_sets(2, N);
    assert_memory_equal(a, b, N * sizeof *a);
    assert_memory_not_equal(a, c, N * sizeof *a);
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_have_the_real_marginals),
        cmocka_unit_test(every_class_fits_into_five_folds),
        cmocka_unit_test(company_is_as_in_the_real_set),
        cmocka_unit_test(labels_of_tiny_sets_are_not_empty),
        cmocka_unit_test(labels_depend_on_the_seed_alone),
        cmocka_unit_test(labels_are_those_of_the_first_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
