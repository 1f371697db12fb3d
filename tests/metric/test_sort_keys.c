/* Keys of scores: what is packed comes out again, and a column is sorted and nothing beside it is
 * read or written: scores and keys end where memory does. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scores/sort_keys.h"
#include "test.h"

/* `bytes` of memory, of which the last is the last that may be touched. */
static void *at_the_end(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (bytes + page - 1) / page * page;
    char *start =
        mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(start != MAP_FAILED);
    assert_int_equal(mprotect(start + whole, page, PROT_NONE), 0);
    return start + whole - bytes;
}

static void test_what_is_packed_comes_out(void **state)
{
    (void)state;
    static const float scores[] = {0, 1, .5f, 1e-30f, 0.99999994f};
    static const int classes[] = {0, 1, 27, 126, 127};
    for (int i = 0; i < 5; i++)
        for (int positive = 0; positive < 2; positive++) {
            uint64_t key = sort_keys_pack(scores[i], classes[i], positive);
            assert_true(sort_keys_score(key) == scores[i]);
            assert_int_equal(sort_keys_class(key), classes[i]);
            assert_int_equal(sort_keys_positive(key), positive);
            assert_int_equal(sort_keys_row(key), 0);
            key = sort_keys_with_row(key, SORT_KEYS_ROWS - 1);
            assert_int_equal(sort_keys_row(key), SORT_KEYS_ROWS - 1);
            assert_true(sort_keys_score(key) == scores[i]);
            assert_int_equal(sort_keys_class(key), classes[i]);
            assert_int_equal(sort_keys_positive(key), positive);
        }
    assert_true(sort_keys_pack(-0.f, 3, true) == sort_keys_pack(0, 3, true));
}

static void test_a_column_is_sorted(void **state)
{
    (void)state;
    enum { N = 6, K = 2 };
    static const float p[N][K] = {{.9f, .10f}, {.2f, .15f}, {.7f, .05f},
                                  {0, 1},      {1, .35f},   {.2000001f, 0}};
    static const float sorted[K][N] = {{0, .2f, .2000001f, .7f, .9f, 1},
                                       {0, .05f, .10f, .15f, .35f, 1}};
    /* Rows 0, 3 and 5 have class 1. */
    static const bool positive[N] = {true, false, true, false, false, true};
    struct labels *truth = at_the_end(N * sizeof *truth);
    memset(truth, 0, N * sizeof *truth);
    labels_add(&truth[0], 1);
    labels_add(&truth[3], 1);
    labels_add(&truth[5], 1);
    struct scores s = {.n = N, .k = K, .p = at_the_end(sizeof p), .truth = truth};
    memcpy(s.p, p, sizeof p);
    uint64_t *keys = at_the_end(2 * N * sizeof *keys);
    for (int class = 0; class < K; class ++) {
        sort_keys_column(&s, class, keys);
        for (int i = 0; i < N; i++) {
            assert_true(sort_keys_score(keys[i]) == sorted[class][i]);
            assert_int_equal(sort_keys_class(keys[i]), class);
            assert_int_equal(sort_keys_positive(keys[i]), class == 1 && positive[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_packed_comes_out),
        cmocka_unit_test(test_a_column_is_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
