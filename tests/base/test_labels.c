#include "base/labels.h"
#include "test.h"

static void sets(void **state)
{
    (void)state;
    static const int members[] = {0, 1, 62, 63, 64, 65, 126, 127};
    struct labels set = {{0}}, other = {{0}};
    assert_int_equal(labels_next(&set, 0), -1);
    assert_int_equal(labels_count(&set), 0);
    for (int i = 0; i < 8; i++)
        labels_add(&set, members[i]);
    labels_add(&set, 64);
    assert_int_equal(labels_count(&set), 8);
    int n = 0;
    for (int c = labels_next(&set, 0); c >= 0; c = labels_next(&set, c + 1))
        assert_int_equal(c, members[n++]);
    assert_int_equal(n, 8);
    for (int c = 0, at = 0; c < LABELS_MAX; c++) {
        int member = at < 8 && members[at] == c;
        at += member;
        assert_int_equal(labels_has(&set, c), member);
    }
    assert_int_equal(labels_next(&set, 66), 126);
    assert_int_equal(labels_next(&set, 128), -1);
    struct labels lonely = {{0}};
    labels_add(&lonely, 64);
    assert_int_equal(labels_next(&lonely, 5), 64);
    assert_false(labels_equal(&set, &other));
    other = set;
    assert_true(labels_equal(&set, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
