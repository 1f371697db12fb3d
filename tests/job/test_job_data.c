/* What a job does with its data and its runs: unreadable samples, tables that changed, settings
 * that belong to a run or to a place, scores of the right epoch, figures that can be computed by
 * hand. */
#include <math.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "data/npy_file.h"
#include "job/dataset_split.h"
#include "job/job_eda.h"
#include "job/job_eval.h"
#include "job/job_predict.h"
#include "job/job_train.h"
#include "job/job_tune.h"
#include "near.h"
#include "run/run_scores.h"
#include "run/saved_run.h"
#include "small_work.h"
#include "test.h"

/* A work folder and a job in it. */
struct place {
    struct work work;
    struct job_control control;
    struct job job;
};

static struct place *place_new(const char *folder, int threads, struct job_observer observer)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    small_work_open(&p->work, folder, threads);
    job_init(&p->job, &p->work, &p->control, observer);
    return p;
}

static void place_free(struct place *p)
{
    work_close(&p->work);
    free(p);
}

static void train_in(struct place *p, const char *name)
{
    struct err e = {0};
    struct train_request request = {.name = name};
    if (job_train(&p->job, &request, &e))
        fail_msg("%s", e.text);
}

static const char *in_tempdir(const char *name)
{
    static char path[4][300];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", tempdir, name);
    return out;
}

static void put_file(const char *path, const char *text)
{
    assert_int_equal(file_save_all(path, text, strlen(text), NULL), 0);
}

static void set_in(struct place *p, const char *key, const char *value)
{
    assert_int_equal(conf_set(p->work.conf, key, value, "test", NULL), 0);
}

static void test_eda_by_hand(void **state)
{
    (void)state;
    struct place *p = place_new("eda", 1, (struct job_observer){0});
    struct eda *d = calloc(1, sizeof *d);
    put_file(in_tempdir("hand.csv"), "Id,Target\na,0 1\nb,1 0\nc,25\nd,0 1 25\ne,7\nf,25\n");
    set_in(p, "data.train_csv", in_tempdir("hand.csv"));
    assert_int_equal(job_eda(&p->job, d, NULL), 0);
    assert_int_equal(d->samples, 6);
    assert_int_equal(d->labels, 10);
    assert_int_equal(d->label_sets, 4);        /* 0 1, 25, 0 1 25, 7 */
    assert_int_equal(d->label_sets_single, 2); /* 0 1 25, 7 */
    assert_int_equal(d->pairs, 3);             /* 0-1, 0-25, 1-25 */
    assert_int_equal(d->count[25], 3);
    assert_int_equal(d->together[0][1], 3);
    assert_int_equal(d->labels_per_sample[2], 2);
    assert_int_equal(d->labels_per_sample[3], 1);
    assert_false(d->has_histogram);
    free(d);
    place_free(p);
}

/* What cannot be read is in no part. */
static void test_unreadable_samples(void **state)
{
    (void)state;
    struct place *p = place_new("bad", 2, (struct job_observer){0});
    struct dataset d;
    struct err e = {0};
    char folder[300], plane[400];
    snprintf(folder, sizeof folder, "%s/bad-data", tempdir);
    struct synth_plan plan = {.train = 20, .test = 1, .size = 32, .seed = 4};
    assert_int_equal(synth_write(folder, &plan, NULL, NULL, NULL, NULL, &e), 0);
    set_in(p, "data.train_csv", in_tempdir("bad-data/train.csv"));
    set_in(p, "data.train_dir", in_tempdir("bad-data/train"));
    for (int row = 3; row < 20; row += 9) { /* 3 and 12 */
        snprintf(plane, sizeof plane, "%s/train/synth-%06d_green.png", folder, row);
        put_file(plane, "no picture");
    }
    assert_int_equal(dataset_open(&d, &p->job, &e), 0);
    assert_int_equal(dataset_split(&d, &p->job, &e), 0);
    assert_int_equal(d.train_n + d.val_n, 20);
    assert_int_equal(dataset_pixels(&d, &p->job, 32, &e), 0);
    assert_int_equal(d.train_n + d.val_n, 18);
    assert_int_equal(d.all_n, 18);
    for (int i = 0; i < d.all_n; i++)
        assert_true(d.all[i] != 3 && d.all[i] != 12);
    for (int i = 0; i < d.train_n; i++)
        assert_true(d.train[i] != 3 && d.train[i] != 12);
    dataset_close(&d);
    place_free(p);
}

static void test_table_changed(void **state)
{
    (void)state;
    struct place *p = place_new("runs", 2, (struct job_observer){0});
    char *text, *at;
    size_t n;
    struct err e = {0};
    assert_int_equal(file_read(in_tempdir("data/train.csv"), 1 << 20, &text, &n, NULL), 0);
    put_file(in_tempdir("copy.csv"), text);
    set_in(p, "data.train_csv", in_tempdir("copy.csv"));
    set_in(p, "train.max_steps", "1");
    train_in(p, "changed");
    at = strrchr(text, ',');
    put_file(in_tempdir("copy.csv"), (memcpy(at, ",27\n", 5), text));
    struct train_request resume = {.resume = "changed"};
    assert_int_equal(job_train(&p->job, &resume, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "trained on other data"));
    free(text);
    place_free(p);
}

static void test_settings_of_run_and_place(void **state)
{
    (void)state;
    struct place *p = place_new("runs", 1, (struct job_observer){0});
    struct saved_run t;
    set_in(p, "train.batch", "5");
    set_in(p, "data.train_dir", "elsewhere"); /* not by a flag */
    assert_int_equal(saved_run_open(&t, &p->work, "whole", "last.safetensors", NULL), 0);
    assert_int_equal(conf_int(t.conf, CONF_TRAIN_BATCH), 8); /* the run's */
    assert_int_equal(conf_int(t.conf, CONF_RUN_THREADS), 1); /* of here and now; it had 2 */
    assert_string_equal(conf_text(t.conf, CONF_WORK_DIR), p->work.folder);
    assert_non_null(strstr(conf_text(t.conf, CONF_DATA_TRAIN_DIR), "/data/train"));
    saved_run_close(&t);
    conf_set(p->work.conf, "data.train_dir", "moved", "--train-dir", NULL);
    assert_int_equal(saved_run_open(&t, &p->work, "whole", "last.safetensors", NULL), 0);
    assert_string_equal(conf_text(t.conf, CONF_DATA_TRAIN_DIR), "moved");
    saved_run_close(&t);
    place_free(p);
}

struct due {
    const char *path;
    int saves;    /* checkpoints seen inside epochs */
    int64_t last; /* the step of the newest */
};

/* A second passes before step 3, none before and after it. */
static void watch_saves(void *context, const struct snapshot *s)
{
    struct due *w = context;
    struct checkpoint c;
    if (s->phase != PHASE_TRAIN)
        return;
    clock_freeze(s->step < 2 ? 1000 : 1001);
    if (checkpoint_peek(w->path, &c, NULL))
        return;
    if (c.step_in_epoch > 0 && c.step != w->last) {
        w->saves++;
        w->last = c.step;
    }
    checkpoint_fini(&c);
}

/* Inside an epoch a checkpoint is written when it is due, and not again before the next is. */
static void test_checkpoint_by_time(void **state)
{
    (void)state;
    struct due w = {.path = in_tempdir("runs/runs/whole/last.safetensors")};
    struct place *p =
        place_new("runs", 2, (struct job_observer){.context = &w, .changed = watch_saves});
    set_in(p, "run.checkpoint_minutes", "0.01"); /* .6 s */
    clock_freeze(1000);
    train_in(p, "whole");
    clock_freeze(-1);
    assert_int_equal(w.saves, 1);
    assert_in_range(w.last, 2, 3);
    place_free(p);
}

/* Mean over samples and classes of -(1-q)^2 log q, q the probability of the truth. */
static double focal_by_hand(const float *probs, const struct scores *truth)
{
    double sum = 0;
    for (int i = 0; i < truth->n; i++)
        for (int c = 0; c < truth->k; c++) {
            double q = probs[i * truth->k + c];
            q = labels_has(&truth->truth[i], c) ? q : 1 - q;
            sum -= (1 - q) * (1 - q) * log(q);
        }
    return sum / truth->n / truth->k;
}

static void test_loss_of_an_uneven_part(void **state)
{
    (void)state;
    struct place *p = place_new("runs", 2, (struct job_observer){0});
    struct eval_result *r = calloc(1, sizeof *r);
    struct run_scores held;
    struct err e = {0};
    float *probs;
    int n, k;
    const char *file = in_tempdir("val.npy");
    struct eval_request request = {
        .run = "whole", .part = "val", .checkpoint = "best", .probs = file, .mode = OUTPUT_REPLACE};
    if (job_eval(&p->job, &request, r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(npy_file_read(file, &probs, &n, &k, NULL), 0);
    assert_int_equal(run_scores_open(&held, &p->work, "whole", RUN_SCORES_BEST, NULL), 0);
    assert_int_equal(n, 20); /* batches of 8, 8 and 4 */
    assert_near(r->loss, focal_by_hand(probs, held.scores), 1e-6);
    run_scores_close(&held);
    free(probs);
    request.part = "test";
    assert_int_equal(job_eval(&p->job, &request, r, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    free(r);
    place_free(p);
}

static float *predicted(struct place *p, const char *const *runs, int runs_n)
{
    struct predict_result *r = calloc(1, sizeof *r);
    struct err e = {0};
    float *probs;
    int n, k;
    struct predict_request request = {.runs = runs,
                                      .runs_n = runs_n,
                                      .out = in_tempdir("submission.csv"),
                                      .probs = in_tempdir("test.npy"),
                                      .mode = OUTPUT_REPLACE};
    if (job_predict(&p->job, &request, r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(npy_file_read(in_tempdir("test.npy"), &probs, &n, &k, NULL), 0);
    assert_int_equal(n * k, 6 * 28);
    free(r);
    return probs;
}

static void test_runs_are_averaged(void **state)
{
    (void)state;
    struct place *p = place_new("runs", 2, (struct job_observer){0});
    const char *const runs[] = {"whole", "changed"}, *const other[] = {"changed"};
    float *a = predicted(p, runs, 1), *b = predicted(p, other, 1), *both = predicted(p, runs, 2);
    bool differ = false;
    for (int i = 0; i < 6 * 28; i++) {
        assert_near(both[i], (a[i] + b[i]) / 2, 1e-6);
        differ = differ || fabsf(a[i] - b[i]) > 1e-3f;
    }
    assert_true(differ);
    free(a);
    free(b);
    free(both);
    place_free(p);
}

static void test_best_and_newest_scores(void **state)
{
    (void)state;
    struct place *p = place_new("runs", 1, (struct job_observer){0});
    struct run_scores best, newest;
    float zeros[20 * 28] = {0};
    const char *file = in_tempdir("zeros.npy");
    assert_int_equal(npy_file_write(file, OUTPUT_REPLACE, zeros, 20, 28, NULL), 0);
    assert_int_equal(rename(file, in_tempdir("runs/runs/whole/val_scores.npy")), 0);
    assert_int_equal(run_scores_open(&best, &p->work, "whole", RUN_SCORES_BEST, NULL), 0);
    assert_int_equal(run_scores_open(&newest, &p->work, "whole", RUN_SCORES_NEWEST, NULL), 0);
    assert_true(best.scores->p[0] > 0);
    assert_near(newest.scores->p[0], 0, 0);
    assert_int_equal(newest.epoch, 2);
    run_scores_close(&best);
    run_scores_close(&newest);
    place_free(p);
}

/* Of all methods the file gets `best`, with the cuts of the method it took. */
static void test_the_best_method_is_written(void **state)
{
    (void)state;
    struct place *p = place_new("runs", 1, (struct job_observer){0});
    struct tune_result *r = calloc(TUNE_RESULTS_MAX, sizeof *r);
    char(*names)[64] = calloc(LABELS_MAX, 64), *text;
    size_t size;
    int n, taken = 0;
    const char *out = in_tempdir("cuts.json");
    struct tune_request request = {.run = "whole", .method = "all", .out = out};
    assert_int_equal(job_tune(&p->job, &request, r, &n, names, NULL), 0);
    while (strcmp(r[taken].method, r[n - 1].taken) != 0)
        taken++;
    assert_memory_equal(r[taken].cuts, r[n - 1].cuts, 28 * sizeof r->cuts[0]);
    assert_int_equal(file_read(out, 1 << 20, &text, &size, NULL), 0);
    struct json *j = json_parse(text, size, out, NULL);
    assert_string_equal(json_get_text(j, "method"), "best");
    json_free(j);
    free(text);
    free(names);
    free(r);
    place_free(p);
}

struct cache_seen {
    int64_t before, end; /* done_before and done of the last snapshot */
};

static void see_cache(void *context, const struct snapshot *s)
{
    struct cache_seen *seen = context;
    if (s->phase != PHASE_CACHE)
        return;
    seen->before = s->done_before;
    seen->end = s->done;
}

static void stop_at_once(void *cancel, int done, int total, uint64_t source_bytes)
{
    (void)total, (void)source_bytes;
    if (done > 0)
        atomic_store((atomic_bool *)cancel, true);
}

/* A cache that was interrupted after its first samples. */
static void pack_a_part(struct dataset *d, struct place *p)
{
    char path[FILE_PATH_MAX];
    struct err e = {0};
    atomic_bool cancel = false;
    assert_int_equal(dataset_cache_path(d, &p->work, 32, path, &e), 0);
    *strrchr(path, '/') = '\0';
    assert_int_equal(file_make_folders(path, &e), 0);
    assert_int_equal(dataset_cache_path(d, &p->work, 32, path, &e), 0);
    assert_null(
        cache_open(path, d->index, 32, p->work.workers, stop_at_once, &cancel, &cancel, &e));
    assert_int_equal(e.code, ERR_CANCELLED);
}

static void pack(const char *folder, bool begun, struct cache_seen *seen)
{
    struct err e = {0};
    struct dataset d;
    struct place *p = place_new(folder, 1, (struct job_observer){seen, see_cache, NULL, NULL});
    assert_int_equal(dataset_open(&d, &p->job, &e), 0);
    if (begun)
        pack_a_part(&d, p);
    assert_int_equal(dataset_pixels(&d, &p->job, 32, &e), 0);
    dataset_close(&d);
    place_free(p);
}

/* What a cache that was interrupted holds already is told apart from what is built now. */
static void test_a_resumed_cache_says_what_was_there(void **state)
{
    (void)state;
    struct cache_seen seen = {0};
    pack("whole", false, &seen);
    assert_int_equal(seen.end, 60);
    assert_int_equal(seen.before, 0);
    pack("resumed", true, &seen);
    assert_int_equal(seen.end, 60);
    assert_true(seen.before > 0 && seen.before < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_resumed_cache_says_what_was_there),
        cmocka_unit_test(test_eda_by_hand),
        cmocka_unit_test(test_unreadable_samples),
        cmocka_unit_test(test_checkpoint_by_time), /* makes run "whole" */
        cmocka_unit_test(test_table_changed),      /* and "changed", of one step */
        cmocka_unit_test(test_settings_of_run_and_place),
        cmocka_unit_test(test_loss_of_an_uneven_part),
        cmocka_unit_test(test_runs_are_averaged),
        cmocka_unit_test(test_the_best_method_is_written),
        cmocka_unit_test(test_best_and_newest_scores),
    };
    return cmocka_run_group_tests_name("job_data", tests, small_data_make, small_data_remove);
}
