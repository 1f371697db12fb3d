/* The class lists; the expected names were typed from the competitions' pages. */
#include "data/classes.h"
#include "data/csv_file.h"
#include "scratch.h"
#include "test.h"

static struct arena *arena;
static const char *names[LABELS_MAX];
static int k;
static struct err e;

static int load(const char *text)
{
    return classes_load(scratch_write("names.txt", text, strlen(text)), arena, names, &k, &e);
}

static void refuse(const char *text, enum err_code code, const char *part)
{
    assert_int_equal(load(text), -1);
    assert_int_equal(e.code, code);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
}

static void builtin_lists(void **state)
{
    (void)state;
    const char *const *list = classes_builtin("hpa28", &k);
    assert_int_equal(k, 28);
    assert_string_equal(list[0], "Nucleoplasm");
    assert_string_equal(list[16], "Cytokinetic bridge");
    assert_string_equal(list[27], "Rods & rings");
    list = classes_builtin("hpa19", &k);
    assert_int_equal(k, 19);
    assert_string_equal(list[8], "Intermediate filaments");
    assert_string_equal(list[17], "Vesicles and punctate cytosolic patterns");
    assert_string_equal(list[18], "Negative");
    assert_null(classes_builtin("hpa20", &k));
    assert_int_equal(classes_load("hpa19", arena, names, &k, &e), 0);
    assert_string_equal(names[16], "Cytosol");
}

static void names_agree_with_the_real_list(void **state)
{
    (void)state;
    const char *path = scratch_real("classes.csv");
    if (!path)
        return;
    struct csv_file *f = csv_file_open(path, &e);
    assert_non_null(f);
    const char *const *list = classes_builtin("hpa28", &k);
    assert_int_equal(csv_file_rows(f), k);
    for (int i = 0; i < k; i++)
        assert_string_equal(csv_file_cell(f, i, csv_file_column(f, "name", &e)), list[i]);
    csv_file_close(f);
}

static void names_from_a_file(void **state)
{
    (void)state;
    assert_int_equal(load("\xEF\xBB\xBF"
                          "alpha\r\n  beta one \ngamma\n\n\n"),
                     0);
    assert_int_equal(k, 3);
    assert_string_equal(names[0], "alpha");
    assert_string_equal(names[1], "beta one");
    assert_string_equal(names[2], "gamma");
    assert_int_equal(load("one"), 0);
    assert_int_equal(k, 1);
}

static void wrong_files(void **state)
{
    (void)state;
    refuse("", ERR_DATA, "holds no class name");
    refuse("\n\n", ERR_DATA, "holds no class name");
    refuse("a\n\nb\n", ERR_DATA, "line 2: a class name is missing");
    refuse("a\nb\na\n", ERR_DATA, "line 3: class \"a\" was on line 1 already");
    refuse("a\nb\x1b[31m\n", ERR_DATA, "line 2: the name has control characters");
    refuse("a\n\xFF\n", ERR_DATA, "is not a text file in UTF-8");
    char long_name[128];
    memset(long_name, 'x', 127);
    long_name[127] = '\0';
    refuse(long_name, ERR_DATA, "line 1: the name is longer than 100 bytes");
    assert_int_equal(classes_load("hpa82", arena, names, &k, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.text, "neither hpa28, hpa19 nor a file: hpa82"));
}

static void at_most_128(void **state)
{
    (void)state;
    char text[1024] = "";
    for (int i = 0; i < 128; i++)
        sprintf(text + strlen(text), "c%d\n", i);
    assert_int_equal(load(text), 0);
    assert_int_equal(k, 128);
    strcat(text, "one too many\n");
    refuse(text, ERR_DATA, "line 129: more than 128 classes");
}

static int set_up(void **state)
{
    arena = arena_new();
    return scratch_make(state);
}

static int tear_down(void **state)
{
    arena_free(arena);
    return scratch_remove(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtin_lists),     cmocka_unit_test(names_agree_with_the_real_list),
        cmocka_unit_test(names_from_a_file), cmocka_unit_test(wrong_files),
        cmocka_unit_test(at_most_128),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
