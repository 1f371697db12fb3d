#include <math.h>

#include "base/mem.h"
#include "table.h"

static void test_sizes(void **state)
{
    (void)state;
    struct err e = {0};
    assert_null(scores_new(3, 0, &e));
    assert_int_equal(e.code, ERR_DATA);
    assert_null(scores_new(3, LABELS_MAX + 1, &e));
    assert_null(scores_new(-1, 3, &e));
    struct scores *s = scores_new(0, LABELS_MAX, &e);
    assert_non_null(s);
    assert_int_equal(scores_check(s, &e), 0);
    scores_free(s);
    scores_free(NULL);
}

static void test_copy_is_independent(void **state)
{
    (void)state;
    struct scores *s = table_scores(&metric_tables[0]), *copy = scores_copy(s, NULL);
    assert_non_null(copy);
    assert_int_equal(copy->n, s->n);
    assert_memory_equal(copy->p, s->p, (size_t)(s->n * s->k) * sizeof *s->p);
    assert_memory_equal(copy->truth, s->truth, (size_t)s->n * sizeof *s->truth);
    copy->p[0] += .125f;
    assert_true(copy->p[0] != s->p[0]);
    scores_free(s);
    scores_free(copy);
}

static void test_check_names_row_and_class(void **state)
{
    (void)state;
    const float bad[] = {NAN, INFINITY, -INFINITY, -1e-7f, 1.0000001f};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct scores *s = scores_new(4, 3, NULL);
        struct err e = {0};
        s->p[2 * 3 + 1] = bad[i];
        assert_int_equal(scores_check(s, &e), -1);
        assert_int_equal(e.code, ERR_DATA);
        assert_non_null(strstr(e.text, "row 3, class 1"));
        s->p[2 * 3 + 1] = i % 2 ? 1.0f : -0.0f;
        assert_int_equal(scores_check(s, &e), 0);
        scores_free(s);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    for (int n = 1; n <= 3; n++) {
        struct err e = {0};
        mem_fail_after(n);
        assert_null(scores_new(5, 5, &e));
        assert_int_equal(e.code, ERR_NOMEM);
    }
    mem_fail_after(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_copy_is_independent),
        cmocka_unit_test(test_check_names_row_and_class),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
