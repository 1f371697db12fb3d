/* What is said of waiting for data, while the cache is read slowly on purpose: what a read takes
 * goes by how long a step takes here, so nothing depends on the machine's speed. A network's step,
 * with a rest behind it, takes T; batches that take 9T each leave it waiting for eight ninths of
 * the time, and for two thirds where something else slows each step down to a third. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "job/job_bench.h"
#include "small_run.h"

enum { BATCH = 8, REST_US = 20000 };
static const double much = 30; /* percent of the time */

static atomic_int read_us; /* that a sample takes to be read by a loader's thread */

/* Takes the place of the C library's. */
ssize_t slow_pread(int fd, void *to, size_t n, off_t at) __asm__("pread");
ssize_t slow_pread(int fd, void *to, size_t n, off_t at)
{
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    if (atomic_load(&read_us) > 0 && !strcmp(name, "hpa-loader"))
        usleep((useconds_t)atomic_load(&read_us));
    return syscall(SYS_pread64, fd, to, n, at);
}

/* From now on a batch takes nine times as long to come as a step took at this rate. */
static void slow_down(double images_per_second)
{
    atomic_store(&read_us, (int)(9 * 1e6 / images_per_second));
}

struct walk {
    struct job_control control;
    int64_t step;
};

/* Does a loader's thread have anything to do? */
static bool is_loading(const char *task)
{
    char path[64], name[32] = "", state = 'S';
    snprintf(path, sizeof path, "/proc/self/task/%.20s/stat", task);
    FILE *f = fopen(path, "r");
    if (f && fscanf(f, "%*d (%31[^)]) %c", name, &state) != 2)
        state = 'S';
    if (f)
        fclose(f);
    return !strcmp(name, "hpa-loader") && state != 'S';
}

static bool all_is_loaded(void)
{
    bool loading = false;
    DIR *d = opendir("/proc/self/task");
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d));)
        loading |= is_loading(entry->d_name);
    closedir(d);
    return !loading;
}

/* However busy the machine is: as long as the loader needs to have the next batches ready, or to
 * sleep over the next sample. */
static void rest(void *context, const struct snapshot *s)
{
    struct walk *w = context;
    if (s->phase == PHASE_TRAIN && s->step > w->step)
        do
            usleep(REST_US);
        while (!all_is_loaded());
    if (s->phase == PHASE_EVAL)
        atomic_store(&read_us, 0); /* the epoch's steps are done */
    w->step = s->step;
}

/* One epoch of five steps, as its history has it. */
static struct epoch_row train(const char *folder)
{
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct walk walk = {.step = 0};
    struct history h = {0};
    small_work_open(&w, folder, 1);
    struct conf *conf = conf_copy(w.conf);
    struct train_request request = {.name = "one", .conf = conf};
    small_set(conf, "train.epochs=1");
    job_init(j, &w, &walk.control, (struct job_observer){.context = &walk, .changed = rest});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    conf_free(conf);
    work_close(&w);
    free(j);
    small_history(folder, &h);
    assert_int_equal(h.n, 1);
    struct epoch_row row = h.rows[0];
    history_fini(&h);
    return row;
}

static void test_training(void **state)
{
    (void)state;
    struct epoch_row ready = train("ready");
    slow_down(ready.images_per_second);
    struct epoch_row late = train("late");
    assert_true(ready.data_wait_percent >= 0 && ready.data_wait_percent < much);
    assert_true(late.data_wait_percent > much && late.data_wait_percent < 100);
    assert_true(late.images_per_second < ready.images_per_second / 2);
}

static struct bench_result bench(struct work *w)
{
    struct err e = {0};
    struct bench_result r = {0};
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct bench_plan plan = {.train = true, .data = true, .no_memory = true, .rounds = 4};
    job_init(j, w, &control, (struct job_observer){0});
    if (job_bench_net(j, &plan, &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.batch, BATCH);
    free(j);
    return r;
}

static void test_bench(void **state)
{
    (void)state;
    struct work w;
    small_work_open(&w, "bench", 1);
    slow_down(bench(&w).images_per_second);
    struct bench_result late = bench(&w);
    atomic_store(&read_us, 0);
    assert_true(late.data_wait_percent > much && late.data_wait_percent <= 100);
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training),
        cmocka_unit_test(test_bench),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
