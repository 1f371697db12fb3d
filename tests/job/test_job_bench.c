/* Benches on a small drawn data set: every figure is there and fits the others. */
#include <math.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "job/job_bench.h"
#include "kern/peak.h"
#include "small_work.h"

static struct job_control control;

static struct job make_job(struct work *w)
{
    struct job j;
    job_init(&j, w, &control, (struct job_observer){0});
    return j;
}

static void check_machine(const struct bench_machine *m, int threads)
{
    assert_true(strlen(m->cpu) > 0 && m->tier && m->cores >= 1);
    assert_int_equal(m->threads, threads);
    assert_true(m->fma_peak_gflops > .1 && m->memory_gb_per_second > 1e-3);
}

static void test_train(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_result random = {0}, cached = {0};
    small_work_open(&w, "train", 2);
    small_set(w.conf, "train.width=64"); /* as published */
    struct job j = make_job(&w);
    assert_int_equal(
        job_bench_net(&j, &(struct bench_plan){.train = true, .rounds = 2}, &random, &e), 0);
    assert_int_equal(
        job_bench_net(
            &j, &(struct bench_plan){.train = true, .data = true, .rounds = 2, .no_memory = true},
            &cached, &e),
        0);
    check_machine(&random.machine, 2);
    assert_true(isnan(cached.machine.memory_gb_per_second) && isnan(cached.machine.memory_mb));
    size_t triad = peak_triad_bytes(host_cache_bytes(HOST_CPUS), host_memory_bytes());
    assert_true(random.machine.memory_mb == (double)triad / 1e6);
    assert_true(isnan(random.data_wait_percent));
    assert_true(cached.data_wait_percent >= 0 && cached.data_wait_percent <= 100);
    assert_int_equal(cached.batch, 8);
    assert_int_equal(cached.size, 32);
    assert_true(random.best_images_per_second >= random.images_per_second);
    /* Parameters, gradients and AdamW's two moments of torchvision's 11.2 million. */
    assert_true(random.planned_mb > 4 * 11.17 * 4 && random.planned_mb < 400);
    assert_true(random.peak_rss_mb > random.planned_mb / 2);
    work_close(&w);
}

static void test_infer(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_result r = {0};
    small_work_open(&w, "infer", 1);
    small_set(w.conf, "train.width=64"); /* as published */
    struct job j = make_job(&w);
    assert_int_equal(job_bench_net(&j, &(struct bench_plan){.rounds = 3}, &r, &e), 0);
    check_machine(&r.machine, 1);
    assert_string_equal(r.model, "resnet18");
    assert_int_equal(r.rounds, 3);
    assert_true(r.cpu_seconds_per_image > 0);
    assert_true(r.planned_mb < 2 * 11.17 * 4); /* no gradients, no moments */
    /* A 32 px image costs 1/49 of the 3.6 GFLOP at 224 px, and a little for its fourth channel. */
    double gflop = r.effective_gflops / r.images_per_second;
    assert_true(gflop > .07 && gflop < .085);
    work_close(&w);
}

static void test_conv(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_conv *b = xcalloc(1, sizeof *b);
    small_work_open(&w, "conv", 2);
    struct job j = make_job(&w);
    assert_int_equal(job_bench_conv(&j, 1, b, &e), 0);
    check_machine(&b->machine, 2);
    assert_int_equal(b->n, 3 * 11 - 1); /* three passes of 11 shapes; conv1 has two */
    double sum = 0;
    for (int i = 0; i < b->n; i++)
        sum += b->rows[i].count * b->rows[i].seconds;
    assert_true(fabs(sum - b->seconds) < 1e-9);
    assert_string_equal(b->rows[1].pass, "weight gradient");
    int looks = 0; /* one number for the passes of a layer, another for the next */
    for (int i = 0; i < b->n; i++) {
        assert_true(b->rows[i].peak_gflops > .1);
        assert_true(b->rows[i].peak_gflops <= b->machine.fma_peak_gflops);
        looks += i > 0 && b->rows[i].peak_gflops != b->rows[i - 1].peak_gflops;
    }
    assert_true(looks > 1 && looks < 11);
    free(b);
    work_close(&w);
}

static void test_loader(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_loader b = {0};
    small_work_open(&w, "loader", 2);
    struct job j = make_job(&w);
    assert_int_equal(job_bench_loader(&j, 1, &b, &e), 0);
    check_machine(&b.machine, 1);
    assert_int_equal(b.samples, 60);
    assert_int_equal(b.channels, 4);
    assert_true(b.cache_samples_per_second > 1 && b.images_samples_per_second > 1);
    /* Images of 32 x 32 pixels, four a sample. */
    double pixels = 1e6 * b.images_mb_per_second / b.images_samples_per_second;
    assert_true(fabs(pixels - 4096) < 1);
    work_close(&w);
}

static void test_gemm(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_gemm b = {0};
    small_work_open(&w, "gemm", 1);
    struct job j = make_job(&w);
    assert_int_equal(job_bench_gemm(&j, 1, &b, &e), 0);
    check_machine(&b.machine, 1);
    assert_int_equal(b.n, 5);
    for (int i = 0; i < b.n; i++)
        assert_true(b.rows[i].gflops > .01);
    work_close(&w);
}

static void test_bad_rounds(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_result r;
    small_work_open(&w, "rounds", 1);
    struct job j = make_job(&w);
    assert_int_equal(job_bench_net(&j, &(struct bench_plan){.rounds = 0}, &r, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(
        job_bench_net(&j, &(struct bench_plan){.rounds = BENCH_ROUNDS_MAX + 1}, &r, &e), -1);
    work_close(&w);
}

static void test_cancelled(void **state)
{
    (void)state;
    struct err e = {0};
    struct work w;
    struct bench_conv *b = xcalloc(1, sizeof *b);
    small_work_open(&w, "cancel", 1);
    struct job j = make_job(&w);
    atomic_store(&control.cancel, true);
    assert_int_equal(job_bench_conv(&j, 1, b, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    atomic_store(&control.cancel, false);
    free(b);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_train),     cmocka_unit_test(test_infer),
        cmocka_unit_test(test_conv),      cmocka_unit_test(test_loader),
        cmocka_unit_test(test_gemm),      cmocka_unit_test(test_bad_rounds),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
