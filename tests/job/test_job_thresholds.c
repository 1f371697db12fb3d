/* Threshold sets of a run: into the store from a file, looked at, compared, and out again. F1 is
 * counted here by hand on the scores that the run's folder holds. */
#include <math.h>

#include "base/file.h"
#include "base/json.h"
#include "job/job_thresholds.h"
#include "job/job_train.h"
#include "job/job_tune.h"
#include "near.h"
#include "run/run_cuts.h"
#include "run/run_scores.h"
#include "small_work.h"
#include "test.h"

enum { K = 28 };

struct place {
    struct work work;
    struct job_control control;
    struct job job;
    struct run_scores scores; /* of the run "one" */
};

static struct place *place;

static char *in_tempdir(const char *name)
{
    static char path[4][300];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", tempdir, name);
    return out;
}

/* data.classes: a file of the run's own. */
static void name_classes(void)
{
    char text[K * 16], *at = text, pair[400];
    for (int c = 0; c < K; c++)
        at += sprintf(at, "kind %d\n", c);
    assert_int_equal(file_save_all(in_tempdir("names.txt"), text, strlen(text), NULL), 0);
    snprintf(pair, sizeof pair, "data.classes=%s", in_tempdir("names.txt"));
    small_set(place->work.conf, pair);
}

static int train_one(void **state)
{
    struct err e = {0};
    struct train_request request = {.name = "one"};
    small_data_make(state);
    place = calloc(1, sizeof *place);
    small_work_open(&place->work, "work", 1);
    name_classes();
    job_init(&place->job, &place->work, &place->control, (struct job_observer){0});
    if (job_train(&place->job, &request, &e) ||
        run_scores_open(&place->scores, &place->work, "one", RUN_SCORES_BEST, &e))
        fail_msg("%s", e.text);
    return 0;
}

static int leave(void **state)
{
    run_scores_close(&place->scores);
    work_close(&place->work);
    free(place);
    return small_data_remove(state);
}

static double macro_f1(const double *cuts)
{
    const struct scores *s = place->scores.scores;
    double sum = 0;
    for (int c = 0; c < K; c++) {
        int both = 0, either = 0;
        for (int i = 0; i < s->n; i++) {
            bool said = (double)s->p[i * K + c] >= cuts[c], is = labels_has(&s->truth[i], c);
            both += said && is;
            either += said + is;
        }
        sum += either ? 2.0 * both / either : 0;
    }
    return sum / (double)K;
}

/* A file as another program might write it; the cut of a class is low + class / 100. */
static const char *write_cuts(const char *name, double low, double *cuts)
{
    char text[8192] = "{\"thresholds\": {", *at = text + strlen(text);
    for (int c = 0; c < K; c++) {
        cuts[c] = low + c / 100.;
        at += sprintf(at, "%s\"%s\": %.2f", c ? ", " : "", place->scores.names[c], cuts[c]);
    }
    strcpy(at, "}}");
    assert_int_equal(file_save_all(in_tempdir(name), text, strlen(text), NULL), 0);
    return in_tempdir(name);
}

static void test_no_sets_yet(void **state)
{
    (void)state;
    struct threshold_set *rows;
    struct thresholds_view *v = calloc(1, sizeof *v);
    struct err e = {0};
    int n;
    assert_int_equal(job_thresholds_list(&place->job, "two", &rows, &n, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    e = (struct err){0};
    assert_int_equal(job_thresholds_show(&place->job, "one", "mine", v, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "run one has no threshold set 'mine'"));
    free(v);
}

static void test_a_file_becomes_a_set(void **state)
{
    (void)state;
    struct threshold_set set, *rows;
    struct thresholds_view *v = calloc(1, sizeof *v);
    struct err e = {0};
    double cuts[K];
    int n;
    const char *path = write_cuts("by.hand.json", .02, cuts);
    if (job_thresholds_import(&place->job, "last", path, NULL, OUTPUT_NEW, &set, &e))
        fail_msg("%s", e.text);
    assert_string_equal(set.name, "by.hand"); /* without folder and the last ending */
    assert_string_equal(set.method, "file");
    assert_int_equal(set.k, K);
    assert_int_equal(set.epoch, place->scores.epoch);
    assert_near(set.macro_f1, macro_f1(cuts), 1e-12);
    assert_true(isnan(set.held_out_f1) && isnan(set.held_out_std));
    if (job_thresholds_show(&place->job, "one", "by.hand", v, &e))
        fail_msg("%s", e.text);
    for (int c = 0; c < K; c++)
        assert_near(v->set.cuts[c], (float)cuts[c], 0);
    assert_near(v->report.macro_f1, macro_f1(cuts), 1e-12);
    assert_string_equal(v->names[7], "kind 7");
    assert_int_equal(job_thresholds_list(&place->job, "one", &rows, &n, &e), 0);
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].name, "by.hand");
    free(rows);
    free(v);
}

static void test_a_set_gets_the_name_that_is_asked(void **state)
{
    (void)state;
    struct threshold_set set;
    struct err e = {0};
    double cuts[K];
    const char *path = write_cuts("high.json", .5, cuts);
    assert_int_equal(
        job_thresholds_import(&place->job, "one", path, "strict", OUTPUT_NEW, &set, &e), 0);
    assert_string_equal(set.name, "strict");
    assert_int_equal(job_thresholds_import(&place->job, "one", path, "a\tb", OUTPUT_NEW, &set, &e),
                     -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(job_thresholds_import(&place->job, "one", path, "", OUTPUT_NEW, &set, NULL),
                     -1);
    assert_int_equal(file_save_all(path, "{\"thresholds\": {\"kind 1\": 0.5}}", 32, NULL), 0);
    e = (struct err){0};
    assert_int_equal(job_thresholds_import(&place->job, "one", path, "few", OUTPUT_NEW, &set, &e),
                     -1);
    assert_int_equal(e.code, ERR_DATA); /* most classes are missing */
}

static struct threshold_set stored(const char *name)
{
    bool found;
    struct threshold_set set;
    struct store *s = store_open(place->job.work->database, STORE_READ, NULL);
    assert_non_null(s);
    assert_int_equal(threshold_set_get(s, place->scores.uuid, name, &set, &found, NULL), 0);
    assert_true(found);
    store_close(s);
    return set;
}

static void test_a_set_that_exists_is_replaced_only_by_force(void **state)
{
    (void)state;
    struct threshold_set set;
    struct tune_result *results = calloc(TUNE_RESULTS_MAX, sizeof *results);
    struct tune_request tune = {.run = "last", .method = "fixed", .save = "mine"};
    char(*names)[64] = calloc(LABELS_MAX, sizeof *names);
    struct err e = {0};
    double cuts[K];
    int n;
    const char *path = write_cuts("mine.json", .02, cuts);
    assert_int_equal(job_thresholds_import(&place->job, "one", path, NULL, OUTPUT_NEW, &set, &e),
                     0);
    assert_int_equal(job_thresholds_import(&place->job, "one", path, NULL, OUTPUT_NEW, &set, &e),
                     -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, "run one has a threshold set mine already; --force overwrites"));
    assert_int_equal(job_tune(&place->job, &tune, results, &n, names, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_near(stored("mine").cuts[1], (float)cuts[1], 0); /* it stays */
    tune.mode = OUTPUT_REPLACE;
    assert_int_equal(job_tune(&place->job, &tune, results, &n, names, &e), 0);
    assert_near(stored("mine").cuts[1], .5, 0);
    assert_int_equal(
        job_thresholds_import(&place->job, "one", path, NULL, OUTPUT_REPLACE, &set, &e), 0);
    assert_near(stored("mine").cuts[1], (float)cuts[1], 0);
    free(results);
    free(names);
}

static int decided(int *edits_n)
{
    bool by_hand[LABELS_MAX];
    struct threshold_set set = stored("current");
    struct threshold_edit *edits;
    struct store *s = store_open(place->job.work->database, STORE_READ, NULL);
    int n, count = 0;
    assert_int_equal(threshold_edit_list(s, place->scores.uuid, "current", &edits, &n, NULL), 0);
    threshold_edit_by_hand(&set, edits, n, by_hand);
    for (int i = 1; i < n; i++) /* one step of the screen's undo */
        *edits_n += edits[i].number == edits[i - 1].number + 1;
    free(edits);
    store_close(s);
    for (int c = 0; c < K; c++)
        count += by_hand[c];
    return count;
}

static void test_what_is_imported_into_current_was_set_by_hand(void **state)
{
    (void)state;
    struct threshold_set set;
    struct err e = {0};
    double cuts[K];
    int follow = 0;
    const char *path = write_cuts("given.json", .02, cuts);
    if (job_thresholds_import(&place->job, "one", path, "current", OUTPUT_NEW, &set, &e))
        fail_msg("%s", e.text);
    assert_int_equal(decided(&follow), K);
    assert_int_equal(follow, K - 1);
    path = write_cuts("other.json", .3, cuts);
    follow = 0;
    assert_int_equal(
        job_thresholds_import(&place->job, "one", path, "current", OUTPUT_REPLACE, &set, &e), 0);
    assert_int_equal(decided(&follow), K);
    assert_int_equal(follow, 2 * (K - 1)); /* two steps */
    assert_near(stored("current").cuts[1], (float)cuts[1], 0);

    struct run_scores newer = place->scores;
    char name[64];
    double found[LABELS_MAX];
    newer.epoch++;
    assert_int_equal(run_cuts_find(&place->work, &newer, NULL, found, name, &e), 0);
    assert_string_equal(name, "current");
    for (int c = 0; c < K; c++)
        assert_near(found[c], (float)cuts[c], 0);
}

static void test_two_sets_side_by_side(void **state)
{
    (void)state;
    struct thresholds_diff *d = calloc(1, sizeof *d);
    struct err e = {0};
    if (job_thresholds_diff(&place->job, "one", "by.hand", "strict", d, &e))
        fail_msg("%s", e.text);
    assert_string_equal(d->before.set.name, "by.hand");
    assert_string_equal(d->after.set.name, "strict");
    assert_near(d->before.set.cuts[3], .05F, 0);
    assert_near(d->after.set.cuts[3], .53F, 0);
    assert_near(d->after.report.macro_f1, macro_f1(d->after.set.cuts), 1e-12);
    assert_int_equal(job_thresholds_diff(&place->job, "one", "by.hand", "none", d, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    free(d);
}

static double cut_in(const struct json *list, const char *class)
{
    double cut = NAN;
    assert_true(json_get_real(list, class, &cut));
    return cut;
}

static void test_a_set_goes_into_a_file(void **state)
{
    (void)state;
    struct err e = {0};
    const struct json *list;
    struct json *whole;
    char *text;
    size_t n;
    const char *path = in_tempdir("out.json");
    if (job_thresholds_export(&place->job, "one", "strict", path, OUTPUT_REPLACE, &e))
        fail_msg("%s", e.text);
    assert_int_equal(file_read(path, 1 << 20, &text, &n, NULL), 0);
    whole = json_parse(text, n, "out.json", &e);
    assert_non_null(whole);
    list = json_get(whole, "thresholds");
    assert_non_null(list);
    for (int c = 0; c < K; c++)
        assert_true((float)cut_in(list, place->scores.names[c]) == (float)(.5 + c / 100.));
    json_free(whole);
    free(text);
    assert_int_equal(job_thresholds_export(&place->job, "one", "none", path, OUTPUT_REPLACE, &e),
                     -1);
    path = in_tempdir("no/such/folder/out.json");
    assert_int_equal(
        job_thresholds_export(&place->job, "one", "strict", path, OUTPUT_REPLACE, NULL), -1);
}

/* The scores are given back then; the address sanitizer sees it if not. */
static void test_names_that_cannot_be_read(void **state)
{
    (void)state;
    struct run_scores scores;
    struct err e = {0};
    assert_int_equal(rename(in_tempdir("names.txt"), in_tempdir("gone.txt")), 0);
    assert_int_equal(run_scores_open(&scores, &place->work, "one", RUN_SCORES_BEST, &e), -1);
    assert_non_null(strstr(e.text, "names.txt"));
    assert_null(scores.scores);
    assert_int_equal(rename(in_tempdir("gone.txt"), in_tempdir("names.txt")), 0);
    assert_int_equal(run_scores_open(&scores, &place->work, "two", RUN_SCORES_BEST, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_sets_yet),
        cmocka_unit_test(test_a_file_becomes_a_set),
        cmocka_unit_test(test_a_set_gets_the_name_that_is_asked),
        cmocka_unit_test(test_two_sets_side_by_side),
        cmocka_unit_test(test_a_set_goes_into_a_file),
        cmocka_unit_test(test_a_set_that_exists_is_replaced_only_by_force),
        cmocka_unit_test(test_what_is_imported_into_current_was_set_by_hand),
        cmocka_unit_test(test_names_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, train_one, leave);
}
