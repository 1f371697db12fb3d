/* Batches: the same bytes for any number of threads, every sample once, numbers by hand. */
#include <math.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "data/loader.h"
#include "data/sampler.h"
#include "data/tiny_set.h"
#include "test.h"

enum { N = 23, CHANNELS = 4, BATCH = 4, CLASSES = 5, VALUES = TINY_SIDE * TINY_SIDE * CHANNELS };

struct fixture {
    struct tiny_set *set;
    struct cache *cache;
    int rows[N];
    struct loader_plan plan;
};

static struct fixture *fixture_new(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->set = tiny_new(N, CHANNELS);
    struct err e;
    f->cache = cache_open(f->set->cache, &f->set->x, TINY_SIDE, NULL, NULL, NULL, NULL, &e);
    assert_non_null(f->cache);
    for (int i = 0; i < N; i++)
        f->rows[i] = i;
    f->plan = (struct loader_plan){.cache = f->cache,
                                   .labels = f->set->labels,
                                   .rows = f->rows,
                                   .n = N,
                                   .k = CLASSES,
                                   .batch = BATCH,
                                   .shuffle = true,
                                   .augment = {.flip = true, .turn = true},
                                   .seed = 7,
                                   .mean = {.1f, .2f, .3f, .4f},
                                   .std = {.5f, .25f, 1, 2},
                                   .threads = 1,
                                   .depth = 2};
    return f;
}

static void fixture_free(struct fixture *f)
{
    cache_close(f->cache);
    tiny_free(f->set);
    free(f);
}

static struct loader *make(const struct loader_plan *plan)
{
    struct err e = {0};
    struct loader *l = loader_new(plan, &e);
    if (!l)
        fail_msg("loader_new: %s", e.text);
    return l;
}

static uint64_t batch_digest(const struct batch *b)
{
    struct hash *h = hash_new();
    hash_add(h, b->x, sizeof *b->x * (size_t)b->n * VALUES);
    hash_add(h, b->y, sizeof *b->y * (size_t)b->n * CLASSES);
    hash_add(h, b->row, sizeof *b->row * (size_t)b->n);
    return hash_end(h);
}

/* Digests of the batches from `first`; returns how many. */
static int epoch_digests(struct loader *l, int epoch, int first, uint64_t *digests)
{
    struct err e = {.code = ERR_FAIL};
    assert_int_equal(loader_start(l, epoch, first, &e), 0);
    int n = 0;
    for (const struct batch *b; (b = loader_next(l, &e));)
        digests[n++] = batch_digest(b);
    assert_int_equal(e.code, ERR_NONE);
    return n;
}

static const struct augment everything = {.flip = true,
                                          .turn = true,
                                          .rotate = 45,
                                          .scale_low = .8,
                                          .scale_high = 1.25,
                                          .shift = .1,
                                          .brightness = .2,
                                          .contrast = .2,
                                          .cutout = .25};

static void check_any_threads(struct fixture *f)
{
    static const int threads[] = {1, 2, 5};
    uint64_t wanted[3][8], got[8];
    for (int i = 0; i < 3; i++) {
        f->plan.threads = threads[i];
        f->plan.depth = threads[i] + 1;
        struct loader *l = make(&f->plan);
        for (int epoch = 0; epoch < 3; epoch++) {
            assert_int_equal(epoch_digests(l, epoch, 0, i ? got : wanted[epoch]), 6);
            if (i)
                assert_memory_equal(got, wanted[epoch], 6 * sizeof *got);
        }
        loader_free(l);
    }
    assert_memory_not_equal(wanted[0], wanted[1], sizeof wanted[0]);
}

static void test_same_bytes_for_any_threads(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    check_any_threads(f);
    f->plan.augment = everything;
    check_any_threads(f);
    fixture_free(f);
}

/* What a batch holds is what augment_apply makes of the draw of (seed, epoch, sample). */
static void test_draws_by_seed_epoch_and_sample(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct err e;
    float table[CHANNELS * 256], wanted[VALUES];
    struct augment_norm norm = {.mean = f->plan.mean, .std = f->plan.std, .table = table};
    augment_table(norm.mean, norm.std, CHANNELS, table);
    f->plan.augment = everything;
    f->plan.batch = N;
    struct loader *l = make(&f->plan);
    assert_int_equal(loader_start(l, 4, 0, &e), 0);
    const struct batch *b = loader_next(l, &e);
    assert_non_null(b);
    for (int i = 0; i < N; i++) {
        struct rng r = rng_stream(7, RNG_AUGMENT, 4, (uint32_t)b->row[i]);
        struct augment_draw d = augment_draw(&everything, &r);
        uint8_t pixels[VALUES];
        assert_int_equal(cache_read(f->cache, b->row[i], pixels, &e), 0);
        augment_apply(pixels, CHANNELS, TINY_SIDE, &d, &norm, wanted);
        assert_memory_equal(b->x + i * VALUES, wanted, sizeof wanted);
    }
    loader_free(l);
    fixture_free(f);
}

static void test_start_within_an_epoch(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    uint64_t all[8], tail[8];
    f->plan.threads = 2;
    f->plan.depth = 4;
    struct loader *l = make(&f->plan);
    epoch_digests(l, 5, 0, all);
    for (int first = 0; first <= 6; first++) {
        assert_int_equal(epoch_digests(l, 5, first, tail), 6 - first);
        assert_memory_equal(tail, all + first, (size_t)(6 - first) * sizeof *tail);
    }
    struct err e;
    assert_int_equal(loader_start(l, 5, 7, &e), -1);
    loader_free(l);
    fixture_free(f);
}

/* Restarts while threads are at work: what comes is always the new epoch. */
static void test_restarts_drop_prefetched_batches(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    uint64_t wanted[2][8];
    f->plan.threads = 3;
    f->plan.depth = 3;
    struct loader *l = make(&f->plan);
    epoch_digests(l, 0, 0, wanted[0]);
    epoch_digests(l, 1, 0, wanted[1]);
    for (int i = 0; i < 200; i++) {
        struct err e;
        int first = i % 5;
        assert_int_equal(loader_start(l, i & 1, first, &e), 0);
        for (int k = 0; k < i % 3; k++) {
            const struct batch *b = loader_next(l, &e);
            if (first + k >= 6) {
                assert_null(b);
                break;
            }
            assert_non_null(b);
            assert_true(batch_digest(b) == wanted[i & 1][first + k]);
        }
    }
    loader_free(l);
    loader_free(make(&f->plan)); /* never started */
    fixture_free(f);
}

static void test_each_sample_once(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    for (int epoch = 0; epoch < 4; epoch++) {
        for (int drop = 0; drop < 2; drop++) {
            int seen[N] = {0}, order[N], at = 0;
            struct err e;
            f->plan.drop_last = drop;
            loader_order(&f->plan, epoch, order);
            struct loader *l = make(&f->plan);
            assert_int_equal(loader_start(l, epoch, 0, &e), 0);
            for (const struct batch *b; (b = loader_next(l, &e));)
                for (int i = 0; i < b->n; i++, at++) {
                    seen[b->row[i]]++;
                    assert_int_equal(b->row[i], order[at]);
                }
            assert_int_equal(at, drop ? 20 : N);
            for (int i = 0; i < N; i++)
                assert_in_range(seen[i], drop ? 0 : 1, 1);
            loader_free(l);
        }
    }
    fixture_free(f);
}

/* Draws with replacement: as many as there are rows, only of rows with weight, another order every
 * epoch and the same again for the same epoch. */
static void test_draws_by_weight(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    float weight[N];
    double sums[N];
    int order[N], again[N], shown[N] = {0};
    for (int i = 0; i < N; i++)
        weight[i] = (float)(i % 3);
    sampler_sums(weight, N, sums);
    f->plan.sums = sums;
    f->plan.rows = f->rows;
    for (int i = 0; i < N; i++)
        f->rows[i] = N - 1 - i; /* weights belong to places, not to rows */
    enum { EPOCHS = 400 };
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        f->plan.shuffle = epoch & 1; /* draws have an order anyway */
        loader_order(&f->plan, epoch, order);
        for (int i = 0; i < N; i++)
            shown[order[i]]++;
        if (epoch)
            assert_memory_not_equal(order, again, sizeof order);
        loader_order(&f->plan, epoch, again);
        assert_memory_equal(order, again, sizeof order);
    }
    for (int i = 0; i < N; i++) {
        double p = (double)weight[N - 1 - i] / sums[N - 1], draws = EPOCHS * N;
        assert_true(fabs(shown[i] - draws * p) <= 5 * sqrt(draws * p * (1 - p)));
    }
    check_any_threads(f);
    fixture_free(f);
}

/* Shown twice in an epoch, a sample is augmented anew; the first time as if it came once. */
static void test_repeats_are_augmented_anew(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct err e;
    enum { ROWS = 6 };
    const int rows[ROWS] = {4, 2, 4, 4, 9, 2};
    float *once = malloc(N * VALUES * sizeof *once);
    assert_non_null(once);
    f->plan.augment = everything;
    f->plan.shuffle = false;
    f->plan.batch = N;
    struct loader *l = make(&f->plan);
    assert_int_equal(loader_start(l, 2, 0, &e), 0);
    memcpy(once, loader_next(l, &e)->x, N * VALUES * sizeof *once);
    loader_free(l);
    f->plan.rows = rows;
    f->plan.n = ROWS;
    l = make(&f->plan);
    for (int epoch = 1; epoch <= 2; epoch++) {
        assert_int_equal(loader_start(l, epoch, 0, &e), 0);
        const struct batch *b = loader_next(l, &e);
        assert_int_equal(b->n, ROWS);
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < i; j++)
                assert_memory_not_equal(b->x + i * VALUES, b->x + j * VALUES,
                                        VALUES * sizeof *b->x);
        for (int i = 0; i < ROWS && epoch == 2; i++) {
            bool first = i == 0 || i == 1 || i == 4;
            bool same = !memcmp(b->x + i * VALUES, once + rows[i] * VALUES, VALUES * sizeof *b->x);
            assert_int_equal(same, first);
        }
    }
    loader_free(l);
    free(once);
    fixture_free(f);
}

static void test_numbers_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    f->plan.shuffle = false;
    f->plan.augment = (struct augment){0};
    for (int view = 0; view < 8; view++) {
        struct err e;
        f->plan.fixed_view = view;
        struct loader *l = make(&f->plan);
        assert_int_equal(loader_start(l, 3, 0, &e), 0);
        int row = 0;
        for (const struct batch *b; (b = loader_next(l, &e)); row += b->n)
            for (int i = 0; i < b->n; i++) {
                assert_int_equal(b->row[i], row + i);
                for (int c = 0; c < CLASSES; c++)
                    assert_true(b->y[i * CLASSES + c] ==
                                (float)labels_has(&f->set->labels[row + i], c));
                for (int y = 0; y < TINY_SIDE; y++)
                    for (int x = 0; x < TINY_SIDE; x++)
                        for (int c = 0; c < CHANNELS; c++) {
                            int a = view & 2 ? TINY_SIDE - 1 - y : y;
                            int d = view & 1 ? TINY_SIDE - 1 - x : x;
                            int v = view & 4 ? tiny_pixel(row + i, c, d, a)
                                             : tiny_pixel(row + i, c, a, d);
                            double wanted =
                                (v / 255.0 - (double)f->plan.mean[c]) / (double)f->plan.std[c];
                            float got = b->x[((i * TINY_SIDE + y) * TINY_SIDE + x) * CHANNELS + c];
                            assert_true(fabs((double)got - wanted) < 1e-6);
                        }
            }
        assert_int_equal(row, N);
        loader_free(l);
    }
    fixture_free(f);
}

/* The first pixel shows which view was drawn: all eight come, changing from epoch to epoch. */
static void test_dihedral_draws_every_view(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int count[8] = {0}, changes = 0;
    for (int epoch = 0; epoch < 40; epoch++)
        for (int row = 0; row < N; row++) {
            struct rng now = rng_stream(7, RNG_AUGMENT, (uint32_t)epoch, (uint32_t)row);
            struct rng next = rng_stream(7, RNG_AUGMENT, (uint32_t)epoch + 1, (uint32_t)row);
            int view = (int)rng_below(&now, 8);
            count[view]++;
            changes += view != (int)rng_below(&next, 8);
        }
    for (int v = 0; v < 8; v++)
        assert_in_range(count[v], 115 - 50, 115 + 50); /* 920 draws */
    assert_true(changes > 700);
    f->plan.shuffle = false;
    f->plan.batch = N;
    struct loader *l = make(&f->plan);
    struct err e;
    assert_int_equal(loader_start(l, 11, 0, &e), 0);
    const struct batch *b = loader_next(l, &e);
    assert_non_null(b);
    for (int row = 0; row < N; row++) {
        struct rng r = rng_stream(7, RNG_AUGMENT, 11, (uint32_t)row);
        int v = (int)rng_below(&r, 8), last = TINY_SIDE - 1;
        int y = v & 2 ? last : 0, x = v & 1 ? last : 0;
        int pixel = v & 4 ? tiny_pixel(row, 0, x, y) : tiny_pixel(row, 0, y, x);
        assert_true(fabs((double)b->x[row * VALUES] - (pixel / 255.0 - .1) / .5) < 1e-6);
    }
    loader_free(l);
    fixture_free(f);
}

static void test_damaged_sample(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    cache_close(f->cache);
    FILE *file = fopen(f->set->cache, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -5, SEEK_END), 0); /* in the last sample */
    fputc(0xAA, file);
    fclose(file);
    struct err e;
    f->cache = cache_open(f->set->cache, &f->set->x, TINY_SIDE, NULL, NULL, NULL, NULL, &e);
    assert_non_null(f->cache);
    f->plan.cache = f->cache;
    f->plan.shuffle = false;
    struct loader *l = make(&f->plan);
    assert_int_equal(loader_start(l, 0, 0, &e), 0);
    for (int i = 0; i < 5; i++)
        assert_non_null(loader_next(l, &e));
    for (int i = 0; i < 2; i++) {
        assert_null(loader_next(l, &e));
        assert_int_equal(e.code, ERR_DATA);
        assert_non_null(strstr(e.text, "s22: checksum differs"));
    }
    assert_int_equal(loader_start(l, 0, 1, &e), 0);
    assert_non_null(loader_next(l, &e));
    loader_free(l);
    fixture_free(f);
}

static void test_refusals_and_memory(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct err e;
    f->plan.batch = N + 1;
    f->plan.drop_last = true;
    assert_null(loader_new(&f->plan, &e));
    assert_int_equal(e.code, ERR_CONFIG);
    f->plan.batch = BATCH;
    f->plan.n = 0;
    assert_null(loader_new(&f->plan, &e));
    assert_int_equal(e.code, ERR_DATA);
    f->plan.n = N;
    f->plan.std[2] = NAN;
    assert_null(loader_new(&f->plan, &e));
    f->plan.std[2] = 0;
    f->plan.k = LABELS_MAX + 1;
    assert_null(loader_new(&f->plan, &e));
    assert_int_equal(e.code, ERR_BUG);
    f->plan.k = 0; /* pixels alone */
    loader_free(make(&f->plan));
    f->plan.k = CLASSES;
    int failures = 0;
    struct loader *l = NULL;
    for (int i = 1; i < 30 && !l; i++) {
        mem_fail_after(i);
        l = loader_new(&f->plan, &e);
        mem_fail_after(0);
        failures += !l && e.code == ERR_NOMEM;
    }
    assert_non_null(l);
    assert_int_equal(failures, 14); /* loader, order, two counts, table, slots, two of four */
    loader_free(l);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes_for_any_threads),
        cmocka_unit_test(test_draws_by_seed_epoch_and_sample),
        cmocka_unit_test(test_start_within_an_epoch),
        cmocka_unit_test(test_restarts_drop_prefetched_batches),
        cmocka_unit_test(test_each_sample_once),
        cmocka_unit_test(test_draws_by_weight),
        cmocka_unit_test(test_repeats_are_augmented_anew),
        cmocka_unit_test(test_numbers_by_hand),
        cmocka_unit_test(test_dihedral_draws_every_view),
        cmocka_unit_test(test_damaged_sample),
        cmocka_unit_test(test_refusals_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
