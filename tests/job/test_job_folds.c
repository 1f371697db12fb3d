/* Cross-validation: every sample once, with its own labels, in the table of all folds; what is
 * estimated is counted here again from the files; finished folds are not trained twice. */
#include <string.h>

#include "base/file.h"
#include "data/csv_file.h"
#include "data/npy_file.h"
#include "job/job_folds.h"
#include "job/job_thresholds.h"
#include "logged.h"
#include "metric/threshold.h"
#include "near.h"
#include "run/run_scores.h"
#include "small_work.h"
#include "test.h"

enum { SAMPLES = 60, FOLDS = 3, K = 28 };

struct place {
    struct work work;
    struct job_control control;
    struct job job;
    struct folds_result result;
    int steps;     /* of training that were told */
    int stop_fold; /* stop when this fold trains; -1: never */
};

static void told(void *context, const struct snapshot *s)
{
    struct place *p = context;
    char run[32];
    snprintf(run, sizeof run, "cv-f%d", p->stop_fold);
    if (s->phase != PHASE_TRAIN)
        return;
    p->steps++;
    if (!strcmp(s->run_name, run))
        control_stop(&p->control, JOB_STOP_CHECKPOINT);
}

static struct place *place_new(const char *folder)
{
    struct place *p = calloc(1, sizeof *p);
    p->stop_fold = -1;
    small_work_open(&p->work, folder, 2);
    small_set(p->work.conf, "train.epochs=1");
    small_set(p->work.conf, "tune.method=exact");
    return p;
}

static void place_free(struct place *p)
{
    work_close(&p->work);
    free(p);
}

static int folds(struct place *p, const char *name, struct err *e)
{
    struct folds_request request = {.conf = p->work.conf, .name = name};
    p->steps = 0;
    job_init(&p->job, &p->work, &p->control, (struct job_observer){p, told, NULL, NULL});
    return job_folds(&p->job, &request, &p->result, e);
}

/* The row of an id in train.csv. */
static const char *target_of(const struct csv_file *table, const char *id)
{
    for (int i = 0; i < csv_file_rows(table); i++)
        if (!strcmp(csv_file_cell(table, i, 0), id))
            return csv_file_cell(table, i, 1);
    fail_msg("%s is not in train.csv", id);
    return NULL;
}

static void check_truth(const char *path)
{
    char all[300];
    snprintf(all, sizeof all, "%s/train.csv", small_data);
    struct csv_file *table = csv_file_open(all, NULL), *truth = csv_file_open(path, NULL);
    assert_non_null(truth);
    assert_int_equal(csv_file_rows(truth), SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
        const char *id = csv_file_cell(truth, i, 0);
        assert_string_equal(csv_file_cell(truth, i, 1), target_of(table, id));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(csv_file_cell(truth, j, 0), id);
    }
    csv_file_close(table);
    csv_file_close(truth);
}

/* True and false decisions of a class, over the folds. */
struct count {
    int both[K], either[K];
};

static void count(struct count *n, const struct scores *s, const double *cuts)
{
    for (int i = 0; i < s->n; i++)
        for (int c = 0; c < K; c++) {
            bool said = (double)s->p[i * K + c] >= cuts[c], is = labels_has(&s->truth[i], c);
            n->both[c] += said && is;
            n->either[c] += said + is;
        }
}

static double macro_f1(const struct count *n)
{
    double sum = 0;
    for (int c = 0; c < K; c++)
        sum += n->either[c] ? 2.0 * n->both[c] / n->either[c] : 0;
    return sum / (double)K;
}

/* The scores of all runs but one (-1: of all). */
static struct scores *scores_without(const struct run_scores *run, int fold)
{
    int n = 0;
    for (int f = 0; f < FOLDS; f++)
        n += f == fold ? 0 : run[f].scores->n;
    struct scores *s = scores_new(n, K, NULL);
    n = 0;
    for (int f = 0; f < FOLDS; f++)
        for (int i = 0; f != fold && i < run[f].scores->n; i++, n++) {
            memcpy(s->p + n * K, run[f].scores->p + i * K, K * sizeof *s->p);
            s->truth[n] = run[f].scores->truth[i];
        }
    assert_int_equal(n, s->n);
    return s;
}

static void check_figures(struct place *p)
{
    const struct folds_result *r = &p->result;
    struct run_scores run[FOLDS];
    struct count others = {0};
    double cuts[LABELS_MAX];
    char name[32];
    float *all;
    int n, k;
    for (int f = 0; f < FOLDS; f++) {
        snprintf(name, sizeof name, "cv-f%d", f);
        assert_int_equal(run_scores_open(&run[f], &p->work, name, RUN_SCORES_BEST, NULL), 0);
        struct count own = {0};
        assert_int_equal(threshold_choose("exact", run[f].scores, cuts, NULL), 0);
        count(&own, run[f].scores, cuts);
        assert_near(r->fold_f1[f], macro_f1(&own), 1e-12);
    }
    for (int f = 0; f < FOLDS; f++) {
        struct scores *rest = scores_without(run, f);
        assert_int_equal(threshold_choose("exact", rest, cuts, NULL), 0);
        count(&others, run[f].scores, cuts);
        scores_free(rest);
    }
    assert_near(r->out_of_sample, macro_f1(&others), 1e-12);
    struct scores *whole = scores_without(run, -1);
    struct count same = {0};
    assert_int_equal(threshold_choose("exact", whole, cuts, NULL), 0);
    count(&same, whole, cuts);
    assert_near(r->in_sample, macro_f1(&same), 1e-12);
    assert_true(r->in_sample > r->out_of_sample);
    assert_int_equal(npy_file_read(r->scores, &all, &n, &k, NULL), 0);
    assert_int_equal(n, SAMPLES);
    assert_int_equal(k, K);
    assert_memory_equal(all, whole->p, sizeof *all * SAMPLES * K);
    free(all);
    scores_free(whole);
    for (int f = 0; f < FOLDS; f++)
        run_scores_close(&run[f]);
}

static void check_kept_set(struct place *p, const char *run)
{
    struct thresholds_view *v = calloc(1, sizeof *v);
    struct err e = {0};
    if (job_thresholds_show(&p->job, run, "folds", v, &e))
        fail_msg("%s", e.text);
    assert_string_equal(v->set.method, "exact");
    assert_near(v->set.macro_f1, p->result.in_sample, 1e-12);
    assert_near(v->set.held_out_f1, p->result.out_of_sample, 1e-12);
    free(v);
}

static void test_a_run_for_every_fold(void **state)
{
    (void)state;
    struct place *p = place_new("folds");
    struct err e = {0};
    uint64_t since = log_last();
    if (folds(p, "cv", &e))
        fail_msg("%s", e.text);
    assert_true(logged(since, "fold 1 of 3: run cv-f0") && logged(since, "fold 3 of 3: run cv-f2"));
    assert_true(p->steps > 0);
    assert_int_equal(p->result.folds, FOLDS);
    assert_int_equal(p->result.samples, SAMPLES);
    assert_int_equal(p->result.k, K);
    assert_string_equal(p->result.method, "exact");
    check_truth(p->result.truth);
    check_figures(p);
    check_kept_set(p, "cv-f0");
    check_kept_set(p, "cv-f2");
    /* Once more: the same figures, and nothing is trained. */
    struct folds_result before = p->result;
    assert_int_equal(folds(p, "cv", &e), 0);
    assert_int_equal(p->steps, 0);
    assert_near(p->result.out_of_sample, before.out_of_sample, 0);
    place_free(p);
}

/* The same call resumes it, in the fold where it was stopped. */
static void test_stopped_in_a_fold(void **state)
{
    (void)state;
    struct place *p = place_new("stopped");
    struct err e = {0};
    p->stop_fold = 1;
    assert_int_equal(folds(p, "cv", &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    assert_non_null(strstr(e.text, "stopped in run cv-f1 with a checkpoint"));
    p->stop_fold = -1;
    p->control = (struct job_control){0};
    e = (struct err){0};
    if (folds(p, "cv", &e))
        fail_msg("%s", e.text);
    assert_int_equal(p->result.samples, SAMPLES);
    check_figures(p);
    place_free(p);
}

static char *read_part(const char *run, char path[300])
{
    char *text;
    size_t n;
    snprintf(path, 300, "%s/folds/runs/%s/val.csv", tempdir, run);
    assert_int_equal(file_read(path, 1 << 20, &text, &n, NULL), 0);
    return text;
}

/* The first sample of a fold in place of the first of another, as of runs made with two splits. */
static void test_a_sample_in_two_folds(void **state)
{
    (void)state;
    struct place *p = place_new("folds");
    struct err e = {0};
    char path[300], text[8192];
    char *one = read_part("cv-f0", path), *other = read_part("cv-f1", path);
    char *row = strchr(one, '\n') + 1, *rest = strchr(strchr(other, '\n') + 1, '\n');
    *strchr(row, '\n') = '\0';
    snprintf(text, sizeof text, "Id,Target\n%s%s", row, rest);
    assert_int_equal(file_save_all(path, text, strlen(text), NULL), 0);
    free(one);
    free(other);
    assert_int_equal(folds(p, "cv", &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, "is in two folds"))
        fail_msg("%s", e.text);
    place_free(p);
}

static void test_what_is_refused_before_training(void **state)
{
    (void)state;
    struct place *p = place_new("refused");
    struct err e = {0};
    char name[RUN_NAME_MAX];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(folds(p, name, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    e = (struct err){0};
    small_set(p->work.conf, "split.val=0.2");
    assert_int_equal(folds(p, "cv", &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.text, "split.val"));
    assert_int_equal(p->steps, 0);
    place_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_for_every_fold),
        cmocka_unit_test(test_stopped_in_a_fold),
        cmocka_unit_test(test_a_sample_in_two_folds),
        cmocka_unit_test(test_what_is_refused_before_training),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
