/* The parameter table: names, offsets, and the way between torch's memory order and ours. */
#include <stdlib.h>

#include "params/params_build.h"
#include "test.h"

static struct params small_table(void)
{
    struct params p = {0};
    struct err e = {0};
    const struct param_spec rows[] = {
        {.module = "conv1",
         .tensor = "weight",
         .kind = PARAM_CONV,
         .rank = 4,
         .shape = {2, 3, 2, 1}},
        {.module = "bn1",
         .tensor = "running_mean",
         .kind = PARAM_VECTOR,
         .rank = 1,
         .shape = {4},
         .buffer = true},
        {.module = "fc", .tensor = "weight", .kind = PARAM_LINEAR, .rank = 2, .shape = {2, 3}},
        {.module = "fc", .tensor = "bias", .kind = PARAM_VECTOR, .rank = 1, .shape = {2}},
    };
    for (int i = 0; i < 4; i++)
        assert_int_equal(params_add(&p, &rows[i]), i);
    assert_int_equal(params_allocate(&p, true, &e), 0);
    return p;
}

static void test_table(void **state)
{
    (void)state;
    struct params p = small_table();
    assert_int_equal(p.count, 12 + 6 + 2);
    assert_int_equal(p.buffer_count, 4);
    const struct param *row = params_find(&p, "fc.weight");
    assert_int_equal(row->offset, 12);
    assert_int_equal(row->count, 6);
    assert_true(row->decay);
    assert_false(params_find(&p, "fc.bias")->decay);
    assert_true(params_find(&p, "bn1.running_mean")->buffer);
    assert_int_equal(params_find(&p, "bn1.running_mean")->offset, 0);
    assert_null(params_find(&p, "fc"));
    params_fini(&p);
}

static void test_conv_order(void **state)
{
    (void)state;
    struct params p = small_table();
    const struct param *row = params_find(&p, "conv1.weight");
    float torch[12], back[12]; /* [K=2,C=3,R=2,S=1]: 100 k + 10 c + r */
    for (int k = 0; k < 2; k++)
        for (int c = 0; c < 3; c++)
            for (int r = 0; r < 2; r++)
                torch[(k * 3 + c) * 2 + r] = (float)(100 * k + 10 * c + r);
    params_from_torch(&p, row, torch);
    const float ours[12] = {0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121}; /* [R,S,C,K] */
    assert_memory_equal(p.values + row->offset, ours, sizeof ours);
    params_to_torch(&p, row, back);
    assert_memory_equal(back, torch, sizeof torch);
    params_fini(&p);
}

static void test_linear_and_vector_order(void **state)
{
    (void)state;
    struct params p = small_table();
    const struct param *row = params_find(&p, "fc.weight");
    const float torch[6] = {1, 2, 3, 4, 5, 6}, ours[6] = {1, 4, 2, 5, 3, 6};
    float back[6];
    params_from_torch(&p, row, torch);
    assert_memory_equal(p.values + row->offset, ours, sizeof ours);
    params_to_torch(&p, row, back);
    assert_memory_equal(back, torch, sizeof torch);
    row = params_find(&p, "bn1.running_mean");
    params_from_torch(&p, row, torch);
    assert_memory_equal(p.buffers, torch, 4 * sizeof *torch);
    params_to_torch(&p, row, back);
    assert_memory_equal(back, torch, 4 * sizeof *torch);
    params_fini(&p);
}

/* Element (k, c, t) of one layout against the other, beyond whatever block the copy works in. */
static void check_order(enum param_kind kind, int outer, int inner, int side)
{
    struct params p = {0};
    struct err e = {0};
    struct param_spec spec = {.module = "m",
                              .tensor = "weight",
                              .kind = kind,
                              .rank = kind == PARAM_CONV ? 4 : 2,
                              .shape = {outer, inner, side, side}};
    params_add(&p, &spec);
    assert_int_equal(params_allocate(&p, false, &e), 0);
    int taps = side * side;
    size_t bytes = p.count * sizeof(float);
    float *torch = malloc(bytes), *back = malloc(bytes);
    for (size_t i = 0; i < p.count; i++)
        torch[i] = (float)i;
    params_from_torch(&p, p.table, torch);
    for (int k = 0; k < outer; k++)
        for (int c = 0; c < inner; c++)
            for (int t = 0; t < taps; t++)
                assert_true(p.values[(t * inner + c) * outer + k] ==
                            torch[(k * inner + c) * taps + t]);
    params_to_torch(&p, p.table, back);
    assert_memory_equal(back, torch, bytes);
    size_t slice = (size_t)inner * (size_t)taps, first = (size_t)outer / 3, n = (size_t)outer / 2;
    params_part_to_torch(&p, p.table, first, n, back);
    assert_memory_equal(back, torch + first * slice, n * slice * sizeof(float));
    free(back);
    free(torch);
    params_fini(&p);
}

static void test_order_of_large_tensors(void **state)
{
    (void)state;
    check_order(PARAM_CONV, 130, 75, 3);
    check_order(PARAM_CONV, 64, 9, 7);
    check_order(PARAM_CONV, 65, 72, 1);
    check_order(PARAM_LINEAR, 28, 512, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_conv_order),
        cmocka_unit_test(test_linear_and_vector_order),
        cmocka_unit_test(test_order_of_large_tensors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
