/* The tune methods: fits against scipy, optima against brute force, bootstraps and halves against
 * numpy's within their Monte Carlo error (tests/reference/tune_vectors.py). */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "metric/threshold.h"
#include "threshold/platt.h"
#include "threshold/tune_choose.h"
#include "tune_table.h"

enum { ALL = (1 << THRESHOLD_METHODS) - 1, DRAWS = 100 };

#define BIN (1. / (double)LOGIT_BINS_PER_UNIT)

static double (*choose_all(const struct scores *s, enum threshold_method *chosen))[LABELS_MAX]
{
    double(*cuts)[LABELS_MAX] = malloc(sizeof(double[THRESHOLD_METHODS][LABELS_MAX]));
    assert_int_equal(threshold_choose_all(s, ALL, cuts, chosen, NULL), 0);
    return cuts;
}

static void test_platt_as_scipy(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct sorted_scores *r = sorted_scores_new(s, NULL);
    struct logit_bins *bins = calloc(TUNE_K, sizeof *bins);
    int weight[TUNE_N];
    for (int i = 0; i < TUNE_N; i++)
        weight[i] = 1;
    for (int c = 0; c < TUNE_K; c++)
        logit_bins_fill(&bins[c], r, c, weight);
    struct platt shared = platt_shared(bins, TUNE_K);
    assert_near(shared.slope, tune_shared[0], 5e-3);
    assert_near(shared.shift, tune_shared[1], 5e-3);
    for (int c = 0; c < TUNE_K - 1; c++) {
        struct platt fit = platt_class(&bins[c], &shared, 5);
        assert_near(fit.slope, tune_classes[c].slope, .02);
        assert_near(fit.shift, tune_classes[c].shift, .02);
    }
    free(bins);
    sorted_scores_free(r);
    scores_free(s);
}

/* A flat or inverted fit has no cut of its own; what comes out is still a cut. */
static void test_platt_of_noise(void **state)
{
    (void)state;
    struct scores *s = scores_new(40, 1, NULL);
    for (int i = 0; i < 40; i++) {
        s->p[i] = (float)(i + 1) / 41;
        if (i < 20)
            labels_add(&s->truth[i], 0);
    }
    double cut;
    assert_int_equal(threshold_choose("calibrated", s, &cut, NULL), 0);
    assert_true(cut >= 0 && cut < s->p[0]); /* all positive is the best there is */
    scores_free(s);
}

static void test_cuts_as_references(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double(*cuts)[LABELS_MAX] = choose_all(s, NULL);
    for (int c = 0; c < TUNE_K - 1; c++) {
        const struct tune_class *t = &tune_classes[c];
        assert_near(sorted_scores_logit(cuts[THRESHOLD_CALIBRATED][c]),
                    sorted_scores_logit(t->calibrated), .02);
        assert_near(cuts[THRESHOLD_PROPORTION][c], t->proportion, 1e-7);
        assert_near(sorted_scores_logit(cuts[THRESHOLD_SOFTF1][c]), sorted_scores_logit(t->soft),
                    2 * BIN);
        assert_near(sorted_scores_logit(cuts[THRESHOLD_HALVES][c]), sorted_scores_logit(t->halves),
                    4 * t->halves_std / sqrt(DRAWS));
        double consensus = sorted_scores_logit(t->bootstrap) + sorted_scores_logit(t->proportion) +
                           sorted_scores_logit(t->calibrated);
        assert_near(sorted_scores_logit(cuts[THRESHOLD_CONSENSUS][c]), consensus / 3,
                    (.02 + 4 * t->bootstrap_std / sqrt(DRAWS)) / 3);
    }
    free(cuts);
    scores_free(s);
}

/* Ten positives are few, eleven are not. */
static void test_support_falls_back(void **state)
{
    (void)state;
    struct scores *s = scores_new(60, 2, NULL);
    for (int i = 0; i < 60; i++) {
        s->p[2 * i] = s->p[2 * i + 1] = (float)((i * 37) % 60 + 1) / 62;
        if (i % 6 == 1)
            labels_add(&s->truth[i], 0);
        if (i % 6 == 1 || i == 2)
            labels_add(&s->truth[i], 1);
    }
    double(*cuts)[LABELS_MAX] = choose_all(s, NULL);
    for (int c = 0; c < 2; c++) {
        assert_true(cuts[THRESHOLD_EXACT][c] != cuts[THRESHOLD_PROPORTION][c]);
        assert_true(cuts[THRESHOLD_SUPPORT][c] ==
                    cuts[c ? THRESHOLD_EXACT : THRESHOLD_PROPORTION][c]);
    }
    free(cuts);
    scores_free(s);
}

static void test_absent_class_is_neutral(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double(*cuts)[LABELS_MAX] = choose_all(s, NULL);
    for (int m = 0; m < THRESHOLD_METHODS; m++)
        if (m != THRESHOLD_GLOBAL && m != THRESHOLD_BEST)
            assert_true(cuts[m][TUNE_K - 1] == .5);
    free(cuts);
    scores_free(s);
}

static void test_proportion_and_ties(void **state)
{
    (void)state;
    const float p[6] = {.9f, .5f, .5f, .5f, .2f, .1f};
    struct scores *s = scores_new(6, 1, NULL);
    memcpy(s->p, p, sizeof p);
    double cut;
    labels_add(&s->truth[0], 0);
    labels_add(&s->truth[4], 0); /* wants 2: 1 and 4 can be had, 1 is nearer */
    assert_int_equal(threshold_choose("proportion", s, &cut, NULL), 0);
    assert_near(cut, .7, 1e-7);
    labels_add(&s->truth[1], 0); /* wants 3: 4 is nearer */
    assert_int_equal(threshold_choose("proportion", s, &cut, NULL), 0);
    assert_near(cut, .35, 1e-7);
    for (int i = 0; i < 6; i++)
        s->p[i] = .5f; /* all or nothing: never nothing */
    assert_int_equal(threshold_choose("proportion", s, &cut, NULL), 0);
    assert_near(cut, .25, 1e-7);
    scores_free(s);
}

/* A weight of w is the same as w copies, and 0 as absence. */
static void check_weights(int seed)
{
    struct scores *s = tune_table();
    struct rng rng = rng_stream((uint64_t)seed, RNG_TEST, 0, 0);
    int weight[TUNE_N], copies = 0;
    for (int i = 0; i < TUNE_N; i++)
        copies += weight[i] = (int)rng_below(&rng, 4);
    struct scores *wide = scores_new(copies, TUNE_K, NULL);
    for (int i = 0, at = 0; i < TUNE_N; i++)
        for (int w = 0; w < weight[i]; w++, at++) {
            memcpy(wide->p + at * TUNE_K, s->p + i * TUNE_K, TUNE_K * sizeof *s->p);
            wide->truth[at] = s->truth[i];
        }
    struct sorted_scores *r = sorted_scores_new(s, NULL);
    int support[TUNE_K];
    double exact[LABELS_MAX], one[LABELS_MAX], proportion[LABELS_MAX];
    assert_int_equal(threshold_choose("exact", wide, exact, NULL), 0);
    assert_int_equal(threshold_choose("global", wide, one, NULL), 0);
    assert_int_equal(threshold_choose("proportion", wide, proportion, NULL), 0);
    for (int c = 0; c < TUNE_K; c++) {
        support[c] = sorted_scores_support(r, c, weight);
        if (!support[c])
            continue;
        assert_true(sorted_scores_best(r, c, weight, support[c]) == exact[c]);
        assert_true(sorted_scores_proportion(r, c, weight, support[c]) == proportion[c]);
    }
    assert_true(sorted_scores_global(r, weight, support) == one[0]);
    sorted_scores_free(r);
    scores_free(wide);
    scores_free(s);
}

static void test_weights_are_copies(void **state)
{
    (void)state;
    for (int seed = 0; seed < 30; seed++)
        check_weights(seed);
}

static void test_exact_as_the_table(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct threshold_table *t = threshold_table_new(s, NULL);
    double(*cuts)[LABELS_MAX] = choose_all(s, NULL);
    for (int c = 0; c < TUNE_K; c++)
        assert_true(cuts[THRESHOLD_EXACT][c] == threshold_best(t, c, NULL));
    free(cuts);
    threshold_table_free(t);
    scores_free(s);
}

/* Separable: nothing wins over consensus, so it is taken. */
static void test_best_stays_with_consensus(void **state)
{
    (void)state;
    struct scores *s = scores_new(60, 2, NULL);
    for (int i = 0; i < 60; i++)
        for (int c = 0; c < 2; c++) {
            bool positive = (i + c) % 3 == 0;
            s->p[2 * i + c] = positive ? .9f : .1f;
            if (positive)
                labels_add(&s->truth[i], c);
        }
    enum threshold_method chosen;
    double(*cuts)[LABELS_MAX] = choose_all(s, &chosen);
    assert_int_equal(chosen, THRESHOLD_CONSENSUS);
    for (int c = 0; c < 2; c++)
        assert_true(cuts[THRESHOLD_BEST][c] == cuts[THRESHOLD_CONSENSUS][c]);
    free(cuts);
    scores_free(s);
}

/* Scores that say nothing: the best rule predicts everything, which proportion matching pulls
 * consensus away from; the others win by far. */
static void test_best_leaves_consensus(void **state)
{
    (void)state;
    struct scores *s = scores_new(400, 3, NULL);
    unsigned x = 1;
    for (int i = 0; i < 1200; i++) {
        x = x * 1664525u + 1013904223u;
        s->p[i] = (float)(x >> 8) / (1 << 24);
        x = x * 1664525u + 1013904223u;
        if ((x >> 8) % 3 == 0)
            labels_add(&s->truth[i / 3], i % 3);
    }
    enum threshold_method chosen;
    double(*cuts)[LABELS_MAX] = choose_all(s, &chosen);
    assert_int_not_equal(chosen, THRESHOLD_CONSENSUS);
    assert_int_not_equal(chosen, THRESHOLD_PROPORTION);
    for (int c = 0; c < 3; c++)
        assert_true(cuts[THRESHOLD_BEST][c] == cuts[chosen][c]);
    free(cuts);
    scores_free(s);
}

/* Two scores, .1 and .9, that say nothing: one global threshold and the exact ones predict
 * everything, and are equals. The first of them is taken. */
static void test_best_of_equals_is_the_first(void **state)
{
    (void)state;
    struct scores *s = scores_new(400, 3, NULL);
    unsigned x = 1;
    for (int i = 0; i < 1200; i++) {
        x = x * 1664525u + 1013904223u;
        s->p[i] = x >> 31 ? .1f : .9f;
        x = x * 1664525u + 1013904223u;
        if ((x >> 8) % 3 == 0)
            labels_add(&s->truth[i / 3], i % 3);
    }
    enum threshold_method chosen;
    double(*cuts)[LABELS_MAX] = choose_all(s, &chosen);
    for (int c = 0; c < 3; c++)
        assert_true(cuts[THRESHOLD_EXACT][c] == cuts[THRESHOLD_GLOBAL][c]);
    assert_int_equal(chosen, THRESHOLD_GLOBAL);
    free(cuts);
    scores_free(s);
}

/* Alone or among all, with one worker or three: the same figures. */
static void test_estimates_depend_on_nothing_else(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct threshold_estimate all[THRESHOLD_METHODS], team[THRESHOLD_METHODS];
    struct workers *w = workers_new(3, 0, NULL);
    assert_int_equal(threshold_held_out_all(s, ALL, 2, 3, NULL, NULL, all, NULL), 0);
    assert_int_equal(threshold_held_out_all(s, ALL, 2, 3, w, NULL, team, NULL), 0);
    for (int m = 0; m < THRESHOLD_METHODS; m++) {
        double mean, std;
        const char *name = threshold_choose_name((enum threshold_method)m);
        assert_int_equal(threshold_held_out(name, s, 2, 3, &mean, &std, NULL), 0);
        assert_true(mean == all[m].mean && std == all[m].std);
        assert_true(mean == team[m].mean && std == team[m].std);
    }
    workers_free(w);
    scores_free(s);
}

static void test_cancelled(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct threshold_estimate out[THRESHOLD_METHODS];
    atomic_bool cancel = true;
    struct err e = {0};
    assert_int_equal(threshold_held_out_all(s, ALL, 1, 1, NULL, &cancel, out, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    scores_free(s);
}

/* What `best` is said to be worth is what its nested choices reached, not the largest of the
 * estimates. Here three methods are as good as each other but for luck. */
static void test_estimate_of_best_is_nested(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    struct threshold_estimate all[THRESHOLD_METHODS];
    double most = 0, least = 1;
    assert_int_equal(threshold_held_out_all(s, ALL, 3, 1, NULL, NULL, all, NULL), 0);
    for (int m = 0; m < THRESHOLD_BEST; m++) {
        most = fmax(most, all[m].mean);
        least = fmin(least, all[m].mean);
    }
    assert_true(all[THRESHOLD_BEST].mean < most);
    assert_true(all[THRESHOLD_BEST].mean > least);
    scores_free(s);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct scores *s = tune_table();
    double cuts[LABELS_MAX];
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        mem_fail_after(n);
        int failed = threshold_choose("best", s, cuts, &e);
        mem_fail_after(0);
        if (!failed)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
    }
    assert_true(failures >= 20);
    scores_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_platt_as_scipy),
        cmocka_unit_test(test_platt_of_noise),
        cmocka_unit_test(test_cuts_as_references),
        cmocka_unit_test(test_support_falls_back),
        cmocka_unit_test(test_absent_class_is_neutral),
        cmocka_unit_test(test_proportion_and_ties),
        cmocka_unit_test(test_weights_are_copies),
        cmocka_unit_test(test_exact_as_the_table),
        cmocka_unit_test(test_best_stays_with_consensus),
        cmocka_unit_test(test_best_leaves_consensus),
        cmocka_unit_test(test_best_of_equals_is_the_first),
        cmocka_unit_test(test_estimates_depend_on_nothing_else),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_estimate_of_best_is_nested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
