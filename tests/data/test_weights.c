/* Weights: by hand, and tables that are right, wrong and written again. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "data/tiny_set.h"
#include "data/weights.h"
#include "near.h"
#include "tempdir.h"

enum { N = 4 };

static struct tiny_set set;
static int ascending[N] = {0, 1, 2, 3}; /* of the ids */

/* s00: classes 0; s01: 1; s02: 2; s03: 3, 0. */
static int make(void **state)
{
    (void)state;
    tempdir_make();
    memset(&set, 0, sizeof set);
    tiny_index(&set, N, 1);
    set.x.order = ascending;
    for (int i = 0; i < N; i++) {
        set.labels[i] = (struct labels){{0}};
        labels_add(&set.labels[i], i);
    }
    labels_add(&set.labels[3], 0);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

/* Class 0 twice, 3 once: (1/2 + 1) / 2. Only the rows of the part count. */
static void test_balanced(void **state)
{
    (void)state;
    const int rows[] = {3, 0, 1}, other[] = {1, 3};
    float weight[3];
    weights_balanced(set.labels, rows, 3, 5, weight);
    assert_true(weight[0] == .75f && weight[1] == .5f && weight[2] == 1);
    weights_balanced(set.labels, other, 2, 5, weight);
    assert_true(weight[0] == 1 && weight[1] == 1);
    const struct labels unlabelled[3] = {{{1}}, {{0}}, {{0}}};
    const int all[] = {0, 1, 2};
    weights_balanced(unlabelled, all, 3, 5, weight);
    assert_true(weight[0] == 1 && weight[1] == .5f && weight[2] == .5f);
}

static const char *write_text(const char *text)
{
    const char *path = tempdir_path("weights.csv");
    tiny_write_bytes(path, text, strlen(text));
    return path;
}

static void refused(const char *text, const char *wanted)
{
    float weight[N];
    struct err e = {0};
    assert_int_equal(weights_load_samples(write_text(text), &set.x, weight, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, wanted))
        fail_msg("%s, not %s", e.text, wanted);
}

static void test_tables_of_samples(void **state)
{
    (void)state;
    float weight[N], again[N];
    struct err e = {0};
    const char *path = write_text("Id,note,weight\ns02,a,0.1\ns00,b,2\ns03,c,0\ns01,d,1e-3\n");
    assert_int_equal(weights_load_samples(path, &set.x, weight, &e), 0);
    assert_true(weight[0] == 2 && weight[1] == 1e-3f && weight[2] == .1f && weight[3] == 0);
    assert_int_equal(weights_save_samples(path, &set.x, weight, &e), 0);
    assert_int_equal(weights_load_samples(path, &set.x, again, &e), 0);
    assert_memory_equal(weight, again, sizeof weight);
    refused("Id,weight\ns00,1\ns01,1\ns02,1\n", "weights.csv: Id s03 has no weight");
    refused("Id,weight\ns00,1\ns99,1\n", "line 3: Id \"s99\" is not known");
    refused("Id,weight\ns00,1\ns00,2\n", "line 3: Id s00 stands already in line 2");
    refused("Id,weight\ns00,-1\n", "line 2: weight \"-1\" is not a number from 0");
    refused("Id,weight\ns00,nan\n", "line 2: weight \"nan\" is not a number from 0");
    refused("Id,weight\ns00,1e31\n", "line 2: weight \"1e31\" is not a number from 0");
    refused("Id,weights\ns00,1\n", "weight");
    refused("Id,weight\ns00,0\ns01,0\ns02,0\ns03,0\n", "all weights are 0");
    assert_int_equal(weights_load_samples(tempdir_path("nowhere"), &set.x, weight, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

/* The table goes on serving when data.exclude leaves samples out of the index. */
static void test_samples_left_out(void **state)
{
    (void)state;
    static const char *left_out[] = {"s04", "s05"};
    float weight[N];
    struct err e = {0};
    const char *path = write_text("Id,weight\ns05,9\ns02,3\ns00,1\ns04,8\ns03,4\ns01,2\n");
    set.x.left_out = left_out;
    set.x.left_out_n = 2;
    assert_int_equal(weights_load_samples(path, &set.x, weight, &e), 0);
    for (int i = 0; i < N; i++)
        assert_true(weight[i] == (float)(i + 1));
    refused("Id,weight\ns00,1\ns01,1\ns02,1\ns03,1\ns04,1\ns06,1\n", "Id \"s06\" is not known");
}

/* Counts 2, 1, 1, 1 and a class without: 1/2, 1, 1, 1 of a mean of 3.5/4. Of Cui's formula with
 * beta .5: .5 / (1 - .25) = 2/3 and .5 / .5 = 1, of a mean of 11/12. */
static void test_of_classes(void **state)
{
    (void)state;
    const int rows[] = {0, 1, 2, 3};
    float weight[5];
    weights_inverse(set.labels, rows, 4, 5, weight);
    for (int c = 0; c < 5; c++)
        assert_near(weight[c], c == 0 ? 4 / 7.0 : c == 4 ? 1 : 8 / 7.0, 1e-6);
    weights_effective(set.labels, rows, 4, 5, .5, weight);
    for (int c = 0; c < 5; c++)
        assert_near(weight[c], c == 0 ? 8 / 11.0 : c == 4 ? 1 : 12 / 11.0, 1e-6);
    weights_effective(set.labels, rows, 4, 5, 0, weight); /* beta 0: all alike */
    for (int c = 0; c < 5; c++)
        assert_near(weight[c], 1, 1e-7);
    weights_inverse(set.labels, rows + 1, 2, 5, weight); /* the part alone counts */
    for (int c = 0; c < 5; c++)
        assert_near(weight[c], 1, 1e-7);
}

static void test_tables_of_classes(void **state)
{
    (void)state;
    float weight[5];
    struct err e = {0};
    static const char *const names[] = {"Nucleoplasm", "Nuclear membrane", "Nucleoli",
                                        "Rods & rings", "Actin"};
    memcpy(set.x.class_names, names, sizeof names);
    const char *path =
        write_text("class,weight\n4,5\nNucleoli,2.5\n0,0\n\"Rods & rings\",1\n1,1.5\n");
    assert_int_equal(weights_load_classes(path, &set.x, weight, &e), 0);
    const double wanted[] = {0, .75, 1.25, .5, 2.5}; /* times 5/10 */
    for (int c = 0; c < 5; c++)
        assert_near(weight[c], wanted[c], 1e-7);
    path = write_text("class,weight\n0,1\n1,1\n2,1\n4,1\n");
    assert_int_equal(weights_load_classes(path, &set.x, weight, &e), -1);
    assert_non_null(strstr(e.text, "weights.csv: class Rods & rings has no weight"));
    path = write_text("class,weight\n5,1\n");
    assert_int_equal(weights_load_classes(path, &set.x, weight, &e), -1);
    assert_non_null(strstr(e.text, "line 2: class \"5\" is not known"));
    path = write_text("class,weight\n0,1\nActine,1\n1,1\n9,1\n");
    assert_int_equal(weights_load_classes(path, &set.x, weight, &e), -1);
    assert_non_null(strstr(e.text, "line 3: 2 entries of class are not known: Actine, 9"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_balanced),          cmocka_unit_test(test_tables_of_samples),
        cmocka_unit_test(test_samples_left_out),  cmocka_unit_test(test_of_classes),
        cmocka_unit_test(test_tables_of_classes),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
