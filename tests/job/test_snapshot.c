/* The mailbox: newest wins, nothing is copied twice, scores change hands once. */
#include <stdlib.h>

#include <poll.h>
#include <pthread.h>

#include "job/run_query.h"
#include "job/snapshot.h"
#include "test.h"

static bool is_rung(const struct wake *w)
{
    struct pollfd p = {.fd = wake_fd(w), .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

static void test_newest_wins(void **state)
{
    (void)state;
    struct wake w;
    struct snapshot *in = calloc(1, sizeof *in), *out = calloc(1, sizeof *out);
    assert_int_equal(wake_init(&w), 0);
    struct snapshot_box *b = snapshot_box_new(&w);
    assert_false(snapshot_copy(b, out));
    assert_false(is_rung(&w));
    in->step = 1;
    snapshot_publish(b, in);
    in->step = 2;
    snapshot_publish(b, in);
    assert_true(is_rung(&w));
    assert_true(snapshot_copy(b, out));
    assert_int_equal(out->step, 2);
    assert_false(snapshot_copy(b, out));
    snapshot_box_free(b);
    wake_fini(&w);
    free(in);
    free(out);
}

static void test_scores_change_hands(void **state)
{
    (void)state;
    struct threshold_set cuts, one = {.epoch = 1}, two = {.epoch = 2, .k = 3, .cuts = {.5, .25, 1}};
    struct snapshot_box *b = snapshot_box_new(NULL);
    struct scores *first = scores_new(2, 3, NULL), *second = scores_new(2, 3, NULL);
    assert_null(snapshot_take_scores(b, &cuts));
    snapshot_put_scores(b, first, &one); /* replaced unread: the box frees it */
    snapshot_put_scores(b, second, &two);
    assert_ptr_equal(snapshot_take_scores(b, &cuts), second);
    assert_int_equal(cuts.epoch, 2);
    assert_memory_equal(cuts.cuts, two.cuts, 3 * sizeof *two.cuts);
    assert_null(snapshot_take_scores(b, &cuts));
    scores_free(second);
    snapshot_put_scores(b, scores_new(1, 1, NULL), &one); /* never taken */
    struct findings *found = calloc(1, sizeof *found);
    snapshot_put_findings(b, calloc(1, sizeof *found)); /* the same for findings */
    snapshot_put_findings(b, found);
    assert_ptr_equal(snapshot_take_findings(b), found);
    assert_null(snapshot_take_findings(b));
    snapshot_put_findings(b, found);
    snapshot_box_free(b);
}

enum { PUBLISHES = 2000 };

static void *publish_many(void *box)
{
    struct snapshot *s = calloc(1, sizeof *s);
    for (int i = 1; i <= PUBLISHES; i++) {
        s->step = i;
        s->steps = 2 * (int64_t)i;
        snapshot_publish(box, s);
    }
    free(s);
    return NULL;
}

static void test_copies_are_whole(void **state)
{
    (void)state;
    pthread_t t;
    struct snapshot *s = calloc(1, sizeof *s);
    struct snapshot_box *b = snapshot_box_new(NULL);
    assert_int_equal(pthread_create(&t, NULL, publish_many, b), 0);
    int64_t last = 0;
    while (s->step < PUBLISHES)
        if (snapshot_copy(b, s)) {
            assert_true(s->step > last);
            assert_int_equal(s->steps, 2 * s->step);
            last = s->step;
        }
    pthread_join(t, NULL);
    snapshot_box_free(b);
    free(s);
}

/* A run that was stopped inside its fourth epoch has three, on the screen that trained it as on one
 * that opens it later. */
static void test_the_epoch_of_a_stopped_run(void **state)
{
    (void)state;
    struct snapshot *s = calloc(1, sizeof *s);
    struct run_query_run *r = calloc(1, sizeof *r);
    s->phase = PHASE_TRAIN;
    s->epoch = 4;
    s->epochs = r->row.epochs = 10;
    s->points_n = 3;
    for (int i = 0; i < 3; i++)
        s->points[i].epoch = i + 1;
    r->row.epochs_done = 3;
    r->live = true;
    assert_int_equal(snapshot_epoch(s), 4);
    assert_int_equal(run_query_run_epoch(r), 4);
    s->phase = PHASE_DONE;
    s->stopped = true;
    r->live = false;
    assert_int_equal(snapshot_epoch(s), 3);
    assert_int_equal(run_query_run_epoch(r), 3);
    s->points_n = r->row.epochs_done = 0;
    assert_int_equal(snapshot_epoch(s), 0);
    r->live = true;
    r->row.epochs_done = 10;
    assert_int_equal(run_query_run_epoch(r), 10);
    free(r);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_epoch_of_a_stopped_run),
        cmocka_unit_test(test_newest_wins),
        cmocka_unit_test(test_scores_change_hands),
        cmocka_unit_test(test_copies_are_whole),
    };
    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
