/* The history inside checkpoints: what is kept, what comes back, and which epoch is the best. */
#include <stdlib.h>
#include <string.h>

#include "core/history.h"
#include "near.h"
#include "test.h"

static void add(struct history *h, int epoch, double macro_f1, double val_loss)
{
    struct epoch_row row = {.epoch = epoch,
                            .train_loss = 1.0 / 3,
                            .val_loss = val_loss,
                            .macro_f1 = macro_f1,
                            .held_out_f1 = NAN,
                            .lr = 1e-3,
                            .steps = epoch * 10};
    assert_int_equal(history_add(h, &row, NULL), 0);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct history h = {0}, back = {0};
    add(&h, 1, .123456789012345, 2);
    add(&h, 2, .25, 1);
    char *text = history_print(&h);
    assert_non_null(strstr(text, "0.123456789")); /* nine digits are kept */
    assert_null(strstr(text, "0.1234567890"));
    assert_int_equal(history_parse(&back, text, "test", NULL), 0);
    assert_int_equal(back.n, 2);
    assert_int_equal(back.rows[1].epoch, 2);
    assert_int_equal(back.rows[1].steps, 20);
    assert_true(isnan(back.rows[0].held_out_f1));
    for (size_t i = 0; i < 2; i++) { /* what was kept is what comes back, bit for bit */
        assert_true(h.rows[i].train_loss == back.rows[i].train_loss);
        assert_true(h.rows[i].macro_f1 == back.rows[i].macro_f1);
    }
    free(text);
    history_fini(&h);
    history_fini(&back);
}

static void test_best(void **state)
{
    (void)state;
    struct history h = {0};
    add(&h, 1, .3, .5);
    assert_true(history_newest_beats(&h, 0)); /* there was none */
    add(&h, 2, .4, .6);
    assert_true(history_newest_beats(&h, 1));
    add(&h, 3, .4, .2); /* the same F1 with a lower loss */
    assert_true(history_newest_beats(&h, 2));
    add(&h, 4, .4, .2); /* equal: the earlier one stays */
    assert_false(history_newest_beats(&h, 3));
    add(&h, 5, .35, .1);
    assert_false(history_newest_beats(&h, 3));
    assert_true(history_newest_beats(&h, 1));
    assert_true(history_newest_beats(&h, 9)); /* kept by an epoch that is done again */
    history_fini(&h);
}

static void test_best_of_all(void **state)
{
    (void)state;
    struct history h = {0};
    assert_int_equal(history_best(&h), 0);
    add(&h, 1, NAN, .1);
    assert_int_equal(history_best(&h), 0);
    add(&h, 2, .4, .6);
    add(&h, 3, .4, .2); /* the same F1 with a lower loss */
    add(&h, 4, .4, .2); /* equal: the earlier one stays */
    add(&h, 5, .3, .1);
    assert_int_equal(history_best(&h), 3);
    history_fini(&h);
}

/* Validations inside epochs come back beside the epochs, and are no candidates. */
static void test_inside(void **state)
{
    (void)state;
    struct history h = {0}, back = {0};
    struct validation_row rows[] = {{5, 1 / 3., .1, .9}, {15, NAN, .2, .95}};
    struct snapshot *s = calloc(1, sizeof *s);
    assert_int_equal(history_inside_step(&h), 0);
    assert_int_equal(history_add_inside(&h, &rows[0], NULL), 0);
    add(&h, 1, .3, .5);
    assert_int_equal(history_add_inside(&h, &rows[1], NULL), 0);
    assert_int_equal(history_inside_step(&h), 15);
    char *text = history_print(&h);
    assert_int_equal(history_parse(&back, text, "test", NULL), 0);
    assert_int_equal(back.n, 1);
    assert_int_equal(back.inside_n, 2);
    assert_int_equal(back.inside[0].step, 5);
    assert_near(back.inside[0].val_loss, 1 / 3., 1e-9);
    assert_true(back.inside[0].val_loss == h.inside[0].val_loss);
    assert_true(back.inside[0].macro_f1_half == .1 && back.inside[0].macro_f1 == .9);
    assert_true(isnan(back.inside[1].val_loss) && back.inside[1].macro_f1 == .95);
    assert_int_equal(history_best(&back), 1);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(history_add_inside(&back, &rows[1], NULL), 0);
    history_show(&back, s);
    assert_in_range(s->validations_n, SNAPSHOT_EPOCHS / 2, SNAPSHOT_EPOCHS);
    assert_int_equal(s->validations[0].step, 5);
    assert_int_equal(s->points_n, 1);
    free(text);
    free(s);
    history_fini(&h);
    history_fini(&back);
}

static void test_unreadable(void **state)
{
    (void)state;
    struct history h = {0};
    struct err e = {0};
    assert_int_equal(history_parse(&h, "[{\"epoch\": 1}]", "last.safetensors", &e), -1);
    assert_non_null(strstr(e.text, "last.safetensors: epoch 1"));
    assert_int_equal(history_parse(&h, "[{", "last.safetensors", &e), -1);
    history_fini(&h);
}

static void test_curves_keep_the_newest(void **state)
{
    (void)state;
    struct history h = {0};
    struct snapshot *s = calloc(1, sizeof *s);
    history_show(&h, s);
    assert_int_equal(s->points_n, 0);
    assert_int_equal(s->best_epoch, 0);
    assert_true(isnan(s->best_f1));
    for (int epoch = 1; epoch <= 1000; epoch++)
        add(&h, epoch, epoch / 1000.0, 1);
    history_show(&h, s);
    assert_in_range(s->points_n, SNAPSHOT_EPOCHS / 2, SNAPSHOT_EPOCHS);
    assert_int_equal(s->points[s->points_n - 1].epoch, 1000);
    assert_near(s->macro_f1, 1, 0);
    assert_int_equal(s->best_epoch, 1000);
    h.rows[1].macro_f1 = 2; /* an epoch that the curve leaves out */
    history_show(&h, s);
    for (int i = 0; i < s->points_n; i++)
        assert_int_not_equal(s->points[i].epoch, 2);
    assert_int_equal(s->best_epoch, 2);
    assert_near(s->best_f1, 2, 0);
    for (int i = 1; i < s->points_n; i++)
        assert_true(s->points[i].epoch > s->points[i - 1].epoch);
    history_fini(&h);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_best),
        cmocka_unit_test(test_best_of_all), cmocka_unit_test(test_inside),
        cmocka_unit_test(test_unreadable),  cmocka_unit_test(test_curves_keep_the_newest),
    };
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
