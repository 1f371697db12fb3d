/* Threshold sets and their edits in the store. */
#include <math.h>

#include "sample.h"
#include "statement.h"
#include "store/threshold_rows.h"
#include "test.h"

static struct store *s;
static struct err e;

static int fresh(void **state)
{
    (void)state;
    unlink(scratch_path("sets.db"));
    s = sample_open("sets.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    sample_insert(s, "u2", "b");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static struct threshold_set make_set(const char *name, int64_t saved_ms)
{
    struct threshold_set set = {.method = "exact",
                                .epoch = 3,
                                .k = 3,
                                .cuts = {.1F, .123456789F, 1},
                                .locked = {false, true, false},
                                .macro_f1 = .7,
                                .held_out_f1 = NAN,
                                .held_out_std = .01,
                                .saved_ms = saved_ms};
    snprintf(set.name, sizeof set.name, "%s", name);
    return set;
}

static void put(const char *uuid, const struct threshold_set *set)
{
    if (threshold_set_put(s, uuid, set, &e))
        fail_msg("%s", e.text);
}

static void a_set_comes_back(void **state)
{
    (void)state;
    struct threshold_set in = make_set("current", 5), set;
    bool found = true;
    assert_int_equal(threshold_set_get(s, "u1", "current", &set, &found, &e), 0);
    assert_false(found);
    put("u1", &in);
    assert_int_equal(threshold_set_get(s, "u1", "current", &set, &found, &e), 0);
    assert_true(found);
    assert_string_equal(set.name, "current");
    assert_string_equal(set.method, "exact");
    assert_int_equal(set.epoch, 3);
    assert_int_equal(set.k, 3);
    assert_memory_equal(set.cuts, in.cuts, sizeof in.cuts);
    assert_memory_equal(set.locked, in.locked, sizeof in.locked);
    assert_true(set.macro_f1 == .7 && isnan(set.held_out_f1) && set.held_out_std == .01);
    assert_int_equal(set.saved_ms, 5);
    assert_int_equal(threshold_set_get(s, "u2", "current", &set, &found, &e), 0);
    assert_false(found);
    assert_int_equal(threshold_set_put(s, "nobody", &in, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

static void sets_of_a_run(void **state)
{
    (void)state;
    struct threshold_set a = make_set("current", 5), b = make_set("careful", 9), c;
    put("u1", &a);
    put("u1", &b);
    put("u2", &a);
    struct threshold_set *rows;
    int n;
    assert_int_equal(threshold_set_list(s, "u1", &rows, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].name, "careful");
    assert_int_equal(rows[1].k, 3);
    assert_true(rows[1].cuts[1] == .123456789F);
    free(rows);
    bool found;
    a.k = 2;
    a.cuts[0] = .9;
    put("u1", &a);
    assert_int_equal(threshold_set_get(s, "u1", "current", &c, &found, &e), 0);
    assert_int_equal(c.k, 2);
    assert_true(c.cuts[0] == .9F); /* what enters as a double becomes a float */
    assert_int_equal(threshold_set_get(s, "u2", "current", &c, &found, &e), 0);
    assert_int_equal(c.k, 3);
    a.saved_ms = 1; /* the clock was set back before it was saved again */
    put("u1", &a);
    assert_int_equal(threshold_set_list(s, "u1", &rows, &n, &e), 0);
    assert_string_equal(rows[0].name, "current");
    free(rows);
}

static void only_a_known_set_is_replaced(void **state)
{
    (void)state;
    struct threshold_set in = make_set("current", 5), set;
    bool replaced = false, found;
    assert_int_equal(threshold_set_replace(s, "u1", &in, 0, &replaced, &e), 0);
    assert_true(replaced); /* there was none */
    in.saved_ms = 7;
    in.cuts[0] = .25;
    assert_int_equal(threshold_set_replace(s, "u1", &in, 5, &replaced, &e), 0);
    assert_true(replaced);
    in.saved_ms = 8;
    in.cuts[0] = .75;
    assert_int_equal(threshold_set_replace(s, "u1", &in, 5, &replaced, &e), 0);
    assert_false(replaced); /* made from the set of before */
    assert_int_equal(threshold_set_get(s, "u1", "current", &set, &found, &e), 0);
    assert_true(found && set.saved_ms == 7 && set.cuts[0] == .25);
    assert_int_equal(threshold_set_replace(s, "nobody", &in, 5, &replaced, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

static void edit(int64_t number, double after)
{
    struct threshold_edit d = {number, (int)number, .5, after};
    if (threshold_edit_put(s, "u1", "current", &d, &e))
        fail_msg("%s", e.text);
}

static void edits_and_redo(void **state)
{
    (void)state;
    struct threshold_edit d = {1, 0, .5, .6}, *rows;
    int n;
    assert_int_equal(threshold_edit_put(s, "u1", "current", &d, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "has no threshold set current"));
    struct threshold_set set = make_set("current", 5);
    put("u1", &set);
    edit(1, .1), edit(2, .2), edit(3, .3), edit(4, .4);
    edit(2, .9);     /* after two undos: 3 and 4 are gone */
    put("u1", &set); /* saving the set leaves its edits */
    assert_int_equal(threshold_edit_list(s, "u1", "current", &rows, &n, &e), 0);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].number, 1);
    assert_true(rows[0].before == .5 && rows[0].after == .1F);
    assert_int_equal(rows[1].class_index, 2);
    assert_true(rows[1].after == .9F);
    free(rows);
    assert_int_equal(threshold_edit_list(s, "u2", "current", &rows, &n, &e), 0);
    assert_int_equal(n, 0);
    free(rows);
}

static void a_cut_that_is_no_number(void **state)
{
    (void)state;
    struct threshold_set set = make_set("current", 5), old;
    bool found;
    put("u1", &set);
    set.cuts[2] = NAN;
    assert_int_equal(threshold_set_put(s, "u1", &set, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_int_equal(threshold_set_get(s, "u1", "current", &old, &found, &e), 0);
    assert_int_equal(old.k, 3); /* the old set is whole */
    assert_int_equal(statement_do(s, "UPDATE thresholds SET class = 200 WHERE class = 2", &e), 0);
    assert_int_equal(threshold_set_get(s, "u1", "current", &old, &found, &e), -1);
    assert_non_null(strstr(e.text, "is damaged at class 200"));
}

static void who_decided_a_cut(void **state)
{
    (void)state;
    struct threshold_set set = {.k = 4, .cuts = {.5, .25, .75, .5}, .locked = {[3] = true}};
    const struct threshold_edit edits[] = {
        {1, 1, .5, .25}, {3, 2, .5, .75}, {5, 0, .5, .125}, /* the last one was taken back */
    };
    bool by_hand[LABELS_MAX];
    assert_int_equal(threshold_edit_position(edits, 3, set.cuts), 2);
    const struct threshold_edit twice[] = {{1, 1, .5, .75}, {2, 1, .75, .25}};
    assert_int_equal(threshold_edit_position(twice, 2, (double[]){.5, .25}),
                     2); /* the last counts */
    assert_int_equal(threshold_edit_position(twice, 2, (double[]){.5, .75}), 1);
    threshold_edit_by_hand(&set, edits, 3, by_hand);
    assert_false(by_hand[0]);
    assert_true(by_hand[1] && by_hand[2] && by_hand[3]);
    const struct threshold_edit damaged[] = {{1, 1, .5, .25}, {3, 4000, .5, .75}, {5, -1, .5, 1}};
    threshold_edit_by_hand(&set, damaged, 3, by_hand); /* of no class there is */
    assert_true(by_hand[1] && by_hand[3] && !by_hand[0] && !by_hand[2]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(a_set_comes_back), TEST(who_decided_a_cut),
        TEST(sets_of_a_run),    TEST(only_a_known_set_is_replaced),
        TEST(edits_and_redo),   TEST(a_cut_that_is_no_number),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
