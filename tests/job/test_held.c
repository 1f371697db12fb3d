/* The disk does not take the scores and weights of the best epoch, and takes them again some steps
 * later: they are then there as if it always had, and no checkpoint that knows of the epoch before.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "logged.h"
#include "small_run.h"

enum { EPOCH_STEPS = 5, MENDED_AT = 7, STOPPED_AT = 8 };

struct plan {
    struct job_control control;
    const char *folder, *broken; /* a file of the run that cannot be written; NULL: none */
    int64_t asked_at;            /* the step whose checkpoint is asked for while it is broken */
    int64_t last_epoch;          /* of last.safetensors, just before the mending; -1: not looked */
    bool mended;
};

static char *run_file(const struct plan *p, const char *file, char path[256])
{
    snprintf(path, 256, "%s/%s/runs/one/%s", tempdir, p->folder, file);
    return path;
}

static int64_t epoch_in(const struct plan *p, const char *file)
{
    struct checkpoint c;
    char path[256];
    if (checkpoint_peek(run_file(p, file, path), &c, NULL))
        return -1;
    int64_t epoch = c.epoch;
    checkpoint_fini(&c);
    return epoch;
}

/* A folder in its place: no file can take it, whoever asks. */
static void told(void *context, const struct snapshot *s)
{
    struct plan *p = context;
    char path[256];
    if (s->phase == PHASE_EVAL && p->broken && !p->mended)
        mkdir(run_file(p, p->broken, path), 0700);
    if (s->phase == PHASE_TRAIN && s->step == p->asked_at)
        atomic_store(&p->control.checkpoint, true);
    if (s->phase == PHASE_TRAIN && s->step == MENDED_AT && p->broken && !p->mended) {
        p->last_epoch = epoch_in(p, "last.safetensors");
        assert_int_equal(rmdir(run_file(p, p->broken, path)), 0);
        p->mended = true;
        atomic_store(&p->control.checkpoint, true);
    }
    if (s->phase == PHASE_TRAIN && s->step >= STOPPED_AT)
        control_stop(&p->control, JOB_STOP_CHECKPOINT);
}

static void leg(struct plan *p)
{
    struct work w;
    struct err e = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.name = "one"};
    small_work_open(&w, p->folder, 2);
    job_init(j, &w, &p->control, (struct job_observer){p, told, NULL, NULL});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    work_close(&w);
    free(j);
}

static void same_file(const struct plan *a, const struct plan *b, const char *file)
{
    char path[256], *x, *y;
    size_t n, m;
    assert_int_equal(file_read(run_file(a, file, path), 1 << 20, &x, &n, NULL), 0);
    assert_int_equal(file_read(run_file(b, file, path), 1 << 20, &y, &m, NULL), 0);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n);
    free(x);
    free(y);
}

static void comes_back(const char *folder, const char *broken)
{
    struct plan whole = {.folder = "whole", .last_epoch = -1};
    struct plan held = {
        .folder = folder, .broken = broken, .asked_at = EPOCH_STEPS + 1, .last_epoch = -1};
    uint64_t since = log_last();
    leg(&held);
    assert_true(held.mended);
    assert_true(logged(since, "epoch 1 not saved, training goes on"));
    assert_true(logged(since, "checkpoint not written, training goes on"));
    assert_int_equal(held.last_epoch, 0); /* it knows nothing of epoch 1 */
    assert_int_equal(epoch_in(&held, "best.safetensors"), 1);
    small_same_run("whole", folder);
    same_file(&whole, &held, "best_scores.npy");
}

static void test_whole(void **state)
{
    (void)state;
    struct plan p = {.folder = "whole", .last_epoch = -1};
    leg(&p);
    assert_int_equal(epoch_in(&p, "best.safetensors"), 1);
}

static void test_weights(void **state)
{
    (void)state;
    comes_back("weights", "best.safetensors");
}

static void test_scores(void **state)
{
    (void)state;
    comes_back("scores", "val_scores.npy");
}

static void test_best_scores(void **state)
{
    (void)state;
    comes_back("best-scores", "best_scores.npy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole), /* first: the others are compared with it */
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_best_scores),
    };
    return cmocka_run_group_tests_name("held", tests, small_data_make, small_data_remove);
}
