/* Paths of a project: from its file, in its runs, and of a copy beside it. */
#include "tempdir.h"
#include "test.h"

#include "base/conf.h"
#include "base/file.h"

static struct err e;

static void write_file(const char *name, const char *text)
{
    if (file_save_all(name, text, strlen(text), &e))
        fail_msg("%s", e.text);
}

static struct conf *loaded(const char *path)
{
    struct conf *c = conf_new();
    if (conf_load_file(c, path, &e))
        fail_msg("%s", e.text);
    return c;
}

static void expect(const struct conf *c, enum conf_key key, const char *value)
{
    assert_string_equal(conf_text(c, key), value);
}

static const char *kept(const struct conf *c, enum conf_key key, char out[512])
{
    struct json *j = conf_to_json(c);
    snprintf(out, 512, "%s", json_get_text(j, conf_info(key)->name));
    json_free(j);
    return out;
}

static void test_paths_are_in_the_files_folder(void **state)
{
    (void)state;
    write_file("p/hpa.conf", "[data]\ntrain_csv = t/a.csv\ntest_dir = /far/test\nclasses = hpa19\n"
                             "[loss]\nclass_weights = w.csv\n[train]\ninit = he\n");
    struct conf *c = loaded("p/hpa.conf");
    expect(c, CONF_DATA_TRAIN_CSV, "p/t/a.csv");
    expect(c, CONF_DATA_TEST_DIR, "/far/test");
    expect(c, CONF_DATA_CLASSES, "hpa19");
    expect(c, CONF_LOSS_CLASS_WEIGHTS, "p/w.csv");
    expect(c, CONF_TRAIN_INIT, "he");
    expect(c, CONF_WORK_DIR, "p/hpa-work"); /* nobody set it */
    expect(c, CONF_DATA_EXCLUDE, "");
    assert_string_equal(conf_origin(c, CONF_WORK_DIR), "default");
    assert_string_equal(conf_file(c), "p/hpa.conf");
    /* A preset afterwards leaves them where they are. */
    assert_int_equal(conf_set(c, "data.preset", "hpa2021", "flag", &e), 0);
    expect(c, CONF_WORK_DIR, "p/hpa-work");
    conf_free(c);
}

static void test_a_recipe_names_no_place(void **state)
{
    (void)state;
    write_file("p/recipe.conf", "[train]\nbatch = 4\n");
    struct conf *c = loaded("p/recipe.conf");
    expect(c, CONF_WORK_DIR, "hpa-work");
    assert_null(conf_file(c));
    conf_free(c);
}

/* A run keeps the paths of its project as its file has them, and what was said from elsewhere with
 * the whole path. */
static void test_runs_keep_the_projects_paths(void **state)
{
    (void)state;
    char text[512], here[300], whole[512];
    write_file("p/hpa.conf", "[data]\ntrain_csv = a.csv\n");
    struct conf *c = loaded("p/hpa.conf");
    assert_int_equal(conf_set(c, "data.train_dir", "images", "flag", &e), 0);
    assert_non_null(getcwd(here, sizeof here));
    snprintf(whole, sizeof whole, "%s/images", here);
    expect(c, CONF_DATA_TRAIN_DIR, "images");
    assert_string_equal(kept(c, CONF_DATA_TRAIN_CSV, text), "a.csv");
    assert_string_equal(kept(c, CONF_DATA_TRAIN_DIR, text), whole);
    assert_string_equal(kept(c, CONF_WORK_DIR, text), "hpa-work");

    assert_int_equal(rename("p", "moved"), 0);
    struct conf *there = loaded("moved/hpa.conf"), *run = conf_new_beside(there);
    struct json *j = conf_to_json(c);
    assert_int_equal(conf_from_json(run, j, "run", &e), 0);
    expect(run, CONF_DATA_TRAIN_CSV, "moved/a.csv");
    expect(run, CONF_DATA_TRAIN_DIR, whole);
    struct conf *copy = conf_copy(run);
    conf_take(copy, c, CONF_DATA_TRAIN_CSV);
    expect(copy, CONF_DATA_TRAIN_CSV, "p/a.csv");
    assert_string_equal(kept(copy, CONF_DATA_TRAIN_CSV, text), "a.csv");
    json_free(j);
    conf_free(copy);
    conf_free(run);
    conf_free(there);
    conf_free(c);
    assert_int_equal(rename("moved", "p"), 0);
}

static void test_a_copy_beside_the_project(void **state)
{
    (void)state;
    static const char text[] = "[data]\nproject = x/cells\ntrain_csv = a.csv\n";
    assert_int_equal(file_make_folders("x/cells", &e), 0);
    write_file("x/cells/a.csv", "Id,Target\n");
    write_file("x/cells/hpa.conf", text);
    write_file("hpa.conf", text);
    write_file("x/hpa.conf", text);
    const char *const files[][2] = {{"x/cells/hpa.conf", "x/cells/a.csv"},
                                    {"x/hpa.conf", "x/cells/a.csv"},
                                    {"hpa.conf", "x/cells/a.csv"}};
    for (int i = 0; i < 3; i++) {
        struct conf *c = loaded(files[i][0]);
        expect(c, CONF_DATA_TRAIN_CSV, files[i][1]);
        expect(c, CONF_WORK_DIR, "x/cells/hpa-work");
        conf_free(c);
    }
    write_file("a.csv", "Id,Target\n"); /* the folder of the file goes first */
    struct conf *c = loaded("hpa.conf");
    expect(c, CONF_DATA_TRAIN_CSV, "a.csv");
    conf_free(c);
}

static int make(void **state)
{
    (void)state;
    tempdir_make();
    return chdir(tempdir) || file_make_folders("p", &e);
}

static int drop(void **state)
{
    (void)state;
    if (chdir("/"))
        return -1;
    tempdir_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_are_in_the_files_folder),
        cmocka_unit_test(test_a_recipe_names_no_place),
        cmocka_unit_test(test_runs_keep_the_projects_paths),
        cmocka_unit_test(test_a_copy_beside_the_project),
    };
    return cmocka_run_group_tests_name("conf_paths", tests, make, drop);
}
