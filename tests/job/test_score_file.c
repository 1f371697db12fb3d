/* Tables of scores and truth as other programs write them, good and bad. */
#include "base/file.h"
#include "logged.h"
#include "near.h"
#include "run/score_file.h"
#include "tempdir.h"
#include "test.h"

static const char *write_text(const char *name, const char *text)
{
    const char *path = tempdir_path(name);
    assert_int_equal(file_save_all(path, text, strlen(text), NULL), 0);
    return path;
}

static struct conf *three_classes(void)
{
    struct conf *c = conf_new();
    const char *path = write_text("names.txt", "alpha\nbeta\ngamma\n");
    assert_int_equal(conf_set(c, "data.classes", path, "test", NULL), 0);
    return c;
}

static const char TRUTH[] = "Id,Target,Source\nb,2 0,x\na,1,x\nc,0,y\n";

static void test_rows_are_matched_by_id(void **state)
{
    (void)state;
    struct conf *c = three_classes();
    const char *truth = write_text("truth.csv", TRUTH);
    const char *probs = write_text("probs.csv", "sample,x,y,z\na,.1,0.25,1\nb,0,1e-3,.5\n");
    struct scores *s = score_file_read(probs, truth, c, NULL);
    assert_non_null(s);
    assert_int_equal(s->n, 2);
    assert_int_equal(s->k, 3);
    assert_near(s->p[1], .25, 0);
    assert_near(s->p[4], 1e-3, 1e-10);
    assert_true(labels_has(&s->truth[0], 1) && labels_count(&s->truth[0]) == 1);
    assert_true(labels_has(&s->truth[1], 0) && labels_has(&s->truth[1], 2));
    scores_free(s);
    conf_free(c);
}

static void refuse(const char *probs_text, const char *reason)
{
    struct conf *c = three_classes();
    struct err e = {0};
    const char *truth = write_text("truth.csv", TRUTH);
    const char *probs = write_text("bad.csv", probs_text);
    assert_null(score_file_read(probs, truth, c, &e));
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "bad.csv"));
    if (!strstr(e.text, reason))
        fail_msg("'%s' does not say '%s'", e.text, reason);
    conf_free(c);
}

static void test_refused(void **state)
{
    (void)state;
    refuse("Id,x,y,z\na,.1,.2,1.5\n", "line 2: column 4: '1.5' is not a probability");
    refuse("Id,x,y,z\na,.1,.2,nan\n", "column 4");
    refuse("Id,x,y,z\na,.1,-.2,0\n", "column 3");
    refuse("Id,x,y,z\na,.1,,0\n", "column 3");
    refuse("Id,x,y,z\na,.1,.2,0\nd,.1,.2,0\n", "line 3: id d has no truth");
    refuse("Id,x,y,z\na,.1,.2,0\na,.1,.2,0\n", "line 3: id a stands here a second time");
    refuse("Id,x,y\na,.1,.2\n", "2 class columns");
    refuse("Id,x,y,z\n", "has a header but no rows");
    refuse("a,.1,.2,.3\nb,.1,.2,.3\n", "line 1 looks like data");
    refuse("Id,x,y,z\na,.1,.2,0\nd,.1,.2,0\nb,0,0,0\nf,0,0,0\n",
           "line 3: 2 ids have no truth: d, f");
}

static void test_columns_follow_the_header(void **state)
{
    (void)state;
    struct conf *c = three_classes();
    const char *truth = write_text("truth.csv", TRUTH);
    const char *probs = write_text("probs.csv", "gamma,Id,beta,alpha\n.3,a,.2, .1 \n.6,b,.5,.4\n");
    struct scores *s = score_file_read(probs, truth, c, NULL);
    assert_non_null(s);
    for (int i = 0; i < 6; i++)
        assert_near(s->p[i], (i + 1) * .1, 1e-7);
    scores_free(s);
    conf_free(c);
}

static void test_samples_without_scores_are_named(void **state)
{
    (void)state;
    struct conf *c = three_classes();
    const char *truth = write_text("truth.csv", TRUTH);
    const char *probs = write_text("probs.csv", "Id,0,1,2\nb,0,0,1\n");
    uint64_t before = log_last();
    struct scores *s = score_file_read(probs, truth, c, NULL);
    assert_non_null(s);
    assert_true(logged(before, "2 of 3 samples with truth have no scores: a, c"));
    scores_free(s);
    conf_free(c);
}

/* scikit-learn takes the row of zeros, too. */
static void test_no_label_is_a_negative(void **state)
{
    (void)state;
    struct conf *c = three_classes();
    const char *truth = write_text("truth.csv", "Id,Target\na,1\nb,\nc,\" \"\n");
    const char *probs = write_text("probs.csv", "Id,0,1,2\na,0,1,0\nb,0,0,1\nc,1,0,0\n");
    struct scores *s = score_file_read(probs, truth, c, NULL);
    assert_non_null(s);
    assert_int_equal(labels_count(&s->truth[0]), 1);
    assert_int_equal(labels_count(&s->truth[1]), 0);
    assert_int_equal(labels_count(&s->truth[2]), 0);
    scores_free(s);
    conf_free(c);
}

static void test_probabilities_round_trip(void **state)
{
    (void)state;
    const char *ids[] = {"b", "a", "c"};
    const float p[] = {.1F, 1.0F / 3, 0, 1e-7F, .5F, 1, .123456789F, .9F, .2F};
    for (int i = 0; i < 2; i++) {
        struct conf *c = three_classes();
        const char *truth = write_text("truth.csv", TRUTH);
        char path[256];
        snprintf(path, sizeof path, "%s/out.%s", tempdir, i ? "npy" : "csv");
        assert_int_equal(score_file_write(path, OUTPUT_REPLACE, ids, p, 3, 3, NULL), 0);
        struct scores *s = score_file_read(path, truth, c, NULL);
        assert_non_null(s);
        assert_memory_equal(s->p, p, sizeof p); /* nine digits are exact for a float */
        scores_free(s);
        conf_free(c);
    }
}

static void test_cuts(void **state)
{
    (void)state;
    char names[LABELS_MAX][64] = {"alpha", "beta"};
    const double cuts[] = {.25, 1.0F / 3};
    double back[2];
    struct err e = {0};
    struct score_cuts c = {.method = "exact", .k = 2, .cuts = cuts, .held_out = NAN};
    const char *path = tempdir_path("cuts.json");
    assert_int_equal(score_file_write_cuts(path, OUTPUT_REPLACE, &c, names, NULL), 0);
    assert_int_equal(score_file_read_cuts(path, 2, names, back, NULL), 0);
    assert_near(back[0], .25, 0);
    assert_near(back[1], 1.0F / 3, 0); /* the same float */
    memcpy(names[1], "delta", 6);
    assert_int_equal(score_file_read_cuts(path, 2, names, back, &e), -1);
    assert_non_null(strstr(e.text, "'delta'"));
    assert_int_equal(score_file_read_cuts(path, 1, names, back, &e), -1);
    assert_non_null(strstr(e.text, "'beta' is no class"));
    path = write_text("none.json", "{\"cuts\": []}");
    assert_int_equal(score_file_read_cuts(path, 1, names, back, &e), -1);
    assert_non_null(strstr(e.text, "thresholds"));
}

static void test_labels_in_print(void **state)
{
    (void)state;
    char text[32];
    struct labels set = {{0}};
    score_file_print_labels(&set, ' ', text, sizeof text);
    assert_string_equal(text, "");
    labels_add(&set, 127);
    labels_add(&set, 3);
    score_file_print_labels(&set, ' ', text, sizeof text);
    assert_string_equal(text, "3 127");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_matched_by_id),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_columns_follow_the_header),
        cmocka_unit_test(test_samples_without_scores_are_named),
        cmocka_unit_test(test_no_label_is_a_negative),
        cmocka_unit_test(test_probabilities_round_trip),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_labels_in_print),
    };
    tempdir_make();
    int failed = cmocka_run_group_tests_name("score_file", tests, NULL, NULL);
    tempdir_remove();
    return failed;
}
