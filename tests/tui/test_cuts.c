/* The cuts under the sliders: arithmetic against f1_report, undo in steps, locks, what the store
 * gives back, and who decides when new scores arrive. */
#include <math.h>

#include "metric/f1.h"
#include "model/cuts.h"
#include "near.h"
#include "scene.h"
#include "test.h"

static void open(struct cuts *c, int epoch)
{
    struct err e;
    struct scores *s = scene_scores(epoch);
    cuts_init(c);
    assert_int_equal(cuts_take_scores(c, s, epoch, &e), 0);
    scores_free(s);
}

static void assert_macro(const struct cuts *c, int epoch)
{
    struct report r;
    struct scores *s = scene_scores(epoch);
    assert_int_equal(f1_report(s, c->now, &r, NULL), 0);
    assert_near(c->macro, r.macro_f1, 1e-12);
    for (int i = 0; i < c->k; i++)
        assert_near(c->at[i].f1, r.classes[i].f1, 1e-12);
    scores_free(s);
}

static void test_a_move_changes_macro_f1(void **state)
{
    (void)state;
    struct cuts c;
    open(&c, 6);
    double best = c.macro;
    assert_macro(&c, 6);
    assert_true(cuts_move(&c, 0, 0.05));
    assert_true(c.macro < best); /* off the best cut it can only fall */
    assert_macro(&c, 6);
    assert_near(cuts_gain(&c, 0), (best - c.macro) * (double)SCENE_K, 1e-12);
    assert_false(cuts_move(&c, 0, 0.05)); /* no move, no edit */
    assert_int_equal(cuts_undo_depth(&c), 1);
    assert_true(cuts_move(&c, 0, 7)); /* kept in 0..1 */
    assert_near(c.now[0], 1, 0);
    assert_false(cuts_move(&c, 0, NAN));
    cuts_fini(&c);
}

static void test_undo_and_redo(void **state)
{
    (void)state;
    struct cuts c;
    open(&c, 6);
    double first = c.now[3], macro = c.macro;
    for (int i = 0; i < 1000; i++)
        assert_true(cuts_move(&c, 3, (i + 1) / 2000.0));
    assert_int_equal(cuts_undo_depth(&c), 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(cuts_undo(&c), 3);
    assert_int_equal(cuts_undo(&c), -1);
    assert_near(c.now[3], first, 0);
    assert_near(c.macro, macro, 1e-12);
    for (int i = 0; i < 999; i++)
        assert_int_equal(cuts_redo(&c), 3);
    assert_near(c.now[3], 0.4995F, 0);  /* a cut is a float */
    assert_true(cuts_move(&c, 5, 0.9)); /* cuts the last redo off */
    assert_int_equal(cuts_redo(&c), -1);
    assert_int_equal(cuts_undo_depth(&c), 1000);
    assert_macro(&c, 6);
    cuts_fini(&c);
}

static void test_best_for_all_is_one_step(void **state)
{
    (void)state;
    struct cuts c;
    open(&c, 6);
    for (int i = 0; i < 5; i++)
        cuts_move(&c, i, 0.99);
    cuts_toggle_lock(&c, 2);
    double before = c.macro;
    assert_int_equal(cuts_move_all(&c, c.best), 4);
    assert_near(c.now[2], 0.99F, 0);
    assert_false(cuts_move(&c, 2, 0.5)); /* locked */
    assert_int_equal(cuts_undo_depth(&c), 6);
    assert_true(cuts_undo(&c) >= 0);
    assert_near(c.macro, before, 1e-12);
    assert_near(c.now[4], 0.99F, 0);
    assert_int_equal(cuts_undo_depth(&c), 5);
    assert_true(cuts_redo(&c) >= 0);
    assert_near(c.now[4], c.best[4], 0);
    assert_int_equal(cuts_move_all(&c, c.best), 0);
    cuts_fini(&c);
}

/* What a store would hold: edits with a number >= a new one's are removed before it is added. */
struct kept {
    struct threshold_edit edits[64];
    int n;
    struct threshold_set set;
};

static void keep(struct kept *k, struct cuts *c)
{
    for (; c->stored < c->position; c->stored++) {
        while (k->n > 0 && k->edits[k->n - 1].number >= c->edits[c->stored].number)
            k->n--;
        k->edits[k->n++] = c->edits[c->stored];
    }
    k->set = cuts_set(c, "current");
}

static void assert_restored(const struct kept *k, const struct cuts *c)
{
    struct cuts fresh;
    struct err e;
    open(&fresh, 6);
    assert_int_equal(cuts_restore(&fresh, &k->set, k->edits, k->n, &e), 0);
    for (int i = 0; i < c->k; i++) {
        assert_near(fresh.now[i], c->now[i], 0);
        assert_int_equal(fresh.locked[i], c->locked[i]);
    }
    assert_near(fresh.macro, c->macro, 1e-12);
    assert_int_equal(cuts_undo_depth(&fresh), cuts_undo_depth(c));
    assert_int_equal(fresh.edits_n - fresh.position, c->edits_n - c->position);
    assert_false(fresh.changed);
    while (cuts_undo(&fresh) >= 0)
        ;
    for (int i = 0; i < c->k; i++)
        if (!fresh.locked[i])
            assert_near(fresh.now[i], fresh.best[i], 0);
    cuts_fini(&fresh);
}

static void test_the_store_gives_everything_back(void **state)
{
    (void)state;
    struct cuts c;
    struct kept k = {.n = 0};
    open(&c, 6);
    cuts_move(&c, 1, 0.2);
    cuts_move(&c, 1, 0.3);
    cuts_move(&c, 4, 0.9);
    keep(&k, &c);
    assert_restored(&k, &c);
    cuts_move_all(&c, c.best);
    keep(&k, &c);
    assert_restored(&k, &c);
    cuts_undo(&c); /* two steps taken back, kept only by the set */
    cuts_undo(&c);
    keep(&k, &c);
    assert_restored(&k, &c);
    cuts_move(&c, 7, 0.11); /* cuts off what could be redone, in the store as well */
    keep(&k, &c);
    assert_int_equal(k.n, 3);
    assert_restored(&k, &c);
    cuts_fini(&c);
}

static void test_new_scores(void **state)
{
    (void)state;
    struct cuts c;
    struct err e;
    open(&c, 5);
    assert_int_equal(c.before_epoch, 0);
    assert_false(c.changed); /* nobody set anything: nothing to keep */
    cuts_move(&c, 1, 0.21);
    cuts_toggle_lock(&c, 2);
    double locked = c.now[2], f1 = c.at[0].f1;
    struct scores *s = scene_scores(6);
    assert_int_equal(cuts_take_scores(&c, s, 6, &e), 0);
    assert_true(c.changed);
    assert_near(c.now[1], 0.21F, 0);  /* set by hand */
    assert_near(c.now[2], locked, 0); /* locked */
    for (int i = 3; i < c.k; i++)
        assert_near(c.now[i], c.best[i], 0);
    assert_int_equal(c.before_epoch, 5);
    assert_near(c.before_f1[0], f1, 0);
    assert_macro(&c, 6);
    cuts_undo(&c); /* no longer the user's: the next scores decide */
    assert_false(cuts_touched(&c, 1));
    assert_int_equal(cuts_take_scores(&c, s, 7, &e), 0);
    assert_near(c.now[1], c.best[1], 0);
    scores_free(s);
    cuts_fini(&c);
}

/* The store has the set as it was before: it must be told, or hpa predict takes other cuts. */
static void test_a_method_that_moves_cuts_beside_those_set_by_hand(void **state)
{
    (void)state;
    struct cuts c;
    double to[LABELS_MAX];
    open(&c, 5);
    for (int i = 0; i < c.k; i++)
        to[i] = 0.375;
    cuts_follow(&c, to, "global");
    assert_false(c.changed); /* nobody set anything: nothing to keep */
    cuts_move(&c, 1, 0.25);
    c.changed = false; /* saved */
    to[1] = to[2] = 0.625;
    cuts_follow(&c, to, "global");
    assert_true(c.changed);
    assert_near(c.now[1], 0.25, 0);
    assert_near(c.now[2], 0.625, 0);
    assert_macro(&c, 5);
    cuts_fini(&c);
}

/* New scores move what nobody set: the name of a set is no longer that of these thresholds. */
static void test_a_named_set_that_is_left_behind(void **state)
{
    (void)state;
    struct cuts c;
    struct err e;
    double method[LABELS_MAX];
    struct scores *s = scene_scores(6);
    open(&c, 5);
    assert_false(cuts_differ_from_set(&c));
    cuts_name(&c, "s9", c.now);
    assert_false(cuts_differ_from_set(&c));
    for (int i = 0; i < SCENE_K; i++)
        method[i] = c.now[i];
    assert_int_equal(cuts_take_scores(&c, s, 6, &e), 0);
    assert_true(cuts_differ_from_set(&c));
    cuts_follow(&c, method, "shrunk"); /* chosen to be those of the set again */
    assert_false(cuts_differ_from_set(&c));
    method[7] += .25;
    cuts_follow(&c, method, "shrunk");
    assert_true(cuts_differ_from_set(&c));
    cuts_name(&c, "s10", c.now);
    assert_false(cuts_differ_from_set(&c));
    cuts_toggle_lock(&c, 2);
    assert_true(cuts_differ_from_set(&c));
    scores_free(s);
    cuts_fini(&c);
}

static void test_a_foreign_set_is_refused(void **state)
{
    (void)state;
    struct cuts c;
    struct err e;
    open(&c, 6);
    struct threshold_set set = {.k = 19, .epoch = 6};
    const struct threshold_edit edits[] = {{1, 120, 0, 1}};
    double macro = c.macro;
    assert_int_equal(cuts_restore(&c, &set, NULL, 0, &e), 0);
    assert_near(c.macro, macro, 0);
    set = cuts_set(&c, "x");
    assert_int_equal(cuts_restore(&c, &set, edits, 1, &e), 0);
    assert_int_equal(c.edits_n, 0);
    cuts_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_move_changes_macro_f1),
        cmocka_unit_test(test_undo_and_redo),
        cmocka_unit_test(test_best_for_all_is_one_step),
        cmocka_unit_test(test_the_store_gives_everything_back),
        cmocka_unit_test(test_new_scores),
        cmocka_unit_test(test_a_method_that_moves_cuts_beside_those_set_by_hand),
        cmocka_unit_test(test_a_named_set_that_is_left_behind),
        cmocka_unit_test(test_a_foreign_set_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
