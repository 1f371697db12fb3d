/* Trainings whose first epochs differ: a frozen part, trunk features, smaller images. Wherever such
 * a run is interrupted, and with however many workers it goes on, it ends in the same bits; and
 * what is frozen stays as it was. */
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "job/dataset.h"
#include "job/job_eval.h"
#include "logged.h"
#include "small_run.h"
#include "train/feature_cache.h"

static const char *const trunk_first[] = {"train.frozen_epochs=1", "train.frozen=trunk", NULL};
static const char *const all_views[] = {"train.frozen_epochs=1", "train.frozen=all", NULL};
static const char *const all_cached[] = {"train.frozen_epochs=1", "train.frozen=all",
                                         "augment.preset=none", NULL};
/* Whatever could move what is frozen. */
static const char *const trunk_moved[] = {
    "train.frozen_epochs=1", "train.frozen=trunk", "train.weight_decay=0.5", "train.ema=0.9",
    "train.clip=0.01",       "train.accumulate=2", "train.batch=4",          NULL};
static const char *const all_moved[] = {
    "train.frozen_epochs=1", "train.frozen=all",    "train.weight_decay=0.5",
    "train.ema=0.9",         "train.clip=0.01",     "train.accumulate=2",
    "train.batch=4",         "train.optimizer=sgd", NULL};
static const char *const small_first[] = {"train.size=48", "train.first_size=32", NULL};
static const char *const both[] = {
    "train.size=48",  "train.first_size=32", "train.frozen_epochs=2", "train.frozen=all",
    "train.epochs=3", "augment.preset=none", "train.optimizer=sgd",   NULL};

/* Whole, and in legs that end at these steps (0 behind the last): an epoch has five. */
static void check_legs(const char *name, const char *const *more, const int *stops)
{
    char whole[64], parts[64];
    snprintf(whole, sizeof whole, "%s-whole", name);
    snprintf(parts, sizeof parts, "%s-parts", name);
    int64_t steps = small_train(whole, 2, NULL, 0, more);
    assert_int_equal(small_train(parts, 1, NULL, *stops, more), *stops);
    while (*++stops)
        assert_int_equal(small_train(parts, 3, "one", *stops, NULL), *stops);
    assert_int_equal(small_train(parts, 2, "one", 0, NULL), steps);
    small_same_run(whole, parts);
}

static void test_frozen_trunk(void **state)
{
    (void)state;
    uint64_t since = log_last();
    check_legs("trunk", trunk_first, (int[]){2, 5, 0});
    assert_true(logged(since, "epoch 1: the first convolution and the head learn, at 32 px"));
    assert_true(logged(since, "epoch 2: the whole network learns, at 32 px"));
}

static void test_smaller_images_first(void **state)
{
    (void)state;
    uint64_t since = log_last();
    check_legs("small", small_first, (int[]){2, 8, 0});
    assert_true(logged(since, "epoch 1: the whole network learns, at 32 px"));
    assert_true(logged(since, "epoch 2: the whole network learns, at 48 px"));
}

/* Features of both sizes: epoch 1 at 32 px, 2 at 48 px, and the third without. */
static void test_both(void **state)
{
    (void)state;
    uint64_t since = log_last();
    check_legs("both", both, (int[]){2, 5, 8, 0});
    assert_true(logged(since, "epoch 1: the head alone learns, at 32 px"));
    assert_true(logged(since, "epoch 2: the head alone learns, at 48 px"));
    assert_true(logged(since, "epoch 3: the whole network learns, at 48 px"));
    assert_true(logged(since, "trunk features of 40 samples cached"));
    assert_true(logged(since, "trunk features of 20 validation samples cached"));
}

/* Which tensors of the run's checkpoint, optimiser state included, still are what they were at the
 * beginning: weights as drawn, state 0. */
static void check_frozen(const char *folder, const char *const *learn)
{
    struct err e = {0};
    struct net_plan plan = {.model = "resnet18",
                            .width = SMALL_WIDTH,
                            .channels = 4,
                            .classes = 28,
                            .size = 32,
                            .batch = 1};
    struct net *net = net_new(&plan, NULL, &e);
    struct params *p = net_params(net);
    char path[256];
    net_init(net, 1);
    snprintf(path, sizeof path, "%s/%s/runs/one/last.safetensors", tempdir, folder);
    struct safetensors *f = safetensors_open(path, &e);
    assert_non_null(f);
    for (int i = 0; i < safetensors_count(f); i++) {
        const struct tensor_info *t = safetensors_at(f, i);
        bool weight = strncmp(t->name, "optim.", 6) != 0, learns = false;
        const char *name = weight ? t->name : strchr(t->name + 6, '.') + 1;
        name += strncmp(name, "ema.", 4) ? 0 : 4;
        const struct param *row = params_find(p, name);
        for (const char *const *l = learn; *l; l++)
            learns |= !strncmp(name, *l, strlen(*l));
        float *now = calloc(row->count, sizeof *now), *was = calloc(row->count, sizeof *was);
        assert_int_equal(safetensors_read_f32(f, t, now, row->count, &e), 0);
        if (weight)
            params_to_torch(p, row, was);
        if ((memcmp(now, was, row->count * sizeof *now) != 0) != learns)
            fail_msg("%s: %s %s", folder, t->name, learns ? "did not learn" : "changed");
        free(now);
        free(was);
    }
    safetensors_close(f);
    net_free(net);
}

static void test_what_is_frozen_stays(void **state)
{
    (void)state;
    static const char *const stem[] = {"conv1.", "bn1.", "fc.", NULL}, *const head[] = {"fc.",
                                                                                        NULL};
    assert_int_equal(small_train("frozen-trunk", 2, NULL, 4, trunk_first), 4);
    check_frozen("frozen-trunk", stem);
    uint64_t since = log_last();
    assert_int_equal(small_train("frozen-all", 2, NULL, 4, all_views), 4);
    assert_true(logged(since, "trunk features are not cached: the augmentation shows"));
    check_frozen("frozen-all", head);
    assert_int_equal(small_train("frozen-cached", 2, NULL, 4, all_cached), 4);
    check_frozen("frozen-cached", head);
    assert_int_equal(small_train("moved-trunk", 2, NULL, 4, trunk_moved), 4);
    check_frozen("moved-trunk", stem);
    assert_int_equal(small_train("moved-all", 2, NULL, 4, all_moved), 4);
    check_frozen("moved-all", head);
}

/* Of the published width: 512 features of 4 bytes for each of 40 samples. */
static void test_memory_of_features(void **state)
{
    (void)state;
    static const char *const published[] = {"train.frozen_epochs=1", "train.frozen=all",
                                            "augment.preset=none", "train.width=64", NULL};
    uint64_t since = log_last();
    assert_int_equal(small_train("published", 2, NULL, 1, published), 1);
    assert_true(logged(since, "trunk features of 40 samples cached, 0.1 MB"));
}

/* What an epoch on small images reports is what `hpa eval` finds at full size. */
static void test_validation_at_full_size(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct history h = {0};
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    struct eval_result *r = calloc(1, sizeof *r);
    struct eval_request eval = {.run = "one", .part = "val", .checkpoint = "last"};
    static const char *const one_epoch[] = {"train.size=48", "train.first_size=32",
                                            "train.first_size_epochs=1", "train.epochs=1", NULL};
    small_train("full", 2, NULL, 0, one_epoch);
    small_history("full", &h);
    assert_int_equal(h.n, 1);
    small_work_open(&w, "full", 1);
    job_init(j, &w, &control, (struct job_observer){0});
    if (job_eval(j, &eval, r, &e))
        fail_msg("%s", e.text);
    assert_true(fabs(r->report.macro_f1 - h.rows[0].macro_f1_half) < 1e-8); /* nine digits kept */
    assert_true(fabs(r->loss / h.rows[0].val_loss - 1) < 1e-4); /* inference folds batch norm */
    history_fini(&h);
    work_close(&w);
    free(r);
    free(j);
}

/* Kept features are those of the loader's batches, bit for bit: the same rows and labels, and what
 * the trunk makes of the batch's pixels at whatever place a sample has in it. */
static void check_batches(struct job *j, struct dataset *d, struct net *net, int n, bool drop_last,
                          const double *sums)
{
    struct err e = {0};
    struct loader_plan plan = {.cache = d->cache,
                               .labels = d->index->labels,
                               .rows = d->all + d->all_n - n, /* not from 0 */
                               .sums = sums,
                               .n = n,
                               .k = d->index->k,
                               .batch = 8,
                               .shuffle = drop_last,
                               .drop_last = drop_last,
                               .seed = 5,
                               .std = {1, 1, 1, 1},
                               .threads = 1,
                               .depth = 2};
    int width = net_feature_count(net), batches = 0;
    float *features = malloc(8 * (size_t)width * sizeof *features);
    struct feature_cache *t = feature_cache_new(&plan, width, &e);
    struct loader *l = loader_new(&plan, &e);
    const struct batch *a, *b;
    assert_false(feature_cache_made(t));
    assert_int_equal(feature_cache_memory(&plan, width), n * 8 * SMALL_WIDTH * 4);
    assert_int_equal(feature_cache_make(t, j, net, &e), 0);
    assert_true(feature_cache_made(t));
    for (int epoch = 0; epoch < 2; epoch++) {
        assert_int_equal(loader_start(l, epoch, epoch, &e), 0);
        feature_cache_start(t, epoch, epoch);
        for (; (a = loader_next(l, &e)); batches++) {
            assert_non_null(b = feature_cache_next(t));
            assert_int_equal(a->n, b->n);
            assert_memory_equal(a->row, b->row, (size_t)a->n * sizeof *a->row);
            assert_memory_equal(a->y, b->y, (size_t)(a->n * plan.k) * sizeof *a->y);
            assert_int_equal(net_features(net, a->x, a->n, features, &e), 0);
            assert_memory_equal(features, b->x, (size_t)(a->n * width) * sizeof *features);
        }
        assert_null(feature_cache_next(t));
    }
    assert_int_equal(batches, 2 * (drop_last ? n / 8 : (n + 7) / 8) - 1);
    loader_free(l);
    feature_cache_free(t);
    free(features);
}

static void test_features_are_the_loaders(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct dataset d;
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    small_work_open(&w, "trunk", 2);
    job_init(j, &w, &control, (struct job_observer){0});
    struct net_plan plan = {.model = "resnet18",
                            .width = SMALL_WIDTH,
                            .channels = 4,
                            .classes = 28,
                            .size = 32,
                            .batch = 8,
                            .train = true};
    struct net *net = net_new(&plan, w.workers, &e);
    net_init(net, 2);
    if (dataset_open(&d, j, &e) || dataset_pixels(&d, j, 32, &e))
        fail_msg("%s", e.text);
    double sums[43];
    for (int i = 0; i < 43; i++)
        sums[i] = 1 + i / 5; /* each fifth row alone is drawn */
    check_batches(j, &d, net, 43, true, NULL);
    check_batches(j, &d, net, 43, false, NULL);
    check_batches(j, &d, net, 40, true, NULL);
    check_batches(j, &d, net, 43, true, sums);
    atomic_store(&control.cancel, true);
    struct loader_plan rows = {.cache = d.cache,
                               .labels = d.index->labels,
                               .rows = d.all,
                               .n = 9,
                               .k = 28,
                               .batch = 8,
                               .threads = 1,
                               .depth = 2};
    struct feature_cache *t = feature_cache_new(&rows, net_feature_count(net), &e);
    assert_int_equal(feature_cache_make(t, j, net, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    feature_cache_free(t);
    dataset_close(&d);
    net_free(net);
    work_close(&w);
    free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features_are_the_loaders), cmocka_unit_test(test_frozen_trunk),
        cmocka_unit_test(test_smaller_images_first),     cmocka_unit_test(test_both),
        cmocka_unit_test(test_what_is_frozen_stays),     cmocka_unit_test(test_memory_of_features),
        cmocka_unit_test(test_validation_at_full_size),
    };
    cmocka_set_test_filter(getenv("TEST_FILTER")); /* tests/cli/blas.sh repeats some */
    return cmocka_run_group_tests_name("phases", tests, small_data_make, small_data_remove);
}
