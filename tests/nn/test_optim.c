/* Steps of AdamW and SGD against PyTorch in double precision; same bits for any team. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "near.h"
#include "nn/optim.h"
#include "reference/optim_vectors.h"

/* The rows of optim_vectors.py; a buffer's row stands between them, as batch norm's do. */
static struct param rows[] = {
    {.name = "conv", .offset = 0, .count = 54, .decay = true},
    {.name = "bn.weight", .offset = 54, .count = 3},
    {.name = "bn.running_mean", .offset = 0, .count = 3, .buffer = true},
    {.name = "bn.bias", .offset = 57, .count = 3},
    {.name = "fc.weight", .offset = 60, .count = 12, .decay = true},
    {.name = "fc.bias", .offset = 72, .count = 4},
};

static const struct optim_plan adamw_plan = {OPTIM_ADAMW, 0, .9, .999, 1e-8, .05, false};
static const struct optim_plan sgd_plan = {OPTIM_SGD, .9, 0, 0, 0, .05, false};

static void run_steps(const struct optim_plan *plan, double rate_factor, const double *after_one,
                      const double *after_all)
{
    float values[OPTIM_COUNT], gradients[OPTIM_COUNT];
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT};
    p.values = memcpy(values, optim_start, sizeof values);
    p.gradients = gradients;
    struct optim *o = optim_new(plan, &p, NULL);
    for (int step = 0; step < OPTIM_STEPS; step++) {
        memcpy(gradients, optim_gradients + step * OPTIM_COUNT, sizeof gradients);
        optim_step(o, &p, &(struct optim_pace){.lr = rate_factor * optim_rates[step]}, NULL);
        const double *wanted = step == 0 ? after_one : step == OPTIM_STEPS - 1 ? after_all : NULL;
        for (int i = 0; wanted && i < OPTIM_COUNT; i++)
            assert_near(values[i], wanted[i], 1e-6);
    }
    assert_int_equal(optim_steps(o), OPTIM_STEPS);
    optim_free(o);
}

static void test_adamw_as_pytorch(void **state)
{
    (void)state;
    run_steps(&adamw_plan, 1, adamw_1, adamw_5);
}

static void test_sgd_as_pytorch(void **state)
{
    (void)state;
    run_steps(&sgd_plan, 100, sgd_1, sgd_5);
}

/* Rates by depth, momentum by step and clipping by the norm of all, as one training. */
static void run_recipe(const struct optim_plan *plan, const double *wanted)
{
    float values[OPTIM_COUNT], gradients[OPTIM_COUNT];
    double scales[6] = {0};
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT};
    p.values = memcpy(values, recipe_start, sizeof values);
    p.gradients = gradients;
    for (int row = 0, group = 0; row < 6; row++)
        if (!rows[row].buffer)
            scales[row] = schedule_scales[recipe_groups[group++]];
    struct optim *o = optim_new(plan, &p, NULL);
    optim_scale(o, scales);
    for (int step = 0; step < RECIPE_STEPS; step++) {
        memcpy(gradients, recipe_gradients + step * OPTIM_COUNT, sizeof gradients);
        struct optim_pace pace = {.lr = recipe_rates[step],
                                  .momentum = recipe_momenta[step],
                                  .clip = recipe_clip,
                                  .norm = optim_gradient_norm(&p, NULL)};
        assert_near(pace.norm, recipe_norms[step], 1e-9);
        optim_step(o, &p, &pace, NULL);
    }
    for (int i = 0; i < OPTIM_COUNT; i++)
        assert_near(values[i], wanted[i], 1e-6);
    optim_free(o);
}

static void test_recipe_as_pytorch(void **state)
{
    (void)state;
    run_recipe(&sgd_plan, recipe_sgd);
    run_recipe(&adamw_plan, recipe_adamw);
}

enum { PARTS_COUNT = 48 };

/* Two halves of a batch give the gradient of the whole; what was collected and forgotten, or lies
 * in a frozen row, does not show. */
static void test_parts_of_a_batch(void **state)
{
    (void)state;
    struct param row[] = {{.name = "fc.weight", .count = PARTS_COUNT}, {.name = "x", .count = 2}};
    float gradients[PARTS_COUNT + 2];
    row[1].offset = PARTS_COUNT;
    row[1].frozen = true;
    struct params p = {.n = 2, .table = row, .count = PARTS_COUNT + 2, .gradients = gradients};
    struct optim_plan plan = {.kind = OPTIM_SGD, .accumulate = true};
    struct optim *o = optim_new(&plan, &p, NULL);
    assert_int_equal(optim_memory(o), 2 * sizeof gradients);
    for (int i = 0; i < PARTS_COUNT + 2; i++)
        gradients[i] = 7;
    optim_collect(o, &p, NULL);
    optim_forget_collected(o);
    gradients[PARTS_COUNT] = gradients[PARTS_COUNT + 1] = 0;
    for (int round = 0; round < 2; round++) {
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < PARTS_COUNT; i++)
                gradients[i] = (float)accumulate_halves[half * PARTS_COUNT + i];
            optim_collect(o, &p, NULL);
        }
        optim_collected(o, &p, NULL);
        for (int i = 0; i < PARTS_COUNT; i++)
            assert_near(gradients[i], accumulate_whole[i], 1e-8);
        assert_true(gradients[PARTS_COUNT] == 0 && gradients[PARTS_COUNT + 1] == 0);
    }
    optim_free(o);
}

enum { LARGE = 200003, LARGE_STEPS = 3 };

/* Three steps of a table of several blocks; leaves in `out` the values, the first state and the
 * gradients, the mean of three equal ones if they are collected. */
static void run_large(const struct optim_plan *plan, struct workers *w, float *out, double *norm)
{
    struct param large[] = {
        {.name = "a", .offset = 0, .count = 100000, .decay = true},
        {.name = "b", .offset = 100000, .count = 3},
        {.name = "c", .offset = 100003, .count = 100000, .decay = true},
    };
    float *gradients = malloc(LARGE * sizeof *gradients);
    struct params p = {.n = 3, .table = large, .count = LARGE, .values = out};
    p.gradients = gradients;
    for (int i = 0; i < LARGE; i++) {
        out[i] = sinf((float)i);
        gradients[i] = cosf((float)i * .7f);
    }
    struct optim *o = optim_new(plan, &p, NULL);
    for (int i = 0; i < LARGE_STEPS; i++)
        optim_step(o, &p, &(struct optim_pace){.lr = .01}, w);
    memcpy(out + LARGE, optim_state(o, 0), LARGE * sizeof *out);
    *norm = optim_gradient_norm(&p, w);
    for (int i = 0; i < 3 && plan->accumulate; i++)
        optim_collect(o, &p, w);
    if (plan->accumulate)
        optim_collected(o, &p, w);
    memcpy(out + LARGE * 2, gradients, LARGE * sizeof *out);
    optim_free(o);
    free(gradients);
}

static void test_same_bits_for_any_team(void **state)
{
    (void)state;
    struct optim_plan parts = adamw_plan;
    parts.accumulate = true;
    const struct optim_plan *plans[] = {&parts, &sgd_plan};
    for (int i = 0; i < 2; i++) {
        float *alone = malloc(3 * LARGE * sizeof *alone), *team = malloc(3 * LARGE * sizeof *team);
        double norm, team_norm;
        run_large(plans[i], NULL, alone, &norm);
        for (int n = 1; n <= 3; n++) {
            struct workers *w = workers_new(n, 0, NULL);
            run_large(plans[i], w, team, &team_norm);
            assert_memory_equal(team, alone, 3 * LARGE * sizeof *team);
            assert_true(team_norm == norm);
            workers_free(w);
        }
        free(alone);
        free(team);
    }
}

static void test_every_value_moves_once(void **state)
{
    (void)state;
    struct optim_plan plan = {.kind = OPTIM_SGD}; /* p -= lr g */
    float *out = malloc(3 * LARGE * sizeof *out);
    double norm, squares = 0;
    run_large(&plan, NULL, out, &norm);
    for (int i = 0; i < LARGE; i++) {
        double g = cosf((float)i * .7f);
        assert_near(out[i], sinf((float)i) - (double)LARGE_STEPS * .01 * g, 1e-6);
        squares += g * g;
    }
    assert_near(norm, sqrt(squares), 1e-9 * norm);
    free(out);
}

static void test_gradient_norm(void **state)
{
    (void)state;
    float gradients[OPTIM_COUNT];
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT, .gradients = gradients};
    memcpy(gradients, optim_gradients, sizeof gradients);
    assert_near(optim_gradient_norm(&p, NULL), optim_norm, 1e-12);
    gradients[3] = NAN;
    assert_true(isnan(optim_gradient_norm(&p, NULL)));
    p.count = 0;
    assert_true(optim_gradient_norm(&p, NULL) == 0);
}

/* Saving and restoring the state in the middle changes nothing. */
static void test_state_resumes(void **state)
{
    (void)state;
    float values[2][OPTIM_COUNT], gradients[OPTIM_COUNT];
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT, .gradients = gradients};
    p.values = memcpy(values[0], optim_start, sizeof values[0]);
    memcpy(gradients, optim_gradients, sizeof gradients);
    struct optim *first = optim_new(&adamw_plan, &p, NULL);
    optim_step(first, &p, &(struct optim_pace){.lr = .01}, NULL);
    memcpy(values[1], values[0], sizeof values[1]);
    struct optim *second = optim_new(&adamw_plan, &p, NULL);
    assert_int_equal(optim_state_count(second), 2);
    assert_string_equal(optim_state_name(second, 0), "m");
    assert_string_equal(optim_state_name(second, 1), "v");
    for (int i = 0; i < 2; i++)
        memcpy(optim_state(second, i), optim_state(first, i), sizeof values[0]);
    optim_set_steps(second, optim_steps(first));
    optim_step(first, &p, &(struct optim_pace){.lr = .01}, NULL);
    p.values = values[1];
    optim_step(second, &p, &(struct optim_pace){.lr = .01}, NULL);
    assert_memory_equal(values[0], values[1], sizeof values[0]);
    optim_free(first);
    optim_free(second);
}

/* Rows that are frozen stay, and so does their state, whatever decay or momentum would do. */
static void test_frozen_rows_stay(void **state)
{
    (void)state;
    const struct optim_plan *plans[] = {&adamw_plan, &sgd_plan};
    for (int i = 0; i < 2; i++) {
        float values[OPTIM_COUNT], gradients[OPTIM_COUNT], kept[2][OPTIM_COUNT];
        struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT, .gradients = gradients};
        p.values = memcpy(values, optim_start, sizeof values);
        memcpy(gradients, optim_gradients, sizeof gradients);
        struct optim_pace pace = {.lr = .01, .momentum = .85, .clip = 1e-3, .norm = 1};
        struct optim *o = optim_new(plans[i], &p, NULL);
        optim_step(o, &p, &pace, NULL); /* a momentum that would drift on */
        memcpy(kept[0], values, sizeof values);
        memcpy(kept[1], optim_state(o, 0), sizeof values);
        rows[0].frozen = rows[3].frozen = true; /* 0..53, 57..59 */
        for (int step = 0; step < 3; step++)
            optim_step(o, &p, &pace, NULL);
        rows[0].frozen = rows[3].frozen = false;
        for (int v = 0; v < OPTIM_COUNT; v++) {
            bool frozen = v < 54 || (v >= 57 && v < 60);
            assert_int_equal(values[v] == kept[0][v], frozen);
            assert_int_equal(optim_state(o, 0)[v] == kept[1][v], frozen);
        }
        optim_free(o);
    }
}

/* A row that joins late begins as PyTorch's AdamW begins with it. */
static void test_rested_rows_begin_anew(void **state)
{
    (void)state;
    enum { REST = 4 };
    float values[OPTIM_COUNT], gradients[OPTIM_COUNT];
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT, .gradients = gradients};
    p.values = memcpy(values, optim_start, sizeof values);
    struct optim *o = optim_new(&adamw_plan, &p, NULL);
    rows[0].frozen = true;
    optim_rest(o, &p, REST);
    memset(gradients, 0, sizeof gradients);
    for (int step = 0; step < REST; step++)
        optim_step(o, &p, &(struct optim_pace){.lr = optim_rates[0]}, NULL);
    rows[0].frozen = false;
    for (int step = 0; step < OPTIM_STEPS; step++) {
        const double *wanted = step == 0 ? adamw_1 : step == OPTIM_STEPS - 1 ? adamw_5 : NULL;
        memcpy(gradients, optim_gradients + step * OPTIM_COUNT, sizeof gradients);
        optim_step(o, &p, &(struct optim_pace){.lr = optim_rates[step]}, NULL);
        for (int v = 0; wanted && v < 54; v++)
            assert_near(values[v], wanted[v], 1e-6);
    }
    optim_free(o);
}

/* Frozen gradients are 0; whether their blocks are read does not show. */
static void test_norm_of_frozen_gradients(void **state)
{
    (void)state;
    struct param large[] = {
        {.name = "a", .offset = 0, .count = 100000, .frozen = true},
        {.name = "b", .offset = 100000, .count = 3},
        {.name = "c", .offset = 100003, .count = 100000, .frozen = true},
    };
    float *gradients = calloc(LARGE, sizeof *gradients);
    struct params p = {.n = 3, .table = large, .count = LARGE, .gradients = gradients};
    gradients[100000] = 3;
    gradients[100002] = 4;
    assert_true(optim_gradient_norm(&p, NULL) == 5);
    free(gradients);
}

static void test_sgd_state_name(void **state)
{
    (void)state;
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT};
    struct optim *o = optim_new(&sgd_plan, &p, NULL);
    assert_int_equal(optim_state_count(o), 1);
    assert_string_equal(optim_state_name(o, 0), "momentum");
    optim_free(o);
    optim_free(NULL);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct params p = {.n = 6, .table = rows, .count = OPTIM_COUNT};
    struct optim_plan plan = adamw_plan;
    plan.accumulate = true;
    for (int n = 1; n <= 4; n++) {
        struct err e = {0};
        mem_fail_after(n);
        assert_null(optim_new(&plan, &p, &e));
        assert_int_equal(e.code, ERR_NOMEM);
    }
    mem_fail_after(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adamw_as_pytorch),
        cmocka_unit_test(test_sgd_as_pytorch),
        cmocka_unit_test(test_recipe_as_pytorch),
        cmocka_unit_test(test_parts_of_a_batch),
        cmocka_unit_test(test_same_bits_for_any_team),
        cmocka_unit_test(test_every_value_moves_once),
        cmocka_unit_test(test_gradient_norm),
        cmocka_unit_test(test_state_resumes),
        cmocka_unit_test(test_frozen_rows_stay),
        cmocka_unit_test(test_rested_rows_begin_anew),
        cmocka_unit_test(test_norm_of_frozen_gradients),
        cmocka_unit_test(test_sgd_state_name),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
