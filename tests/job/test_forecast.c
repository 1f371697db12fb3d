/* What a training takes: memory against the network's plan, time by hand from rows of runs. */
#include "small_work.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "job/forecast.h"
#include "near.h"
#include "nn/net.h"

/* `more`: of its configuration. */
static void put_run(struct store *s, int i, const char *model, const char *more, int size,
                    double rate)
{
    struct err e;
    char config[128];
    struct run_row r = {.started_ms = 1000 * (i + 1), .epochs = 1};
    struct epoch_row row = {.epoch = 1, .images_per_second = rate};
    snprintf(config, sizeof config, "{\"train.model\": \"%s\"%s, \"train.size\": \"%d\"}", model,
             more, size);
    snprintf(r.uuid, sizeof r.uuid, "uuid-%d", i);
    snprintf(r.name, sizeof r.name, "run-%d", i);
    snprintf(r.status, sizeof r.status, "done");
    r.config = xstrdup(config);
    assert_int_equal(run_insert(s, &r, &e), 0);
    assert_int_equal(run_put_epoch(s, r.uuid, &row, &e), 0);
    run_row_fini(&r);
}

static const struct forecast_ask ASK = {.model = "resnet18",
                                        .width = 64,
                                        .size = 64,
                                        .batch = 4,
                                        .epochs = 10,
                                        .channels = 4,
                                        .classes = 28,
                                        .train_samples = 900,
                                        .val_samples = 300};

static void test_memory_and_nothing_to_judge_by(void **state)
{
    (void)state;
    struct work w;
    struct forecast f;
    struct err e;
    small_work_open(&w, "empty", 1);
    forecast_make(&w, &ASK, &f);
    assert_int_equal(f.error.code, ERR_NONE);
    struct net_plan plan = {.model = "resnet18",
                            .channels = 4,
                            .classes = 28,
                            .size = 64,
                            .batch = 4,
                            .train = true,
                            .kern = w.kern};
    struct net *net = net_new(&plan, NULL, &e);
    /* adamw: two numbers for each of 11,194,012 parameters (torchvision: 11,176,512 without its
     * head and with three channels; 49 * 64 for the fourth; 513 * 28 in the head) */
    double states = 2. * (11176512 + 49 * 64 + 513 * 28) * 4;
    assert_near(f.memory_mb, ((double)net_memory(net) + states) / 1e6, 1e-6);
    net_free(net);
    struct forecast_ask more = ASK;
    struct forecast g;
    more.average = more.accumulate = true;
    forecast_make(&w, &more, &g);
    assert_near(g.memory_mb - f.memory_mb, states / 1e6, 1e-6); /* two arrays more */
    assert_true(isnan(f.seconds));
    more = ASK;
    more.width = 32;
    forecast_make(&w, &more, &g);
    assert_true(g.memory_mb < f.memory_mb / 2);
    work_close(&w);
}

static void test_time(void **state)
{
    (void)state;
    struct work w;
    struct forecast f;
    struct err e;
    struct forecast_ask ask = ASK;
    small_work_open(&w, "runs", 1);
    assert_int_equal(work_open_store(&w, &e), 0);
    struct store *s = store_open(w.database, STORE_WRITE, &e);
    put_run(s, 0, "resnet18", "", 64, 50);
    put_run(s, 1, "resnet18", ", \"train.width\": \"64\"", 128, 20);
    put_run(s, 2, "resnet34", "", 64, 999);
    put_run(s, 3, "resnet18", ", \"train.width\": \"32\"", 64, 200);
    store_close(s);
    forecast_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-0"); /* older, but of the same side */
    assert_false(f.scaled);
    assert_near(f.seconds, 10 * (900 + 300 / 3.) / 50, 1e-9);
    ask.width = 32;
    forecast_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-3");
    ask.width = 64;
    ask.size = 256;
    forecast_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-1"); /* the newest of this model */
    assert_true(f.scaled);
    assert_near(f.images_per_second, 20 / 4., 1e-9); /* four times the pixels of 128 */
    ask.first_size = 128;
    ask.first_size_epochs = 4;
    forecast_make(&w, &ask, &f);
    assert_near(f.seconds, (900 * (6 + 4 / 4.) + 300 / 3. * 10) / 5, 1e-9);
    work_close(&w);
}

static void test_a_plan_that_cannot_be(void **state)
{
    (void)state;
    struct work w;
    struct forecast f;
    struct forecast_ask ask = ASK;
    ask.size = 8;
    small_work_open(&w, "small", 1);
    forecast_make(&w, &ask, &f);
    assert_int_not_equal(f.error.code, ERR_NONE);
    ask.size = 32; /* a last map of 1x1 */
    forecast_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_NONE);
    ask.batch = 1;
    forecast_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_CONFIG);
    assert_non_null(strstr(f.error.text, "use a batch of 2"));
    ask.head_alone = true;
    forecast_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_NONE);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_and_nothing_to_judge_by),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_a_plan_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
