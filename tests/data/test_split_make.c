/* Methods of splitting: measures against numpy, groups, validation parts, and the real table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/split.h"
#include "logged.h"
#include "near.h"
#include "reference/split_vectors.h"
#include "scratch.h"
#include "test.h"

enum { N = 1200, K = 12 };

static void test_measures_as_numpy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof split_cases / sizeof *split_cases; i++) {
        const struct split_case *t = &split_cases[i];
        struct labels labels[128] = {{{0, 0}}};
        int fold[128];
        struct split_quality q;
        for (int r = 0; r < t->n; r++) {
            fold[r] = t->folds_of[r] - '0';
            for (int c = 0; c < t->k; c++)
                if (t->labels[r * t->k + c] == '1')
                    labels_add(&labels[r], c);
        }
        assert_int_equal(split_measure_val(labels, t->n, t->k, fold, t->folds, t->val, &q, NULL),
                         0);
        assert_near(q.ld, t->ld, 1e-12);
        assert_near(q.ed, t->ed, 1e-12);
        assert_near(q.lpd, t->lpd, 1e-12);
        assert_int_equal(q.classes_missing, t->classes_missing);
        assert_near(q.pairs_missing_percent, t->pairs_missing, 1e-9);
    }
}

/* Frequent and rare classes, some of which come together. */
static struct labels *draw_labels(void)
{
    struct labels *labels = calloc(N, sizeof *labels);
    struct rng r = rng_stream(7, RNG_TEST, 0, 0);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < K; c++)
            if (rng_unit(&r) < .5 / (1 + c / 3))
                labels_add(&labels[i], c);
    return labels;
}

static struct split_quality quality_of(const struct split_plan *p, const struct labels *labels,
                                       int *fold)
{
    struct split_quality q = {0};
    struct err e = {0};
    if (split_make_plan(p, labels, N, K, fold, &e) ||
        split_measure_val(labels, N, K, fold, p->folds, p->val, &q, &e))
        fail_msg("%s", e.text);
    return q;
}

static void test_each_better_than_the_last(void **state)
{
    (void)state;
    struct labels *labels = draw_labels();
    int fold[N];
    struct split_quality q[4];
    for (int m = 0; split_make_method(m); m++) {
        struct split_plan p = {.method = split_make_method(m), .folds = 5, .seed = 3};
        q[m] = quality_of(&p, labels, fold);
        assert_true(q[m].ed == 0); /* 240 each */
    }
    assert_null(split_make_method(4));
    assert_true(q[1].ld < q[0].ld / 4);                          /* iterative */
    assert_true(q[2].lpd < q[0].lpd / 2 && q[2].lpd < q[1].lpd); /* iterative2: pairs, too */
    assert_true(q[3].ld < q[2].ld && q[3].lpd < q[2].lpd);       /* swap */
    free(labels);
}

static void test_seed_decides(void **state)
{
    (void)state;
    struct labels *labels = draw_labels();
    static int fold[3][N];
    for (int m = 0; split_make_method(m); m++) {
        for (int i = 0; i < 3; i++) {
            struct split_plan p = {split_make_method(m), 5, (uint64_t)(1 + i / 2), 0, NULL};
            quality_of(&p, labels, fold[i]);
        }
        assert_memory_equal(fold[0], fold[1], sizeof fold[0]);
        assert_memory_not_equal(fold[0], fold[2], sizeof fold[0]);
    }
    free(labels);
}

/* Pairs of duplicates far apart, some threes, one group of forty; the rest alone. */
static void test_groups_stay_together(void **state)
{
    (void)state;
    struct labels *labels = draw_labels();
    int fold[N], group[N];
    double random = 0;
    for (int i = 0; i < N; i++)
        group[i] = i < 40 ? 0 : i < 400 ? 1 + i % 180 : i < 460 ? 1000 + i / 3 : SPLIT_UNGROUPED;
    for (int m = 0; split_make_method(m); m++) {
        struct split_plan p = {split_make_method(m), 5, 1, 0, group};
        struct split_quality q = quality_of(&p, labels, fold);
        for (int i = 0; i < 460; i++)
            for (int other = 0; other < i; other++)
                if (group[i] == group[other])
                    assert_int_equal(fold[i], fold[other]);
        assert_true(q.ed <= 1); /* singles level out what groups do */
        if (m)
            assert_true(q.ld < random / 2);
        else
            random = q.ld;
    }
    free(labels);
}

static void test_validation_part(void **state)
{
    (void)state;
    struct labels *labels = draw_labels();
    int fold[N];
    double random = 0;
    for (int m = 0; split_make_method(m); m++) {
        struct split_plan p = {split_make_method(m), 2, 1, .15, NULL};
        struct split_quality q = quality_of(&p, labels, fold);
        assert_int_equal(q.sizes[0], 180);
        assert_int_equal(q.sizes[1], 1020);
        assert_near(q.ed, 0, 1e-9);
        if (m)
            assert_true(q.ld < random / 2);
        else
            random = q.ld;
    }
    free(labels);
}

static void refuse(struct split_plan p, int n, const char *part)
{
    struct labels labels[6] = {{{0, 0}}};
    int fold[6];
    struct err e = {0};
    assert_int_equal(split_make_plan(&p, labels, n, K, fold, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
}

static void test_refused(void **state)
{
    (void)state;
    const int one[6] = {0};
    refuse((struct split_plan){"swop", 2, 1, 0, NULL}, 6, "iterative2, swap");
    refuse((struct split_plan){"swap", 7, 1, 0, NULL}, 6, "6 samples cannot be split");
    refuse((struct split_plan){"swap", 2, 1, 1.5, NULL}, 6, "fraction");
    refuse((struct split_plan){"swap", 2, 1, 0, one}, 6, "1 group cannot fill 2 folds");
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct labels *labels = draw_labels();
    int fold[N];
    for (int m = 0; split_make_method(m); m++) {
        struct split_plan p = {split_make_method(m), 5, 1, 0, NULL};
        int failures = 0;
        for (int n = 1;; n++, failures++) {
            struct err e = {0};
            mem_fail_after(n);
            int failed = split_make_plan(&p, labels, 60, K, fold, &e);
            mem_fail_after(0);
            if (!failed)
                break;
            assert_int_equal(e.code, ERR_NOMEM);
        }
        assert_true(failures >= 12);
    }
    free(labels);
}

static const char *write_table(const char *name, const char *text)
{
    return scratch_write(name, text, strlen(text));
}

static void test_group_tables(void **state)
{
    (void)state;
    const char *ids[] = {"a", "b", "c", "d"};
    int order[] = {0, 1, 2, 3}, group[4];
    struct index x = {.n = 4, .ids = ids, .order = order};
    struct err e = {0};
    const char *path = write_table("groups.csv", "Id,group\nc,twins\nz,other\na,twins\nb,\n");
    if (split_groups_load(path, &x, group, &e))
        fail_msg("%s", e.text);
    assert_true(group[0] == group[2] && group[0] >= 0);
    assert_int_equal(group[1], SPLIT_UNGROUPED); /* no name */
    assert_int_equal(group[3], SPLIT_UNGROUPED); /* not in the table */
    assert_true(logged(0, "groups.csv: 1 of its 4 ids is not among the samples: z"));
    path = write_table("strange.csv", "Id,group\nx,1\ny,1\n");
    assert_int_equal(split_groups_load(path, &x, group, &e), -1);
    assert_non_null(strstr(e.text, "strange.csv: none of its 2 ids is among the samples: x, y"));
    path = write_table("none.csv", "Id,group\n");
    assert_int_equal(split_groups_load(path, &x, group, &e), -1);
    assert_non_null(strstr(e.text, "none.csv: has a header but no rows"));
    path = write_table("twice.csv", "Id,group\na,x\na,y\n");
    assert_int_equal(split_groups_load(path, &x, group, &e), -1);
    assert_non_null(strstr(e.text, "line 3"));
    path = write_table("columns.csv", "Id,set\na,x\n");
    assert_int_equal(split_groups_load(path, &x, group, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures_as_numpy), cmocka_unit_test(test_each_better_than_the_last),
        cmocka_unit_test(test_seed_decides),      cmocka_unit_test(test_groups_stay_together),
        cmocka_unit_test(test_validation_part),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_out_of_memory),     cmocka_unit_test(test_group_tables),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
