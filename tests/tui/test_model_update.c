/* What arrives and in what order: an answer that comes too late changes nothing, and what is asked
 * anew when a training ends. */
#include <math.h>

#include "scene.h"
#include "test.h"

static struct run_query_run *an_answer(const char *uuid, enum err_code code)
{
    struct run_query_run *r = xcalloc(1, sizeof *r);
    snprintf(r->row.uuid, sizeof r->row.uuid, "%s", uuid);
    if (code != ERR_NONE)
        err_set(&r->error, code, "it cannot be read");
    return r;
}

/* Nothing is shown yet and nobody has chosen: whatever comes is taken, an error too. */
static void test_the_first_answer(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    struct run_query_run *failed = an_answer("", ERR_NOINPUT), *run = an_answer("one", ERR_NONE);
    model_update_run(&b, failed);
    assert_ptr_equal(b.run, failed);
    model_update_run(&b, run);
    assert_ptr_equal(b.run, run);
    model_update_run(&b,
                     an_answer("", ERR_IO)); /* this time it could not be read: what was is kept */
    assert_ptr_equal(b.run, run);
    struct run_query_run *newer = an_answer("two", ERR_NONE);
    model_update_run(&b, newer);
    assert_ptr_equal(b.run, newer);
    app_model_fini(&b);
}

static void test_answers_about_another_run(void **state)
{
    (void)state;
    struct app_model b;
    app_model_init(&b);
    snprintf(b.chosen, sizeof b.chosen, "one");
    model_update_run(&b, an_answer("two", ERR_NONE));
    assert_null(b.run);
    model_update_run(&b, an_answer("one", ERR_NOINPUT)); /* not what was asked for */
    assert_null(b.run);
    struct run_query_run *run = an_answer("one", ERR_NONE);
    model_update_run(&b, run);
    assert_ptr_equal(b.run, run);
    app_model_fini(&b);
}

static void test_ours_goes_before(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b); /* a training of this screen */
    model_update_run(&b, an_answer("another", ERR_NONE));
    assert_null(b.run);
    struct run_query_run *run = an_answer(b.snap.run_uuid, ERR_NONE);
    model_update_run(&b, run);
    assert_ptr_equal(b.run, run);
    app_model_fini(&b);
}

/* The store's answer was read before the last cut was set by hand: the hand counts. */
static void test_what_the_store_had_before(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct run_query_run *run = an_answer(b.snap.run_uuid, ERR_NONE);
    run->scores_epoch = b.cuts.epoch;
    run->has_set = true;
    run->set = cuts_set(&b.cuts, "current");
    run->set.cuts[3] = 0.125;
    cuts_move(&b.cuts, 3, 0.75);
    model_update_run(&b, run);
    assert_true(b.cuts.now[3] == 0.75);
    assert_int_equal(cuts_undo_depth(&b.cuts), 1);
    app_model_fini(&b);
    scene_init(&b); /* nothing was set by hand: what the store has comes back */
    run = an_answer(b.snap.run_uuid, ERR_NONE);
    run->scores_epoch = b.cuts.epoch;
    run->has_set = true;
    run->set = cuts_set(&b.cuts, "current");
    run->set.cuts[3] = 0.125;
    model_update_run(&b, run);
    assert_true(b.cuts.now[3] == 0.125);
    app_model_fini(&b);
}

static struct run_query_run *an_answer_with(const struct app_model *b, struct threshold_set set)
{
    struct run_query_run *run = an_answer(b->snap.run_uuid, ERR_NONE);
    run->scores_epoch = b->cuts.epoch;
    run->has_set = true;
    run->set = set;
    return run;
}

/* Another process stored the set after this screen read it: its values are shown, and it is said.
 */
static void test_what_another_process_stored(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    struct threshold_set set = cuts_set(&b.cuts, "current");
    set.saved_ms = 1000;
    model_update_run(&b, an_answer_with(&b, set));
    assert_int_equal(b.cuts.stored_ms, 1000);
    cuts_move(&b.cuts, 4, .75);
    model_update_run(&b, an_answer_with(&b, set)); /* as it was read: the hand counts */
    assert_true(b.cuts.now[4] == .75);
    assert_string_equal(b.notice, "");
    set.cuts[3] = .125;
    set.saved_ms = 1001;
    model_update_run(&b, an_answer_with(&b, set));
    assert_true(b.cuts.now[3] == .125);
    assert_true(b.cuts.now[4] == set.cuts[4]);
    assert_false(b.cuts.changed);
    assert_string_equal(b.notice, "another process changed the thresholds: its values are shown, "
                                  "the last change here is not stored");
    b.notice[0] = '\0';
    set.saved_ms = 1002; /* saved again with the same values */
    model_update_run(&b, an_answer_with(&b, set));
    assert_string_equal(b.notice, "");
    set.locked[5] = true;
    set.saved_ms = 1003;
    model_update_run(&b, an_answer_with(&b, set));
    assert_true(b.cuts.locked[5]);
    assert_string_equal(b.notice, "another process changed the thresholds: its values are shown");
    app_model_fini(&b);
}

/* The estimate of the form is asked for again when a training has ended, and then only. */
static bool asks(struct app_model *b, enum job_phase before, enum job_phase now)
{
    char uuid[sizeof b->snap.run_uuid];
    snprintf(uuid, sizeof uuid, "%s", b->snap.run_uuid);
    b->train.ask = false;
    b->snap.phase = now;
    bool changed = model_update_snapshot(b, uuid, before);
    assert_int_equal(changed, b->train.ask);
    return b->train.ask;
}

static void test_the_end_of_a_training(void **state)
{
    (void)state;
    struct app_model b;
    scene_init(&b);
    assert_false(asks(&b, PHASE_TRAIN, PHASE_TRAIN));
    assert_false(asks(&b, PHASE_TRAIN, PHASE_EVAL));
    assert_true(asks(&b, PHASE_EVAL, PHASE_DONE));
    assert_false(asks(&b, PHASE_DONE, PHASE_DONE));
    assert_false(asks(&b, PHASE_IDLE, PHASE_TRAIN));
    assert_true(asks(&b, PHASE_TRAIN, PHASE_FAILED));
    assert_true(model_update_snapshot(&b, "another", PHASE_FAILED)); /* another run is ours now */
    app_model_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_answer),
        cmocka_unit_test(test_answers_about_another_run),
        cmocka_unit_test(test_ours_goes_before),
        cmocka_unit_test(test_what_the_store_had_before),
        cmocka_unit_test(test_what_another_process_stored),
        cmocka_unit_test(test_the_end_of_a_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
