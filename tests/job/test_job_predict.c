/* Prediction with two runs: scores are their mean, thresholds those of their averaged validation
 * scores, and the submission has what is at or above them. Counted here again from the files. */
#include <string.h>

#include "data/csv_file.h"
#include "data/npy_file.h"
#include "job/job_predict.h"
#include "metric/threshold.h"
#include "near.h"
#include "run/run_scores.h"
#include "small_run.h"

enum { TESTS = 6, K = 28 };

static const char *const both[] = {"one", "two"};

/* A run with a seed of its own, in the same work folder. */
static void train(const char *name, const char *seed)
{
    struct work w;
    struct err e = {0};
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    struct train_request request = {.name = name};
    small_work_open(&w, "predict", 2);
    small_set(w.conf, seed), small_set(w.conf, "train.epochs=1");
    request.conf = w.conf;
    job_init(j, &w, &control, (struct job_observer){0});
    if (job_train(j, &request, &e))
        fail_msg("%s", e.text);
    work_close(&w);
    free(j);
}

static int predict(struct work *w, struct predict_request request, struct predict_result *out,
                   struct err *e)
{
    struct job_control control = {0};
    struct job *j = calloc(1, sizeof *j);
    request.mode = OUTPUT_REPLACE;
    job_init(j, w, &control, (struct job_observer){0});
    int failed = job_predict(j, &request, out, e);
    free(j);
    return failed;
}

static float *probabilities_of(struct work *w, const char *const *runs, int n,
                               struct predict_result *out)
{
    float *p;
    int rows, columns;
    struct err e = {0};
    struct predict_request request = {.runs = runs, .runs_n = n};
    request.out = tempdir_path("submission.csv");
    request.probs = tempdir_path("probs.npy");
    if (predict(w, request, out, &e))
        fail_msg("%s", e.text);
    assert_int_equal(npy_file_read(request.probs, &p, &rows, &columns, &e), 0);
    assert_int_equal(rows, TESTS);
    assert_int_equal(columns, K);
    return p;
}

/* Thresholds of the mean of both runs' validation scores. */
static void tune_by_hand(struct work *w, double cuts[K])
{
    struct run_scores one, two;
    struct err e = {0};
    assert_int_equal(run_scores_open(&one, w, "one", RUN_SCORES_BEST, &e), 0);
    assert_int_equal(run_scores_open(&two, w, "two", RUN_SCORES_BEST, &e), 0);
    for (int i = 0; i < one.scores->n * K; i++)
        one.scores->p[i] = (float)(((double)one.scores->p[i] + (double)two.scores->p[i]) / 2);
    assert_int_equal(threshold_choose("exact", one.scores, cuts, &e), 0);
    run_scores_close(&one);
    run_scores_close(&two);
}

/* The rows of the submission are labels at or above the thresholds. */
static void check_submission(const float *p, const double cuts[K], const struct predict_result *r)
{
    struct err e = {0};
    int count[K] = {0};
    struct csv_file *table = csv_file_open(tempdir_path("submission.csv"), &e);
    assert_non_null(table);
    assert_int_equal(csv_file_rows(table), TESTS);
    for (int i = 0; i < TESTS; i++) {
        char text[200] = "";
        for (int c = 0; c < K; c++)
            if ((double)p[i * K + c] >= cuts[c]) {
                snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", *text ? " " : "",
                         c);
                count[c]++;
            }
        assert_string_equal(csv_file_cell(table, i, 1), text);
    }
    csv_file_close(table);
    for (int c = 0; c < K; c++)
        assert_int_equal(r->count[c], count[c]);
}

static void test_two_runs_are_averaged(void **state)
{
    (void)state;
    struct work w;
    struct predict_result first, second, r;
    double cuts[K];
    train("one", "train.seed=1");
    train("two", "train.seed=2");
    small_work_open(&w, "predict", 2);
    small_set(w.conf, "tune.method=exact");
    small_set(w.conf, "tune.empty_row=none");
    float *a = probabilities_of(&w, both, 1, &first);
    float *b = probabilities_of(&w, both + 1, 1, &second);
    float *p = probabilities_of(&w, both, 2, &r);
    for (int i = 0; i < TESTS * K; i++)
        assert_near((double)p[i], ((double)a[i] + (double)b[i]) / 2, 1e-7);
    assert_string_equal(r.set, "exact");
    assert_int_equal(r.samples, TESTS);
    assert_int_equal(r.unreadable, 0);
    tune_by_hand(&w, cuts);
    check_submission(p, cuts, &r);
    free(a), free(b), free(p);
    work_close(&w);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct predict_result r;
    static const char *const missing[] = {"one", "nobody"};
    struct predict_request request = {.runs = missing, .runs_n = 2};
    request.out = tempdir_path("refused.csv");
    small_work_open(&w, "predict", 2);
    assert_int_equal(predict(&w, request, &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "nobody"));
    request.runs = both;
    request.thresholds = "chosen";
    assert_int_equal(predict(&w, request, &r, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "no threshold set 'chosen'"));
    request.thresholds = NULL;
    request.probs = request.out;
    assert_int_equal(predict(&w, request, &r, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_false(file_exists(request.out));
    work_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_runs_are_averaged),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, small_data_make, small_data_remove);
}
