/* Headers of tables of scores: in another order, with other names, and none at all. */
#include "logged.h"
#include "run/score_columns.h"
#include "test.h"

static const char *ids[] = {"a", "b"};
static int order[] = {0, 1};

static struct index truth_of(int k)
{
    struct index x = {.n = 2, .k = k, .ids = ids, .order = order};
    static const char *const names[] = {"Alpha", "Beta", "Gamma"};
    for (int c = 0; c < k; c++)
        x.class_names[c] = names[c];
    return x;
}

static int find(const char *header, int k, struct score_columns *out, struct err *e)
{
    struct index x = truth_of(k);
    struct csv_file *f = csv_file_parse(header, strlen(header), "p.csv", e);
    int failed = f ? score_columns_find(f, &x, "Id", out, e) : -1;
    csv_file_close(f);
    return failed;
}

static void expect(const char *header, int id, int alpha, int beta, int gamma)
{
    struct err e = {0};
    struct score_columns c;
    if (find(header, 3, &c, &e))
        fail_msg("%s: %s", header, e.text);
    assert_int_equal(c.id, id);
    assert_int_equal(c.of_class[0], alpha);
    assert_int_equal(c.of_class[1], beta);
    assert_int_equal(c.of_class[2], gamma);
}

static void refuse(const char *header, int k, const char *part)
{
    struct err e = {0};
    struct score_columns c;
    assert_int_equal(find(header, k, &c, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, part) || !strstr(e.text, "p.csv"))
        fail_msg("%s: '%s' does not say '%s'", header, e.text, part);
}

static void test_names_decide(void **state)
{
    (void)state;
    expect("Id,Alpha,Beta,Gamma\n", 0, 1, 2, 3);
    expect("Id,Gamma,Alpha,Beta\n", 0, 2, 3, 1);
    expect("Beta,Gamma,Id,Alpha\n", 2, 3, 0, 1);
    expect("id, gamma ,ALPHA,beta\n", 0, 2, 3, 1);
    expect("image,Gamma,Alpha,Beta\n", 0, 2, 3, 1);
}

static void test_numbers_decide(void **state)
{
    (void)state;
    expect("Id,0,1,2\n", 0, 1, 2, 3);
    expect("Id,2,0,1\n", 0, 2, 3, 1);
    expect("Id,2,Alpha,1\n", 0, 2, 3, 1);
    expect("Id,c02,c00,c01\n", 0, 2, 3, 1);
    expect("Id,class 1,class 0,class 2\n", 0, 2, 1, 3);
}

static void test_free_names_are_in_order_and_said(void **state)
{
    (void)state;
    uint64_t before = log_last();
    expect("sample,x,y,z\n", 0, 1, 2, 3);
    assert_true(logged(before, "p.csv: no column has the name or number of a class"));
    before = log_last();
    expect("Id,c1,c2,c3\n", 0, 1, 2, 3);
    assert_true(logged(before, "p.csv: no column has the name or number of a class"));
}

static void test_doubt_is_refused(void **state)
{
    (void)state;
    refuse("Id,Alpha,Beta,Delta\n", 3,
           "the name of 1 column (Delta), and no column that of 1 class (Gamma)");
    refuse("Id,Alpha,Beta,Gamma,split\n", 3, "1 column is of no class of data.classes: split");
    refuse("Id,Alpha,Gamma\n", 3, "1 class has no column: Beta");
    refuse("Id,Alpha,Beta,Gamma,alpha\n", 3, "columns 2 and 5 are both class 'Alpha'");
    refuse("Id,0,1,Alpha\n", 3, "columns 2 and 4 are both class 'Alpha'");
    refuse("Id,1,2,3\n", 3, "(3), and no column that of 1 class (Alpha)");
    refuse("Id,x,y\n", 3, "2 class columns");
    refuse("Id,x\n", 3, "has 1 class column,");
    refuse("Id\tAlpha\tBeta\tGamma\n", 3, "separated by commas");
}

static void test_data_is_no_header(void **state)
{
    (void)state;
    refuse("a,.9,.1,.2\n", 3, "line 1 looks like data (a, then numbers): a header is needed");
    refuse("z,0.9,nan,\n", 3, "line 1 looks like data");
    refuse("z,1e-3,1,0\n", 3, "line 1 looks like data");
    refuse("z,0,1,0\n", 3, "columns 2 and 4 are both");
    refuse("a,1,0\n", 2, "line 1 looks like data");
    refuse("a,7,8,9\n", 3, "line 1 looks like data");
    expect("z,1,0,2\n", 0, 2, 1, 3); /* z is no sample: a name of the id column */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_decide),
        cmocka_unit_test(test_numbers_decide),
        cmocka_unit_test(test_free_names_are_in_order_and_said),
        cmocka_unit_test(test_doubt_is_refused),
        cmocka_unit_test(test_data_is_no_header),
    };
    return cmocka_run_group_tests_name("score_columns", tests, NULL, NULL);
}
