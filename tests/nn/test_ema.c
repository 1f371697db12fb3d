/* Averaged weights against PyTorch's AveragedModel in double precision; same bits for any team. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "near.h"
#include "nn/ema.h"
#include "reference/optim_vectors.h"

enum { N = AVERAGE_COUNT, LARGE = 100003 };

static void test_as_pytorch(void **state)
{
    (void)state;
    float values[N];
    struct params p = {.count = N, .values = memcpy(values, average_values, sizeof values)};
    assert_int_equal(ema_begin(&p, NULL), 0);
    assert_memory_equal(p.average, values, sizeof values);
    for (int step = 1; step <= AVERAGE_STEPS; step++) {
        memcpy(values, average_values + step * N, sizeof values);
        ema_step(&p, average_decay, step, NULL);
        for (int i = 0; i < N; i++)
            assert_near(p.average[i], average_rows[(step - 1) * N + i], 1e-6);
    }
    mem_free_aligned(p.average);
}

static void run_large(struct workers *w, float *out)
{
    struct params p = {.count = LARGE, .values = malloc(LARGE * sizeof *out)};
    for (int i = 0; i < LARGE; i++)
        p.values[i] = sinf((float)i);
    assert_int_equal(ema_begin(&p, NULL), 0);
    for (int step = 1; step <= 3; step++) {
        for (int i = 0; i < LARGE; i++)
            p.values[i] = cosf((float)(i * step));
        ema_step(&p, .999, step, w);
    }
    memcpy(out, p.average, LARGE * sizeof *out);
    mem_free_aligned(p.average);
    free(p.values);
}

static void test_same_bits_for_any_team(void **state)
{
    (void)state;
    float *alone = malloc(LARGE * sizeof *alone), *team = malloc(LARGE * sizeof *team);
    run_large(NULL, alone);
    for (int n = 1; n <= 3; n++) {
        struct workers *w = workers_new(n, 0, NULL);
        run_large(w, team);
        assert_memory_equal(team, alone, LARGE * sizeof *team);
        workers_free(w);
    }
    /* steps 1..3 keep 2/11, 3/12, 4/13 of the old: by hand, at both ends */
    for (int i = 0; i < LARGE; i += LARGE - 1) {
        double a = sin(i), keep[] = {2 / 11., 3 / 12., 4 / 13.};
        for (int step = 1; step <= 3; step++)
            a = keep[step - 1] * a + (1 - keep[step - 1]) * cosf((float)(i * step));
        assert_near(alone[i], a, 1e-6);
    }
    free(alone);
    free(team);
}

/* What does not learn is its own average, to the last bit, whatever the decay. */
static void test_what_stays_is_its_average(void **state)
{
    (void)state;
    float values[5] = {1 / 3.F, -1e-30F, 1e30F, 1e-45F, -0.1F};
    struct params p = {.count = 5, .values = values};
    assert_int_equal(ema_begin(&p, NULL), 0);
    for (int step = 1; step <= 100; step++)
        ema_step(&p, step % 2 ? .9 : .9999, step, NULL);
    assert_memory_equal(p.average, values, sizeof values);
    mem_free_aligned(p.average);
}

static void test_swap(void **state)
{
    (void)state;
    float *values = malloc(LARGE * sizeof *values), *kept = malloc(2 * LARGE * sizeof *kept);
    struct params p = {.count = LARGE, .values = values};
    for (int i = 0; i < LARGE; i++)
        values[i] = (float)i;
    assert_int_equal(ema_begin(&p, NULL), 0);
    for (int i = 0; i < LARGE; i++)
        values[i] = -(float)i;
    memcpy(kept, values, LARGE * sizeof *kept);
    memcpy(kept + LARGE, p.average, LARGE * sizeof *kept);
    ema_swap(&p, NULL);
    assert_memory_equal(values, kept + LARGE, LARGE * sizeof *kept);
    assert_memory_equal(p.average, kept, LARGE * sizeof *kept);
    ema_swap(&p, NULL);
    assert_memory_equal(values, kept, LARGE * sizeof *kept);
    mem_free_aligned(p.average);
    free(values);
    free(kept);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    float value = 1;
    struct err e = {0};
    struct params p = {.count = 1, .values = &value};
    mem_fail_after(1);
    assert_int_equal(ema_begin(&p, &e), -1);
    mem_fail_after(0);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_null(p.average);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_pytorch),
        cmocka_unit_test(test_same_bits_for_any_team),
        cmocka_unit_test(test_what_stays_is_its_average),
        cmocka_unit_test(test_swap),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
