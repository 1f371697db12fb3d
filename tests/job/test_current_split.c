/* Settings against the project's current split: what agrees, what contradicts, what was overruled
 * when the split was made, and what a run's configuration then says. */
#include "job/current_split.h"
#include "logged.h"
#include "tempdir.h"
#include "test.h"

static struct conf *conf;
static struct split_current current;
static struct err e;

static void set(const char *pair, const char *origin)
{
    if (conf_set_pair(conf, pair, origin, &e))
        fail_msg("%s", e.text);
}

static void put_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* As `hpa split` with these settings would make it. */
static void make(void)
{
    current = (struct split_current){0};
    if (current_split_wanted(conf, &current.split, &e))
        fail_msg("%s", e.text);
    current_split_note(conf, &current);
    conf_free(conf);
    conf = conf_new();
}

static int fresh(void **state)
{
    (void)state;
    err_clear(&e);
    conf = conf_new();
    return 0;
}

static int drop(void **state)
{
    (void)state;
    conf_free(conf);
    return 0;
}

static void agrees(void)
{
    if (current_split_check(conf, &current, &e))
        fail_msg("%s", e.text);
}

static void contradicts(const char *message)
{
    assert_int_equal(current_split_check(conf, &current, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    if (!strstr(e.text, message) || !strstr(e.text, "leave the setting out") ||
        !strstr(e.text, "`hpa split "))
        fail_msg("%s", e.text);
}

static void every_way_to_say_it(void **state)
{
    static const char *const pairs[] = {"split.folds=3", "split.seed=2", "split.val=.2",
                                        "split.method=random", "split.groups="};
    static const char *const origins[] = {"-s",         "--x",      "environment",
                                          "hpa.conf:7", "the form", "run"};
    (void)state;
    put_text("groups.csv", "Id,group\na,1\nb,1\n");
    set("split.groups=groups.csv", "--groups");
    make();
    agrees(); /* defaults say nothing */
    for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++)
        for (size_t o = 0; o < sizeof origins / sizeof *origins; o++) {
            set(pairs[p], origins[o]);
            contradicts(origins[o]);
            conf_free(conf);
            conf = conf_new();
        }
    set("split.folds=5", "-s"), set("split.seed=1", "-s"), set("split.method=swap", "-s");
    set("split.val=", "-s"), set("split.groups=groups.csv", "-s"), set("split.fold=4", "-s");
    agrees();
}

static void groups_by_content(void **state)
{
    (void)state;
    put_text("groups.csv", "Id,group\na,1\nb,1\n");
    put_text("moved.csv", "Id,group\na,1\nb,1\n");
    set("split.groups=groups.csv", "--groups");
    make();
    set("split.groups=moved.csv", "hpa.conf:3");
    agrees();
    put_text("moved.csv", "Id,group\na,1\nb,2\n");
    contradicts("split.groups: moved.csv (hpa.conf:3)");
    set("split.groups=nowhere.csv", "hpa.conf:3");
    assert_int_equal(current_split_check(conf, &current, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    unlink("groups.csv");
    set("split.groups=groups.csv", "hpa.conf:3");
    agrees(); /* the split is stored: its table is not needed any more */
}

static void groups_that_were_edited(void **state)
{
    (void)state;
    put_text("groups.csv", "Id,group\na,1\nb,1\n");
    set("split.groups=groups.csv", "--groups");
    make();
    conf_free(conf);
    conf = conf_new(); /* a training that says nothing of groups */
    uint64_t since = log_last();
    current_split_tell_overruled(conf, &current);
    assert_int_equal(log_last(), since);
    put_text("groups.csv", "Id,group\na,1\nb,2\n");
    agrees();
    current_split_tell_overruled(conf, &current);
    assert_true(logged(since, "split: groups.csv was edited since the current split was made"));
    assert_true(logged(since, "--groups groups.csv` makes a new one"));
    set("split.groups=groups.csv", "hpa.conf:3");
    contradicts("split.groups: groups.csv, edited since, (hpa.conf:3) contradicts");
    unlink("groups.csv");
    conf_free(conf);
    conf = conf_new();
    since = log_last();
    current_split_tell_overruled(conf, &current);
    assert_int_equal(log_last(), since); /* not needed any more */
}

static void what_a_flag_overruled(void **state)
{
    (void)state;
    set("split.folds=3", "hpa.conf:2"), set("split.folds=5", "--folds");
    set("split.fold=1", "hpa.conf:3"), set("split.fold=2", "--fold");
    make();
    set("split.folds=3", "hpa.conf:2"), set("split.fold=1", "hpa.conf:3");
    agrees(); /* the flag came later and knew it */
    current_split_apply(conf, &current);
    assert_int_equal(conf_int(conf, CONF_SPLIT_FOLDS), 5);
    assert_int_equal(conf_int(conf, CONF_SPLIT_FOLD), 2);
    set("split.folds=3", "-s");
    contradicts("split.folds: 3 (-s)");
    set("split.folds=3", "the form");
    contradicts("split.folds: 3 (the form)");
    set("split.folds=30", "hpa.conf:2");
    contradicts("split.folds: 30");
    set("split.fold=0", "hpa.conf:3");
    set("split.folds=5", "hpa.conf:2");
    current_split_apply(conf, &current);
    assert_int_equal(conf_int(conf, CONF_SPLIT_FOLD), 0); /* is not part of the split */
}

static void a_validation_part(void **state)
{
    (void)state;
    set("split.folds=3", "hpa.conf:2"), set("split.val=.25", "--val");
    make();
    set("split.folds=3", "hpa.conf:2");
    agrees();
    set("split.val=0.25", "-s");
    agrees(); /* the same number */
    set("split.val=.2", "-s");
    contradicts("--val .2");
    set("split.val=", "-s");
    contradicts("--folds 3");
    conf_free(conf);
    conf = conf_new();
    set("split.folds=4", "-s");
    contradicts("--folds 4");
    set("split.folds=4", "--folds"), set("split.val=.2", "hpa.conf:9");
    assert_int_equal(current_split_wanted(conf, &current.split, &e), -1);
    assert_non_null(strstr(e.text, "exclude each other"));
}

static void both_in_a_file(void **state)
{
    (void)state;
    set("split.folds=3", "hpa.conf:2"), set("split.val=.25", "hpa.conf:3");
    make();
    assert_int_equal(current.split.folds, 2);
    set("split.folds=3", "hpa.conf:2"), set("split.val=.25", "hpa.conf:3");
    agrees();
}

static void a_table(void **state)
{
    (void)state;
    set("split.seed=4", "hpa.conf:2");
    current = (struct split_current){0};
    current.split =
        (struct split_row){.folds = 4, .method = "file#01234567", .source = "folds.csv"};
    current_split_note(conf, &current);
    agrees();
    set("split.seed=5", "hpa.conf:2");
    contradicts("4 folds of the table folds.csv");
    conf_free(conf);
    conf = conf_new();
    current_split_apply(conf, &current);
    assert_int_equal(conf_int(conf, CONF_SPLIT_FOLDS), 4);
    assert_int_equal(conf_int(conf, CONF_SPLIT_SEED), 1);
}

static void texts(void **state)
{
    char text[CURRENT_SPLIT_TEXT];
    struct split_row r = {.method = "swap#89abcdef",
                          .folds = 2,
                          .seed = 7,
                          .val = ".2",
                          .groups_file = "a\x1b[2J.csv"};
    (void)state;
    current_split_text(&r, text);
    assert_string_equal(text, "swap, validation part .2, seed 7, groups of a\\x1b[2J.csv");
    current_split_command(&r, text);
    assert_string_equal(text, "hpa split --method swap --val .2 --seed 7 --groups a\\x1b[2J.csv");
    r = (struct split_row){.method = "iterative", .folds = 5, .seed = 1};
    current_split_text(&r, text);
    assert_string_equal(text, "iterative, 5 folds, seed 1");
    current_split_command(&r, text);
    assert_string_equal(text, "hpa split --method iterative --folds 5 --seed 1");
}

/* What waits says only what was said. */
static void for_later(void **state)
{
    (void)state;
    set("split.seed=4", "-s");
    char *text = current_split_conf_text(conf);
    assert_non_null(strstr(text, "\"split.seed\":"));
    assert_null(strstr(text, "split.folds"));
    assert_non_null(strstr(text, "train.batch"));
    free(text);
}

static int make_folder(void **state)
{
    (void)state;
    tempdir_make();
    return chdir(tempdir);
}

static int remove_folder(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(every_way_to_say_it),
        TEST(groups_by_content),
        TEST(groups_that_were_edited),
        TEST(what_a_flag_overruled),
        TEST(a_validation_part),
        TEST(both_in_a_file),
        TEST(a_table),
        TEST(texts),
        TEST(for_later),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
