/* Confusions against numpy's count, and by hand. */
#include "metric/confusion.h"
#include "tune_table.h"

static void test_as_numpy(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double cuts[TUNE_K];
    struct confusion got;
    for (int c = 0; c < TUNE_K; c++)
        cuts[c] = .35;
    confusion_count(s, cuts, -1, &got);
    for (int a = 0; a < TUNE_K; a++)
        for (int b = 0; b < TUNE_K; b++)
            assert_int_equal(got.instead[a][b], tune_instead[a][b]);
    scores_free(s);
}

static void test_by_hand(void **state)
{
    (void)state;
    /* truth 0, predicted 1; truth 0 1, predicted 1; truth 2, predicted nothing */
    const float p[9] = {.1f, .9f, .1f, .1f, .9f, .1f, .1f, .1f, .4f};
    const double cuts[3] = {.5, .5, .5};
    struct scores *s = scores_new(3, 3, NULL);
    struct confusion got;
    struct confusion_pair pairs[2];
    memcpy(s->p, p, sizeof p);
    labels_add(&s->truth[0], 0);
    labels_add(&s->truth[1], 0);
    labels_add(&s->truth[1], 1);
    labels_add(&s->truth[2], 2);
    confusion_count(s, cuts, -1, &got);
    assert_int_equal(got.missed[0], 2);
    assert_int_equal(got.alone[0], 1);
    assert_int_equal(got.added[1], 1);
    assert_int_equal(got.instead[0][1], 1);
    assert_int_equal(got.missed[2], 1);
    assert_int_equal(confusion_top(&got, pairs, 2), 1);
    confusion_count(s, cuts, -2, &got); /* argmax: the third is right now */
    assert_int_equal(got.missed[2], 0);
    scores_free(s);
}

/* A missed class stands alone unless another is added: also where that is the first or the last
 * class. */
static void test_the_first_and_the_last_class_added(void **state)
{
    (void)state;
    const float p[6] = {.9f, .1f, .1f, .1f, .1f, .9f};
    const double cuts[3] = {.5, .5, .5};
    struct scores *s = scores_new(2, 3, NULL);
    struct confusion got;
    memcpy(s->p, p, sizeof p);
    labels_add(&s->truth[0], 1); /* 0 is predicted */
    labels_add(&s->truth[1], 1); /* 2 is */
    confusion_count(s, cuts, -1, &got);
    assert_int_equal(got.missed[1], 2);
    assert_int_equal(got.alone[1], 0);
    assert_int_equal(got.instead[1][0], 1);
    assert_int_equal(got.instead[1][2], 1);
    scores_free(s);
}

static void test_top(void **state)
{
    (void)state;
    struct confusion c = {.k = 3};
    struct confusion_pair pairs[3];
    c.instead[0][1] = 2;
    c.instead[0][2] = 5;
    c.instead[1][0] = 5;
    c.instead[2][0] = 1;
    c.instead[2][1] = 7;
    assert_int_equal(confusion_top(&c, pairs, 3), 3);
    const struct confusion_pair want[3] = {{2, 1, 7}, {0, 2, 5}, {1, 0, 5}};
    assert_memory_equal(pairs, want, sizeof want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_numpy),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_the_first_and_the_last_class_added),
        cmocka_unit_test(test_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
