/* What a training takes: memory against the network's plan, time by hand from rows of runs. */
#include "small_work.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "job/resource_estimate.h"
#include "near.h"
#include "nn/net.h"

/* `more`: further keys. */
static void put_run(struct store *s, int i, const char *model, int size, double rate,
                    const char *more)
{
    struct err e;
    char config[256];
    struct run_row r = {.started_ms = 1000 * (i + 1), .epochs = 1};
    struct epoch_row row = {.epoch = 1, .images_per_second = rate};
    snprintf(config, sizeof config, "{\"train.model\": \"%s\", \"train.size\": \"%d\"%s}", model,
             size, more);
    snprintf(r.uuid, sizeof r.uuid, "uuid-%d", i);
    snprintf(r.name, sizeof r.name, "run-%d", i);
    r.status = RUN_DONE;
    r.config = xstrdup(config);
    assert_int_equal(run_insert(s, &r, &e), 0);
    assert_int_equal(run_put_epoch(s, r.uuid, &row, &e), 0);
    run_row_fini(&r);
}

/* Of the small data set, ResNet-18 at 64 px in batches of 4 for 10 epochs. */
static struct resource_estimate_ask ask_for(struct conf *c)
{
    static const char *const pairs[] = {"train.width=64", "train.size=64", "train.batch=4",
                                        "train.epochs=10"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        small_set(c, pairs[i]);
    return (struct resource_estimate_ask){
        .conf = c, .classes = 28, .train_samples = 900, .val_samples = 300};
}

static void test_memory_and_nothing_to_judge_by(void **state)
{
    (void)state;
    struct work w;
    struct resource_estimate f;
    struct err e;
    small_work_open(&w, "empty", 1);
    small_set(w.conf, "train.ema=0");
    struct resource_estimate_ask ask = ask_for(w.conf);
    resource_estimate_make(&w, &ask, &f);
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
    struct resource_estimate g;
    small_set(w.conf, "train.ema=.999");
    small_set(w.conf, "train.accumulate=2");
    resource_estimate_make(&w, &ask, &g);
    assert_near(g.memory_mb - f.memory_mb, states / 1e6, 1e-6); /* two arrays more */
    assert_true(isnan(f.seconds));
    small_set(w.conf, "train.width=32");
    resource_estimate_make(&w, &ask, &g);
    assert_true(g.memory_mb < f.memory_mb / 2);
    work_close(&w);
}

/* A work folder with three runs of another day. */
static void open_runs(struct work *w, const char *folder)
{
    struct err e;
    small_work_open(w, folder, 1);
    assert_int_equal(work_open_store(w, &e), 0);
    struct store *s = store_open(w->database, STORE_WRITE, &e);
    put_run(s, 0, "resnet18", 64, 50, "");
    put_run(s, 1, "resnet18", 128, 20, ", \"train.width\": \"64\"");
    put_run(s, 2, "resnet34", 64, 999, "");
    put_run(s, 3, "resnet18", 64, 200, ", \"train.width\": \"32\"");
    store_close(s);
}

static void test_time(void **state)
{
    (void)state;
    struct work w;
    struct resource_estimate f;
    open_runs(&w, "runs");
    struct resource_estimate_ask ask = ask_for(w.conf);
    resource_estimate_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-0"); /* older, but of the same side */
    assert_false(f.scaled);
    assert_near(f.seconds, 10 * (900 + 300 / 3.) / 50, 1e-9);
    small_set(w.conf, "train.width=32");
    resource_estimate_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-3");
    small_set(w.conf, "train.width=64");
    small_set(w.conf, "train.size=256");
    resource_estimate_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-1"); /* the newest of this model */
    assert_true(f.scaled);
    assert_near(f.images_per_second, 20 / 4., 1e-9); /* four times the pixels of 128 */
    small_set(w.conf, "train.first_size=128");
    small_set(w.conf, "train.first_size_epochs=4");
    resource_estimate_make(&w, &ask, &f);
    assert_near(f.seconds, (900 * (6 + 4 / 4.) + 300 / 3. * 10) / 5, 1e-9);
    work_close(&w);
}

/* At 50 images a second, by hand. A forward pass is a third of a step. */
static double seconds_with(struct work *w, struct resource_estimate_ask *ask,
                           const char *const *pairs)
{
    struct resource_estimate f;
    for (; *pairs; pairs++)
        small_set(w->conf, *pairs);
    resource_estimate_make(w, ask, &f);
    if (f.error.code != ERR_NONE)
        fail_msg("%s", f.error.text);
    assert_string_equal(f.like, "run-0");
    return f.seconds;
}
#define SECONDS_WITH(w, ask, ...) seconds_with(w, ask, (const char *const[]){__VA_ARGS__, NULL})

static void test_time_of_a_recipe(void **state)
{
    (void)state;
    struct work w;
    open_runs(&w, "recipes");
    struct resource_estimate_ask ask = ask_for(w.conf);
    /* three of ten epochs cost two thirds */
    assert_near(SECONDS_WITH(&w, &ask, "train.frozen_epochs=3"),
                (900 * (7 + 3 * 2 / 3.) + 10 * 300 / 3.) / 50, 1e-9);
    /* a forward pass in each of three; of the validation part one in all three together */
    assert_near(SECONDS_WITH(&w, &ask, "train.frozen=all"),
                (900 * (7 + 3 / 3.) + 8 * 300 / 3.) / 50, 1e-9);
    /* and one alone where the samples always look the same */
    assert_near(SECONDS_WITH(&w, &ask, "augment.preset=none"),
                (900 * (7 + 1 / 3.) + 8 * 300 / 3.) / 50, 1e-9);
    SECONDS_WITH(&w, &ask, "train.frozen_epochs=0", "augment.preset=dihedral");
    /* 225 steps an epoch, 2,250 in all: 22 hundreds, of which the 900th and the 1,800th end epochs
     */
    assert_near(SECONDS_WITH(&w, &ask, "train.validate_steps=100"),
                (900 * 10 + (10 + 20) * 300 / 3.) / 50, 1e-9);
    /* 113 steps of two batches, 1,130 in all: 11 hundreds, none at an epoch's end */
    assert_near(SECONDS_WITH(&w, &ask, "train.accumulate=2"),
                (900 * 10 + (10 + 11) * 300 / 3.) / 50, 1e-9);
    /* 339 steps are three epochs: 3 hundreds inside */
    assert_near(SECONDS_WITH(&w, &ask, "train.max_steps=339"), (900 * 3 + (3 + 3) * 300 / 3.) / 50,
                1e-9);
    SECONDS_WITH(&w, &ask, "train.max_steps=0", "train.accumulate=1", "train.validate_steps=0");
    /* 28 batches of 32; the last 4 samples of an epoch wait */
    assert_near(SECONDS_WITH(&w, &ask, "train.batch=32"), (896 * 10 + 10 * 300 / 3.) / 50, 1e-9);
    work_close(&w);
}

/* Lines of the small set's table with this class. */
static int count_lines_with(const char *class)
{
    char path[200], line[256], padded[280];
    int n = 0;
    snprintf(path, sizeof path, "%s/train.csv", small_data);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        char *labels = strchr(line, ',');
        labels[strcspn(labels, "\r\n")] = '\0';
        snprintf(padded, sizeof padded, " %s ", labels + 1);
        n += strstr(padded, class) != NULL;
    }
    fclose(f);
    return n;
}

static void test_time_of_repeats(void **state)
{
    (void)state;
    struct work w;
    struct resource_estimate f;
    open_runs(&w, "repeats");
    struct resource_estimate_ask ask = ask_for(w.conf);
    int with = count_lines_with(" 25 ");
    assert_in_range(with, 1, 59);
    ask.train_samples = 60;
    ask.val_samples = 0;
    SECONDS_WITH(&w, &ask, "train.sampler=oversample", "train.oversample=25:5", "train.batch=1");
    resource_estimate_make(&w, &ask, &f);
    assert_near(f.seconds, 10 * (60 + 4 * with) / 50., 1e-9);
    small_set(w.conf, "train.sampler=balanced"); /* as many as there are */
    resource_estimate_make(&w, &ask, &f);
    assert_near(f.seconds, 10 * 60 / 50., 1e-9);
    small_set(w.conf, "train.sampler=oversample");
    small_set(w.conf, "train.oversample=99:2");
    resource_estimate_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_CONFIG);
    work_close(&w);
}

/* A rate that was measured while most was frozen is not that of the whole network. */
static void test_rate_of_a_phase(void **state)
{
    (void)state;
    struct work w;
    struct resource_estimate f;
    struct err e;
    small_work_open(&w, "phases", 1);
    assert_int_equal(work_open_store(&w, &e), 0);
    struct store *s = store_open(w.database, STORE_WRITE, &e);
    put_run(s, 0, "resnet18", 64, 60, ", \"train.frozen_epochs\": \"4\"");
    put_run(s, 1, "resnet18", 64, 5000,
            ", \"train.frozen_epochs\": \"4\", \"train.frozen\": \"all\","
            " \"augment.preset\": \"none\"");
    store_close(s);
    struct resource_estimate_ask ask = ask_for(w.conf);
    resource_estimate_make(&w, &ask, &f);
    assert_string_equal(f.like, "run-0"); /* of kept features there is no rate to go by */
    assert_near(f.images_per_second, 60 * 2 / 3., 1e-9);
    work_close(&w);
}

static void test_a_plan_that_cannot_be(void **state)
{
    (void)state;
    struct work w;
    struct resource_estimate f;
    small_work_open(&w, "small", 1);
    struct resource_estimate_ask ask = ask_for(w.conf);
    small_set(w.conf, "train.size=32"); /* a last map of 1x1 */
    resource_estimate_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_NONE);
    small_set(w.conf, "train.batch=1");
    resource_estimate_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_CONFIG);
    assert_non_null(strstr(f.error.text, "use a batch of 2"));
    small_set(w.conf, "train.frozen=all"); /* the head alone learns, to the end */
    small_set(w.conf, "train.frozen_epochs=10");
    resource_estimate_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_NONE);
    work_close(&w);
}

/* The form refuses what the training would refuse: settings against the project's split. */
static void test_a_split_that_contradicts(void **state)
{
    (void)state;
    struct work w;
    struct resource_estimate f;
    struct err e;
    const char *const ids[] = {"a", "b", "c"};
    const int fold[] = {0, 1, 2};
    struct split_current split = {.split = {.method = "swap", .folds = 3, .seed = 1, .n = 3}};
    small_work_open(&w, "split", 1);
    assert_int_equal(file_make_folders(w.folder, &e), 0);
    struct store *s = store_open(w.database, STORE_WRITE, &e);
    assert_int_equal(split_rows_put(s, &split.split, ids, fold, &e), 0);
    assert_int_equal(split_rows_set_current(s, &split, &e), 0);
    store_close(s);
    struct resource_estimate_ask ask = ask_for(w.conf); /* split.folds=3 is set */
    resource_estimate_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_NONE);
    small_set(w.conf, "split.seed=2");
    resource_estimate_make(&w, &ask, &f);
    assert_int_equal(f.error.code, ERR_CONFIG);
    assert_non_null(strstr(f.error.text, "contradicts the project's current split"));
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_split_that_contradicts),
        cmocka_unit_test(test_memory_and_nothing_to_judge_by),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_time_of_a_recipe),
        cmocka_unit_test(test_time_of_repeats),
        cmocka_unit_test(test_rate_of_a_phase),
        cmocka_unit_test(test_a_plan_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
