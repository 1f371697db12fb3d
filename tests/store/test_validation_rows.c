/* Validations inside epochs in the store. */
#include <math.h>

#include "sample.h"
#include "store/validation_rows.h"
#include "test.h"

static void rows_come_back(void **state)
{
    (void)state;
    struct err e = {0};
    struct store *s = sample_open("inside.db", STORE_WRITE);
    struct run_row run;
    struct validation_row *rows;
    int n;
    sample_insert(s, "u1", "a");
    sample_insert(s, "u2", "b");
    const struct validation_row put[] = {
        {40, .3, .1, .2}, {20, .5, .05, NAN}, {30, .4, .1, .15}, {20, .6, .07, .1}};
    for (int i = 0; i < 4; i++)
        assert_int_equal(validation_rows_put(s, "u1", &put[i], &e), 0);
    assert_int_equal(validation_rows_put(s, "nobody", &put[0], &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_int_equal(run_find(s, "a", &run, &e), 0);
    assert_int_equal(validation_rows_list(s, run.id, &rows, &n, &e), 0);
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].step, 20); /* the later of the two */
    assert_true(rows[0].val_loss == .6 && rows[0].macro_f1_half == .07 && rows[0].macro_f1 == .1);
    assert_int_equal(rows[1].step, 30);
    assert_int_equal(rows[2].step, 40);
    free(rows);
    run_row_fini(&run);
    assert_int_equal(run_find(s, "b", &run, &e), 0);
    assert_int_equal(validation_rows_list(s, run.id, &rows, &n, &e), 0);
    assert_int_equal(n, 0);
    free(rows);
    run_row_fini(&run);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_come_back)};
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
