/* Conditions over a table of eight samples; which rows match is worked out by hand, random
 * expressions against a second evaluation, and 31,072 rows are quick. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "data/query.h"
#include "pace.h"
#include "test.h"

enum { K = 4, N = 8 };

static const char *const names[K] = {"Nucleoli", "Nucleoli fibrillar center", "Lipid droplets",
                                     "Cytosol"};
static const char *const ids[N] = {"a-00", "b-01", "Cyto-02", "d-03",
                                   "e-04", "f-05", "g-06",    "H-07"};
/* As digits: the classes of a row, its fold. */
static const char *const classes[N] = {"0", "1", "2", "3", "02", "123", "", "0123"};
static const int folds[N] = {0, 1, 2, 0, 1, 2, 0, 1};
static const char *const findings[N] = {"", "red missing", "", "blank", "", "green blank", "", ""};
static const char *const marks[N] = {"",     "wrong-label",           "", "",
                                     "note", "wrong-label ambiguous", "", ""};
/* Positives of the samples 6, 5, 4, 7, 1, in this order; the others have no scores. */
static const char *const positives[5] = {"1", "12", "", "0123", "0"};
static const int scored[N] = {-1, 4, -1, -1, 2, 1, 0, 3};
static struct labels labels[N], predicted[5];
static struct query_table table;

static int fill(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++)
        for (const char *c = classes[i]; *c; c++)
            labels_add(&labels[i], *c - '0');
    for (int i = 0; i < 5; i++)
        for (const char *c = positives[i]; *c; c++)
            labels_add(&predicted[i], *c - '0');
    table = (struct query_table){N, K, ids, labels, folds, 2, findings, marks, predicted, scored};
    return 0;
}

static void assert_rows(const char *text, const char *expected)
{
    char got[N + 1];
    int rows[N];
    struct err e = {0};
    struct query *q = query_parse(text, names, K, &e);
    if (!q)
        fail_msg("%s: %s", text, e.text);
    int n = query_run(q, &table, rows);
    for (int i = 0; i < n; i++)
        got[i] = (char)('0' + rows[i]);
    got[n] = '\0';
    if (strcmp(got, expected) != 0)
        fail_msg("%s: rows %s, expected %s", text, got, expected);
    query_free(q);
}

static void assert_refused(const char *text, const char *message)
{
    struct err e = {0};
    struct query *q = query_parse(text, names, K, &e);
    if (q)
        fail_msg("\"%s\" was accepted", text);
    assert_int_equal(e.code, ERR_USAGE);
    if (!strstr(e.text, message))
        fail_msg("\"%s\": the message is \"%s\"", text, e.text);
}

static void test_one_condition(void **state)
{
    (void)state;
    assert_rows("", "01234567");
    assert_rows("  ", "01234567");
    assert_rows("2", "2457");
    assert_rows("class 2", "2457");
    assert_rows("class \"Lipid droplets\"", "2457");
    assert_rows("class lipid", "2457");
    assert_rows("class nucleoli", "047"); /* a whole name wins over parts */
    assert_rows("class nucleol", "01457");
    assert_rows("fold 1", "147");
    assert_rows("FOLD 9", "");
    assert_rows("train", "013467");
    assert_rows("val", "25");
    assert_rows("labels 0", "6");
    assert_rows("labels 3", "5");
    assert_rows("id -0", "01234567");
    assert_rows("id h-", "7");
    assert_rows("finding any", "135");
    assert_rows("finding Blank 3", "35");
    assert_rows("cyto", "2357"); /* class or id */
    assert_rows("\"lipid drop\"", "2457");
    assert_rows("\"lipid", "2457"); /* the closing quote is not typed yet */
}

/* Truth and prediction side by side: sample 1 has 1 and is given 0; 4 has 0 and 2 and is given
 * nothing; 5 has 1, 2, 3 and is given 1, 2; 6 has nothing and is given 1; 7 is right. */
static void test_scores_and_marks(void **state)
{
    (void)state;
    assert_rows("predicted 1", "567");
    assert_rows("predicted any", "1567");
    assert_rows("not predicted any", "0234"); /* also those without scores */
    assert_rows("predicted nucleol", "1567");
    assert_rows("missed 1", "1");
    assert_rows("missed cytosol", "5");
    assert_rows("missed any", "145");
    assert_rows("wrong 0", "1");
    assert_rows("wrong any", "16");
    assert_rows("missed any and wrong any", "1");
    assert_rows("mark any", "145");
    assert_rows("mark Wrong-Label", "15");
    assert_rows("mark note or wrong 1", "46");
    table.scored = NULL; /* row i of the predictions is that of sample i */
    table.n = 5;
    assert_rows("predicted 1", "013");
    assert_rows("missed any", "024");
    assert_rows("wrong any", "013");
    table.n = N;
    table.predicted = NULL;
    assert_rows("predicted any or missed any or wrong any", "");
    table.predicted = predicted;
    table.scored = scored;
    table.marks = NULL;
    assert_rows("mark any", "");
    table.marks = marks;
}

static void test_what_a_condition_needs(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned needs;
    } cases[] = {{"", 0},
                 {"2 class 1 cyto id a labels 2", 0},
                 {"2 fold 1", QUERY_TABLE},
                 {"not val", QUERY_TABLE},
                 {"finding any", QUERY_TABLE},
                 {"not (2 or missed 1)", QUERY_SCORES},
                 {"wrong any", QUERY_SCORES},
                 {"mark any", QUERY_MARKS},
                 {"mark note predicted 0", QUERY_SCORES | QUERY_MARKS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct query *q = query_parse(cases[i].text, names, K, NULL);
        assert_int_equal(query_needs(q), cases[i].needs);
        query_free(q);
    }
}

static void test_a_colon_is_a_blank(void **state)
{
    (void)state;
    assert_rows("finding:any", "135");
    assert_rows("FOLD:1", "147");
    assert_rows("fold: 1", "147");
    assert_rows("class:\"Lipid droplets\" not(fold:1)", "25");
    assert_rows("mark:wrong-label missed:3", "5");
    assert_rows("\"fold:1\"", ""); /* a name or id, which none has */
}

static void test_combinations(void **state)
{
    (void)state;
    assert_rows("2 and not 3", "24");
    assert_rows("2 not 3", "24");
    assert_rows("0 or 1 2", "0457"); /* "and" binds stronger */
    assert_rows("(0 or 1) 2", "457");
    assert_rows("not 0 or 1", "123567");
    assert_rows("not (0 or 1)", "236");
    assert_rows("not not 3", "357");
    assert_rows("fold 1 and(0 or cyto)", "47");
    assert_rows("((val))", "25");
}

static void test_before_a_split(void **state)
{
    (void)state;
    table.fold = NULL;
    assert_rows("fold 0", "");
    assert_rows("train", "");
    assert_rows("val", "");
    assert_rows("not val", "01234567");
    table.fold = folds;
    table.findings = NULL;
    assert_rows("finding any", "");
    assert_rows("not finding any", "01234567");
    table.findings = findings;
}

static void test_what_is_wrong_is_said(void **state)
{
    (void)state;
    assert_refused("4", "class 4: 0 to 3 are there");
    assert_refused("-1", "0 to 3");
    assert_refused("class 99999999999999999999", "no class is called");
    assert_refused("class", "class: a number or name is missing");
    assert_refused("class cytosoll", "is it \"Cytosol\"?");
    assert_refused("fold", "fold: a number is missing");
    assert_refused("labels many", "labels: a number is missing");
    assert_refused("id", "id: a part of an id is missing");
    assert_refused("finding", "finding: a kind, or any, is missing");
    assert_refused("missed", "missed: a class, or any, is missing");
    assert_refused("mark:", "mark: a kind, or any, is missing");
    assert_refused("predicted 4", "class 4: 0 to 3 are there");
    assert_refused("wrong nobody", "no class is called \"nobody\"");
    assert_refused("findings:any", "no condition is called \"findings\"; is it finding?");
    assert_refused("2 a:b", "no condition is called \"a\"");
    assert_refused("2 and", "a condition is missing at the end");
    assert_refused("2 and or 3", "a condition is missing before or");
    assert_refused("not", "a condition is missing at the end");
    assert_refused("(2", "a ) is missing");
    assert_refused("2)", "a ) without its (");
    assert_refused("()", "a condition is missing");
    assert_refused("2 and fold x", "at 12: fold: a number");
    assert_refused("(1 or missed:\"Lipid\") 7", "at 23: class 7");
    assert_refused("\"\xc3\xa9\xe6\xa0\xb8\" class 9", "at 12: class 9"); /* characters */
    assert_refused("2 or", "at 5: a condition is missing at the end");
    char deep[4000];
    memset(deep, '(', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    assert_refused(deep, "nested more than");
    for (size_t i = 0; i + 4 < sizeof deep; i += 4)
        memcpy(deep + i, "not ", 5);
    assert_refused(deep, "nested more than");
    for (size_t i = 0; i + 2 < sizeof deep; i += 2)
        memcpy(deep + i, "1 ", 3);
    assert_refused(deep, "conditions");
}

/* A random expression as text and, at the same time, as the rows (bits) it stands for. */
static unsigned random_text(struct rng *r, int depth, char *out, size_t size)
{
    char a[600], b[600];
    unsigned all = (1u << N) - 1, rows = 0, left, right;
    int pick = (int)(rng_unit(r) * (depth > 0 ? 6 : 3));
    if (pick < 2) {
        int c = (int)(rng_unit(r) * (double)K);
        snprintf(out, size, "%d", c);
        for (int i = 0; i < N; i++)
            rows |= (unsigned)labels_has(&labels[i], c) << i;
        return rows;
    }
    if (pick == 2) {
        int f = (int)(rng_unit(r) * 3);
        snprintf(out, size, "fold %d", f);
        for (int i = 0; i < N; i++)
            rows |= (unsigned)(folds[i] == f) << i;
        return rows;
    }
    left = random_text(r, depth - 1, a, sizeof a);
    right = random_text(r, depth - 1, b, sizeof b);
    if (pick == 3)
        snprintf(out, size, "not (%s)", a);
    else
        snprintf(out, size, "(%s) %s (%s)", a, pick == 4 ? "and" : "or", b);
    return pick == 3 ? all & ~left : pick == 4 ? left & right : left | right;
}

static void test_random_expressions(void **state)
{
    (void)state;
    struct rng r = rng_stream(3, RNG_TEST, 9, 0);
    for (int i = 0; i < 2000; i++) {
        char text[1500], expected[N + 1];
        unsigned rows = random_text(&r, 3, text, sizeof text);
        int n = 0;
        for (int row = 0; row < N; row++)
            if (rows >> row & 1)
                expected[n++] = (char)('0' + row);
        expected[n] = '\0';
        assert_rows(text, expected);
    }
}

/* 30 ms are promised on a quiet machine; ten times that on any. */
static void test_a_large_table(void **state)
{
    (void)state;
    enum { MANY = 31072 };
    const char **many = calloc(MANY, sizeof *many);
    struct labels *sets = calloc(MANY, sizeof *sets);
    int *rows = calloc(MANY, sizeof *rows), *fold = calloc(MANY, sizeof *fold);
    assert_true(many && sets && rows && fold);
    for (int i = 0; i < MANY; i++) {
        many[i] = "00070df0-bbc3-11e8-b2bc-ac1f6b6435d0";
        labels_add(&sets[i], i % K);
        fold[i] = i % 5;
    }
    struct query_table t = {.n = MANY, .k = K, .ids = many, .labels = sets, .fold = fold};
    struct query *q =
        query_parse("(2 or id 6435d1 or fold 9) and not (droplet and id xyz)", names, K, NULL);
    assert_non_null(q);
    double start = pace_now();
    assert_int_equal(query_run(q, &t, rows), MANY / K);
    assert_true(pace_now() - start < 0.3 * pace());
    query_free(q);
    free(many);
    free(sets);
    free(rows);
    free(fold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_condition),          cmocka_unit_test(test_scores_and_marks),
        cmocka_unit_test(test_what_a_condition_needs), cmocka_unit_test(test_a_colon_is_a_blank),
        cmocka_unit_test(test_combinations),           cmocka_unit_test(test_before_a_split),
        cmocka_unit_test(test_what_is_wrong_is_said),  cmocka_unit_test(test_random_expressions),
        cmocka_unit_test(test_a_large_table),
    };
    return cmocka_run_group_tests_name("query", tests, fill, NULL);
}
