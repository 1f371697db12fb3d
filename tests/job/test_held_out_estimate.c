/* Estimates of the screen: they come in parts, the newest scores win; and what tables of scores and
 * files of cuts bring. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/rng.h"
#include "job/held_out_estimate.h"
#include "job/run_query_table.h"
#include "near.h"
#include "tempdir.h"
#include "test.h"

enum { N = 120, K = 3 };
static const double PATIENCE = 60;

/* Positives score above .5, negatives below: every exact cut is right for every sample. */
static struct scores *clear_scores(int n)
{
    struct rng r = rng_stream(3, RNG_TEST, 0, 0);
    struct scores *s = scores_new(n, K, NULL);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < K; c++) {
            bool positive = i % (c + 2) == 0;
            s->p[i * K + c] = (float)((positive ? 0.6 : 0.1) + 0.3 * rng_unit(&r));
            if (positive)
                labels_add(&s->truth[i], c);
        }
    return s;
}

/* The whole answer; in between every part holds what the one before held. */
static struct held_out_estimate *wait_whole(struct held_out_estimate_desk *d)
{
    struct held_out_estimate *last = NULL;
    double end = clock_seconds() + PATIENCE;
    while ((!last || !last->whole) && clock_seconds() < end) {
        struct held_out_estimate *next = held_out_estimate_take(d);
        if (!next) {
            usleep(2000);
            continue;
        }
        assert_true(!last || last->question != next->question || next->spread >= last->spread);
        free(last);
        last = next;
    }
    assert_non_null(last);
    assert_true(last->whole);
    return last;
}

static void test_methods_and_spread(void **state)
{
    (void)state;
    struct err e = {0};
    struct wake wake;
    struct scores *s = clear_scores(N);
    assert_int_equal(wake_init(&wake), 0);
    struct held_out_estimate_desk *d = held_out_estimate_open(&wake, &e);
    held_out_estimate_ask(d, s, 7);
    struct held_out_estimate *t = wait_whole(d);
    assert_int_equal(t->error.code, ERR_NONE);
    assert_int_equal(t->question, 7);
    assert_int_equal(t->k, K);
    assert_true(t->spread);
    assert_int_equal(t->methods_n, 10);
    assert_string_equal(t->methods[0].name, "fixed");
    assert_near(t->methods[0].in_sample, 1, 1e-12); /* .5 parts them */
    assert_near(t->methods[0].held_out, 1, 1e-12);
    for (int c = 0; c < K; c++) {
        assert_near(t->methods[0].cuts[c], 0.5, 0);
        assert_true(t->low[c] > 0.3 && t->low[c] <= t->high[c] && t->high[c] < 0.7);
        for (int f = 0; f < HELD_OUT_ESTIMATE_FOLDS; f++)
            assert_true(t->fold[c][f] > 0.3 && t->fold[c][f] < 0.7);
    }
    free(t);
    held_out_estimate_close(d);
    wake_fini(&wake);
    scores_free(s);
}

/* Many questions in a row: the last one is answered, whatever became of the others. */
static void test_the_newest_wins(void **state)
{
    (void)state;
    struct err e = {0};
    struct wake wake;
    struct scores *s = clear_scores(N);
    assert_int_equal(wake_init(&wake), 0);
    struct held_out_estimate_desk *d = held_out_estimate_open(&wake, &e);
    for (uint64_t question = 1; question <= 30; question++) {
        held_out_estimate_ask(d, s, question);
        usleep((unsigned)(question % 5) * 300);
    }
    scores_free(s); /* they were copied */
    double end = clock_seconds() + PATIENCE;
    uint64_t answered = 0;
    while (answered != 30 && clock_seconds() < end) {
        struct held_out_estimate *t = wait_whole(d);
        answered = t->question;
        assert_true(t->error.code == (answered == 30 ? ERR_NONE : t->error.code));
        free(t);
    }
    assert_int_equal(answered, 30);
    held_out_estimate_close(d);
    wake_fini(&wake);
}

static void test_a_table_alone(void **state)
{
    (void)state;
    struct err e = {0};
    struct run_query_labels *labels;
    struct run_query_run *run;
    tempdir_make();
    const char *probs = tempdir_path("p.csv"), *truth = tempdir_path("t.csv"),
               *names = tempdir_path("c.txt");
    const char *p = "id,x,y\na,.9,.1\nb,.4,.9\n", *t = "Id,Target\na,0\nb,1 0\n",
               *n = "Aleph\nBeth\n";
    assert_int_equal(file_save_all(probs, p, strlen(p), &e), 0);
    assert_int_equal(file_save_all(truth, t, strlen(t), &e), 0);
    assert_int_equal(file_save_all(names, n, strlen(n), &e), 0);
    struct conf *c = conf_new();
    assert_int_equal(conf_set(c, "data.classes", names, "test", &e), 0);
    struct run_query_table table = {probs, truth};
    assert_int_equal(run_query_table_read(&table, c, &labels, &run, &e), 0);
    assert_string_equal(run->row.name, "p.csv");
    assert_int_equal(run->scores->n, 2);
    assert_near(run->scores->p[3], 0.9, 1e-7);
    assert_int_equal(labels->samples, 2);
    assert_int_equal(labels->count[0], 2);
    assert_int_equal(labels->count[1], 1);
    assert_string_equal(labels->names[1], "Beth");
    free(labels);
    run_query_run_free(run);
    table.probs = "no-such-file.csv";
    assert_int_equal(run_query_table_read(&table, c, &labels, &run, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    conf_free(c);
    tempdir_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods_and_spread),
        cmocka_unit_test(test_the_newest_wins),
        cmocka_unit_test(test_a_table_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
