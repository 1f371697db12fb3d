/* Cuts: against every distinct cut tried with exact fractions (tests/reference), rules by hand,
 * held-out estimates by their properties, and a real table when there is one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "metric/bootstrap_diff.h"
#include "metric/bootstrap_thresholds.h"
#include "metric/mistakes.h"
#include "metric/threshold.h"
#include "table.h"

static struct scores *column(const float *p, const char *truth, int n)
{
    struct scores *s = scores_new(n, 1, NULL);
    for (int i = 0; i < n; i++) {
        s->p[i] = p[i];
        if (truth[i] == '1')
            labels_add(&s->truth[i], 0);
    }
    return s;
}

static double global_cut(const struct scores *s)
{
    double cuts[LABELS_MAX];
    assert_int_equal(threshold_choose("global", s, cuts, NULL), 0);
    return cuts[0];
}

static void test_best_as_brute_force(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        const struct metric_table *t = &metric_tables[i];
        struct scores *s = table_scores(t);
        struct threshold_table *table = threshold_table_new(s, NULL);
        for (int c = 0; c < t->k; c++) {
            double f1, cut = threshold_best(table, c, &f1);
            assert_true(cut == (float)t->classes[c].best_cut);
            assert_near(f1, t->classes[c].best_f1, 1e-12);
            assert_true(threshold_at(table, c, cut).f1 == f1);
        }
        threshold_table_free(table);
        scores_free(s);
    }
}

static void test_global_as_brute_force(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        const struct metric_table *t = &metric_tables[i];
        struct scores *s = table_scores(t);
        double cuts[LABELS_MAX];
        struct threshold_table *table = threshold_table_new(s, NULL);
        assert_int_equal(threshold_choose("global", s, cuts, NULL), 0);
        for (int c = 0; c < t->k; c++)
            assert_true(cuts[c] == (float)t->global_cut);
        assert_near(threshold_macro_f1(table, cuts), t->global_f1, 1e-12);
        threshold_table_free(table);
        scores_free(s);
    }
}

static void test_counts_equal_the_report(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        const struct metric_table *t = &metric_tables[i];
        struct scores *s = table_scores(t);
        struct threshold_table *table = threshold_table_new(s, NULL);
        double cuts[LABELS_MAX];
        for (int c = 0; c < t->k; c++)
            cuts[c] = t->classes[c].cut;
        assert_near(threshold_macro_f1(table, cuts), t->macro_f1, 1e-12);
        for (int c = 0; c < t->k; c++) {
            struct threshold_counts at = threshold_at(table, c, cuts[c]);
            assert_near(at.precision, t->classes[c].precision, 1e-12);
            assert_near(at.recall, t->classes[c].recall, 1e-12);
            assert_int_equal(at.tp + at.fn, at.support);
            assert_int_equal(at.n, t->n);
        }
        threshold_table_free(table);
        scores_free(s);
    }
}

static void test_neutral_cut(void **state)
{
    (void)state;
    const float p[3] = {.9f, .1f, .2f};
    struct scores *s = column(p, "000", 3), *none = column(p, "", 0);
    struct threshold_table *t = threshold_table_new(s, NULL);
    double f1 = 7;
    assert_true(threshold_best(t, 0, &f1) == .5 && f1 == 0);
    assert_true(global_cut(s) == .5);
    threshold_table_free(t);
    t = threshold_table_new(none, NULL);
    assert_true(threshold_best(t, 0, NULL) == .5);
    assert_true(global_cut(none) == .5);
    assert_true(threshold_at(t, 0, .3).f1 == 0);
    assert_true(threshold_step(t, 0, .3, 1) == .3 && threshold_step(t, 0, .3, -1) == .3);
    threshold_table_free(t);
    scores_free(s);
    scores_free(none);
}

/* The scores of a class without positives do not narrow the best plateau. */
static void test_global_ignores_absent_classes(void **state)
{
    (void)state;
    struct scores *s = scores_new(2, 2, NULL);
    const float p[4] = {.75f, .5f, .25f, .625f};
    memcpy(s->p, p, sizeof p);
    labels_add(&s->truth[0], 0);
    assert_true(global_cut(s) == .5);
    scores_free(s);
}

static void test_steps(void **state)
{
    (void)state;
    const float p[5] = {.25f, .5f, .5f, .75f, .125f};
    struct scores *s = column(p, "01010", 5);
    struct threshold_table *t = threshold_table_new(s, NULL);
    assert_true(threshold_step(t, 0, .3, 1) == .625);      /* between .5 and .75 */
    assert_true(threshold_step(t, 0, .5, 1) == .625);      /* .5 >= .5 is still positive */
    assert_true(threshold_step(t, 0, .625, 1) == .875);    /* above the largest: middle to 1 */
    assert_true(threshold_step(t, 0, .9, 1) == .9);        /* nothing above */
    assert_true(threshold_step(t, 0, .9, -1) == .625);     /* takes .75 in */
    assert_true(threshold_step(t, 0, .625, -1) == .375);   /* takes both .5 in */
    assert_true(threshold_step(t, 0, .15, -1) == .0625);   /* below the smallest: half of it */
    assert_true(threshold_step(t, 0, .0625, -1) == .0625); /* nothing below */
    for (double cut = 0, next;; cut = next) {
        next = threshold_step(t, 0, cut, 1);
        if (next == cut)
            break;
        struct threshold_counts a = threshold_at(t, 0, cut), b = threshold_at(t, 0, next);
        assert_true(b.tp + b.fp < a.tp + a.fp);
    }
    threshold_table_free(t);
    scores_free(s);
}

static void test_extreme_scores(void **state)
{
    (void)state;
    const float p[3] = {0, 1, 1};
    struct scores *s = column(p, "100", 3);
    struct threshold_table *t = threshold_table_new(s, NULL);
    double f1;
    assert_true(threshold_best(t, 0, &f1) == 0); /* only everything catches the positive */
    assert_near(f1, .5, 1e-15);
    assert_true(threshold_step(t, 0, .5, 1) == .5); /* no cut in 0..1 rejects a score of 1 */
    threshold_table_free(t);
    scores_free(s);
}

static void test_adjacent_floats(void **state)
{
    (void)state;
    const float p[2] = {nextafterf(.3f, 1), .3f};
    struct scores *s = column(p, "10", 2);
    struct threshold_table *t = threshold_table_new(s, NULL);
    double f1, cut = threshold_best(t, 0, &f1);
    char text[32];
    assert_true(f1 == 1);
    snprintf(text, sizeof text, "%.9g", cut); /* cuts are printed so */
    assert_true(threshold_at(t, 0, atof(text)).f1 == 1);
    threshold_table_free(t);
    scores_free(s);
}

static double in_sample(const char *method, const struct scores *s)
{
    double cuts[LABELS_MAX];
    struct report r;
    assert_int_equal(threshold_choose(method, s, cuts, NULL), 0);
    assert_int_equal(f1_report(s, cuts, &r, NULL), 0);
    return r.macro_f1;
}

static void test_methods_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct scores *s = table_scores(&metric_tables[i]);
        double fixed = in_sample("fixed", s), one = in_sample("global", s);
        assert_true(one >= fixed - 1e-12);
        assert_true(in_sample("exact", s) >= one - 1e-12);
        scores_free(s);
    }
}

static void test_unknown_method(void **state)
{
    (void)state;
    struct scores *s = table_scores(&metric_tables[0]);
    double cuts[LABELS_MAX], mean, std;
    struct err e = {0};
    assert_int_equal(threshold_choose("exactly", s, cuts, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_non_null(strstr(e.text, "'exactly'"));
    assert_int_equal(threshold_held_out("", s, 2, 1, &mean, &std, &e), -1);
    assert_int_equal(threshold_held_out("exact", s, 0, 1, &mean, &std, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    scores_free(s);
}

/* Labels independent of the scores: exact lies in-sample, held-out falls back to chance. */
static void test_held_out_is_honest(void **state)
{
    (void)state;
    enum { N = 200, K = 4 };
    struct scores *s = scores_new(N, K, NULL);
    unsigned x = 12345;
    for (int i = 0; i < N * K; i++) {
        x = x * 1664525u + 1013904223u;
        s->p[i] = (float)(x >> 8) / (1 << 24);
        x = x * 1664525u + 1013904223u;
        if ((x >> 8) % 40 == 0)
            labels_add(&s->truth[i / K], i % K);
    }
    double mean, std;
    assert_int_equal(threshold_held_out("exact", s, 4, 7, &mean, &std, NULL), 0);
    assert_true(in_sample("exact", s) > mean + .03);
    assert_true(mean < .12); /* the best constant rule: 2q / (1 + q) = .049 at q = 1/40 */
    scores_free(s);
}

static void test_held_out_of_fixed_is_exact(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct scores *s = table_scores(&metric_tables[i]);
        double mean, std;
        assert_int_equal(threshold_held_out("fixed", s, 3, 9, &mean, &std, NULL), 0);
        assert_near(mean, in_sample("fixed", s), 1e-12);
        assert_near(std, 0, 1e-12);
        scores_free(s);
    }
}

static void test_held_out_depends_on_seed_only(void **state)
{
    (void)state;
    struct scores *s = table_scores(&metric_tables[2]);
    double mean[3], std[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            threshold_held_out("exact", s, 5, 3 + (uint64_t)i / 2, &mean[i], &std[i], NULL), 0);
    assert_true(mean[0] == mean[1] && std[0] == std[1]);
    assert_true(mean[0] != mean[2]);
    assert_true(std[0] > 0);
    scores_free(s);
}

/* The deviation is that of a sample (n - 1): of two values their distance by the root of two. */
static void test_held_out_deviation(void **state)
{
    (void)state;
    struct scores *s = table_scores(&metric_tables[2]);
    double first, mean, std, none;
    assert_int_equal(threshold_held_out("exact", s, 1, 7, &first, &none, NULL), 0);
    assert_int_equal(threshold_held_out("exact", s, 2, 7, &mean, &std, NULL), 0);
    assert_true(std > 0);
    assert_near(none, 0, 0);
    assert_near(std, fabs(2 * (first - mean)) / sqrt(2), 1e-12);
    scores_free(s);
}

/* Separable with two positives in one class: only folds that spread them let both be found. */
static void test_held_out_pools_rare_classes(void **state)
{
    (void)state;
    enum { N = 50 };
    struct scores *s = scores_new(N, 2, NULL);
    for (int i = 0; i < N; i++) {
        bool rare = i < 2, common = i % 2;
        s->p[2 * i] = rare ? .4f : .05f; /* below the neutral cut */
        s->p[2 * i + 1] = common ? .8f : .1f;
        if (rare)
            labels_add(&s->truth[i], 0);
        if (common)
            labels_add(&s->truth[i], 1);
    }
    double mean, std;
    assert_int_equal(threshold_held_out("exact", s, 10, 1, &mean, &std, NULL), 0);
    assert_near(mean, 1, 1e-12);
    assert_near(std, 0, 1e-12);
    scores_free(s);
}

static void test_few_samples(void **state)
{
    (void)state;
    const float p[3] = {.9f, .1f, .2f};
    for (int n = 0; n <= 3; n++) {
        struct scores *s = column(p, "100", n);
        double mean, std;
        assert_int_equal(threshold_held_out("global", s, 2, 1, &mean, &std, NULL), 0);
        assert_true(mean == (n ? 1 : 0)); /* no positive to learn from: the neutral cut */
        scores_free(s);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct scores *s = table_scores(&metric_tables[1]);
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        double mean, std;
        mem_fail_after(n);
        if (threshold_held_out("global", s, 1, 1, &mean, &std, &e) == 0)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    mem_fail_after(0);
    assert_true(failures >= 9); /* scores, folds, and a table and its sort in each fold */
    scores_free(s);
}

enum { REAL_ROWS = 586, REAL_CLASSES = 28 };

static FILE *real_file(const char *name)
{
    const char *folder = getenv("HPA_REAL_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/probs/%s", folder ? folder : "../shared/data", name);
    return fopen(path, "r");
}

static void read_row(struct scores *s, int row, char *labels, char *probabilities)
{
    char *target = strchr(labels, ',') + 1;
    *strchr(target, ',') = '\0';
    for (char *word = strtok(target, " "); word; word = strtok(NULL, " "))
        labels_add(&s->truth[row], atoi(word));
    char *at = strchr(probabilities, ',');
    for (int c = 0; c < s->k; c++)
        s->p[row * s->k + c] = strtof(at + 1, &at);
}

static struct scores *real_table(void)
{
    FILE *labels = real_file("labels.csv"), *probabilities = real_file("probs_inceptionv3.csv");
    if (!labels || !probabilities) {
        print_message("SKIP: no real table; set HPA_REAL_DATA to the folder that holds probs/\n");
        skip();
    }
    struct scores *s = scores_new(REAL_ROWS, REAL_CLASSES, NULL);
    char a[4096], b[4096];
    assert_true(fgets(a, sizeof a, labels) && fgets(b, sizeof b, probabilities));
    for (int i = 0; i < REAL_ROWS; i++) {
        assert_true(fgets(a, sizeof a, labels) && fgets(b, sizeof b, probabilities));
        assert_memory_equal(a, b, 36); /* the same id */
        read_row(s, i, a, b);
    }
    fclose(labels);
    fclose(probabilities);
    return s;
}

static void test_real_table(void **state)
{
    (void)state;
    struct scores *s = real_table();
    struct threshold_estimate all[THRESHOLD_METHODS];
    assert_true(in_sample("exact", s) > in_sample("global", s));
    assert_true(in_sample("global", s) > in_sample("fixed", s));
    assert_int_equal(
        threshold_held_out_all(s, (1U << THRESHOLD_METHODS) - 1, 4, 1, NULL, NULL, all, NULL), 0);
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        print_message("held-out macro F1: %-10s %.3f +- %.3f\n",
                      threshold_choose_name((enum threshold_method)m), all[m].mean, all[m].std);
    double exact = all[THRESHOLD_EXACT].mean;
    assert_true(exact < in_sample("exact", s));
    assert_true(all[THRESHOLD_GLOBAL].mean > all[THRESHOLD_FIXED].mean);
    assert_true(exact > all[THRESHOLD_FIXED].mean);
    assert_true(all[THRESHOLD_CALIBRATED].mean >= exact);
    assert_true(all[THRESHOLD_CONSENSUS].mean >= exact);
    scores_free(s);
}

/* .70 reaches .7 though the double .7 is above the float .7: the same for all who compare. */
static void test_equal_reaches(void **state)
{
    (void)state;
    static const float p[] = {.7F, .1F, .3F};
    static const double cuts[] = {.7, .1, .3};
    for (int i = 0; i < 3; i++) {
        struct scores *s = column(&p[i], "1", 1);
        struct threshold_table *t = threshold_table_new(s, NULL);
        struct report r;
        struct bootstrap_thresholds st;
        struct bootstrap_diff same;
        assert_int_equal(f1_report(s, &cuts[i], &r, NULL), 0);
        assert_true(r.macro_f1 == 1);
        assert_true(threshold_at(t, 0, cuts[i]).tp == 1);
        assert_true(threshold_macro_f1(t, &cuts[i]) == 1);
        struct labels set = f1_predict_row(s->p, &cuts[i], 1, -1);
        assert_true(labels_has(&set, 0));
        assert_int_equal(bootstrap_thresholds_measure(s, &cuts[i], 10, 1, &st, NULL), 0);
        assert_true(st.f1_low == 1);
        assert_int_equal(
            bootstrap_diff_sets(s, &cuts[i], s, (double[]){0}, 10, 1, NULL, &same, NULL), 0);
        assert_true(same.macro.delta == 0);
        threshold_table_free(t);
        scores_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_reaches),
        cmocka_unit_test(test_best_as_brute_force),
        cmocka_unit_test(test_global_as_brute_force),
        cmocka_unit_test(test_counts_equal_the_report),
        cmocka_unit_test(test_neutral_cut),
        cmocka_unit_test(test_global_ignores_absent_classes),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_extreme_scores),
        cmocka_unit_test(test_adjacent_floats),
        cmocka_unit_test(test_methods_in_order),
        cmocka_unit_test(test_unknown_method),
        cmocka_unit_test(test_held_out_is_honest),
        cmocka_unit_test(test_held_out_of_fixed_is_exact),
        cmocka_unit_test(test_held_out_depends_on_seed_only),
        cmocka_unit_test(test_held_out_deviation),
        cmocka_unit_test(test_held_out_pools_rare_classes),
        cmocka_unit_test(test_few_samples),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_real_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
