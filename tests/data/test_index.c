/* The index on small tables written here, and on the real one. */
#include "base/mem.h"
#include "data/index.h"
#include "pace.h"
#include "scratch.h"
#include "test.h"

static struct conf *conf;
static struct err e;

static void set(const char *name, const char *value)
{
    if (conf_set(conf, name, value, "test", &e))
        fail_msg("%s", e.text);
}

static struct index *open_text(const char *text)
{
    set("data.train_csv", scratch_write("train.csv", text, strlen(text)));
    memset(&e, 0, sizeof e);
    return index_open_train(conf, &e);
}

static void expect(enum err_code code, const char *part)
{
    assert_int_equal(e.code, code);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" does not contain \"%s\"", e.text, part);
    for (const char *c = e.text; *c; c++)
        if ((unsigned char)*c < ' ')
            fail_msg("a control character in the message");
}

static void refuse(const char *text, const char *part)
{
    assert_null(open_text(text));
    expect(ERR_DATA, part);
}

static int fresh_conf(void **state)
{
    (void)state;
    conf = conf_new();
    return 0;
}

static int drop_conf(void **state)
{
    (void)state;
    conf_free(conf);
    return 0;
}

static void rows_and_labels(void **state)
{
    (void)state;
    struct index *x = open_text("Target,more,Id\n16 0,x,b\n5,y,a.1\n27,,c_-C\n");
    assert_non_null(x);
    assert_int_equal(x->n, 3);
    assert_int_equal(x->k, 28);
    assert_int_equal(x->channels, 4);
    assert_true(x->has_labels);
    assert_string_equal(x->ids[0], "b");
    assert_true(labels_has(&x->labels[0], 0) && labels_has(&x->labels[0], 16));
    assert_int_equal(labels_count(&x->labels[0]), 2);
    assert_int_equal(labels_next(&x->labels[2], 0), 27);
    assert_int_equal(index_find(x, "a.1"), 1);
    assert_int_equal(index_find(x, "b"), 0);
    assert_int_equal(index_find(x, "c_-C"), 2);
    assert_int_equal(index_find(x, "a"), -1);
    assert_int_equal(index_find(x, "zzz"), -1);
    assert_string_equal(x->class_names[27], "Rods & rings");
    index_close(x);
}

static void plane_paths(void **state)
{
    (void)state;
    set("data.train_dir", "images/train");
    struct index *x = open_text("Id,Target\nabc,1\n");
    assert_non_null(x);
    char path[4096];
    assert_int_equal(index_plane_path(x, 0, 3, path, &e), 0);
    assert_string_equal(path, "images/train/abc_yellow.png");
    index_close(x);
    set("data.train_dir", "/d/");
    set("data.pattern", "{channel}/{id}-{channel}.PNG");
    set("data.channels", "er, nuclei ,x");
    x = open_text("Id,Target\nabc,1\n");
    assert_non_null(x);
    assert_int_equal(x->channels, 3);
    assert_int_equal(index_plane_path(x, 0, 1, path, &e), 0);
    assert_string_equal(path, "/d/nuclei/abc-nuclei.PNG");
    memset(x->folder, 'f', sizeof x->folder - 1);
    assert_int_equal(index_plane_path(x, 0, 1, path, &e), -1);
    expect(ERR_USAGE, "is too long");
    index_close(x);
}

static void labels_that_are_wrong(void **state)
{
    (void)state;
    refuse("Id,Target\na,31\n", "train.csv: line 2: label 31 is not in 0..27");
    refuse("Id,Target\na,1\nb,28\n", "line 3: label 28 is not in 0..27");
    refuse("Id,Target\na,-1\n", "line 2: label -1 is not in 0..27");
    refuse("Id,Target\na,99999999999999999999\n", "is not a whole number");
    refuse("Id,Target\na,1 1.5\n", "line 2: label \"1.5\" is not a whole number");
    refuse("Id,Target\na,x\x1b\n", "line 2: label \"x\\x1b\" is not a whole number");
    refuse("Id,Target\na,\n", "line 2: the sample has no label");
    refuse("Id,Target\na,  \n", "line 2: the sample has no label");
    refuse("Id,Target\na,3 5 3\n", "line 2: label 3 is repeated");
    refuse("Id,Target\na,1|2\n", "line 2: label \"1|2\" is not a whole number");
    refuse("Id,Target\na,1  2\nb,1,2\n", "line 3: 3 fields where the header has 2");
}

static void ids_that_are_wrong(void **state)
{
    (void)state;
    refuse("Id,Target\n,1\n", "line 2: the id is empty");
    refuse("Id,Target\n../etc/passwd,1\n", "line 2: id \"../etc/passwd\" is not allowed");
    refuse("Id,Target\na/b,1\n", "id \"a/b\" is not allowed");
    refuse("Id,Target\n.hidden,1\n", "id \".hidden\" is not allowed");
    refuse("Id,Target\na..b,1\n", "id \"a..b\" is not allowed");
    refuse("Id,Target\na b,1\n", "id \"a b\" is not allowed");
    refuse("Id,Target\n\x1b[2Ja,1\n", "id \"\\x1b[2Ja\" is not allowed");
    refuse("Id,Target\na\xE2\x80\xAEgnp,1\n", "id \"a\\u202egnp\" is not allowed");
    refuse("Id,Target\n\xC3\xA9,1\n", "is not allowed");
    char text[256] = "Id,Target\n";
    memset(text + 10, 'x', 129);
    strcpy(text + 139, ",1\n");
    refuse(text, "is not allowed");
    strcpy(text + 138, ",1\n");
    struct index *x = open_text(text);
    assert_non_null(x);
    index_close(x);
}

static void duplicate_ids(void **state)
{
    (void)state;
    refuse("Id,Target\nb,1\na,1 2\nc,3\na,2 1\n",
           "line 5: id \"a\" was on line 3 already, with the same labels; remove one of them");
    refuse("Id,Target\nb,1\na,1\nc,3\nb,1\na,2\n",
           "line 5: id \"b\" was on line 2 already, with the same labels");
    refuse("Id,Target\na,1\na,2\na,3\n",
           "line 3: id \"a\" was on line 2 already, with other labels");
}

static void columns(void **state)
{
    (void)state;
    refuse("ID,Target\na,1\n", "data.id_column: ");
    expect(ERR_DATA, "line 1: no column \"Id\"; did you mean \"ID\"? (columns: ID, Target)");
    refuse("Id,Label\na,1\n", "data.target_column: ");
    refuse("Id,Target\n", "train.csv: has a header but no rows");
    refuse("", "is empty (0 bytes)");
    set("data.train_csv", scratch_path("absent.csv"));
    assert_null(index_open_train(conf, &e));
    expect(ERR_NOINPUT, "absent.csv");
}

static void the_preset_of_2021(void **state)
{
    (void)state;
    set("data.preset", "hpa2021");
    struct index *x = open_text("ID,Label\na,18\nb,3|0|16\n");
    assert_non_null(x);
    assert_int_equal(x->k, 19);
    assert_int_equal(labels_count(&x->labels[1]), 3);
    assert_true(labels_has(&x->labels[1], 16));
    index_close(x);
    refuse("ID,Label\na,19\n", "label 19 is not in 0..18");
    refuse("ID,Label\na,1||2\n", "line 2: a label is empty");
    refuse("ID,Label\na,1|\n", "line 2: a label is empty");
}

static void exclude_list(void **state)
{
    (void)state;
    static const char list[] = "# broken\nb\r\n\nd\nnot-there\n";
    set("data.exclude", scratch_write("exclude.txt", list, sizeof list - 1));
    struct index *x = open_text("Id,Target\na,1\nb,99\nc,2\nd,\nb,0\n");
    assert_non_null(x);
    assert_int_equal(x->n, 2);
    assert_string_equal(x->ids[1], "c");
    assert_int_equal(labels_next(&x->labels[1], 0), 2);
    assert_int_equal(index_find(x, "b"), -1);
    index_close(x);
    refuse("Id,Target\nb,1\n", "data.exclude leaves no sample");
    scratch_write("exclude.txt", "a/b\n", 4);
    refuse("Id,Target\nb,1\n", "exclude.txt: line 1: id \"a/b\" is not allowed");
    set("data.exclude", scratch_path("absent.txt"));
    assert_null(open_text("Id,Target\nb,1\n"));
    expect(ERR_NOINPUT, "data.exclude: ");
}

static void expect_note(const char *list, int samples, const char *note)
{
    set("data.exclude", scratch_write("exclude.txt", list, strlen(list)));
    struct index *x = open_text("Id,Target\ns1,1\ns2,0\ns3,2\n");
    assert_non_null(x);
    assert_int_equal(x->n, samples);
    if (!note)
        assert_null(x->note);
    else if (!x->note || !strstr(x->note, note))
        fail_msg("'%s' does not say '%s'", x->note ? x->note : "", note);
    index_close(x);
}

static void exclude_list_names_strangers(void **state)
{
    (void)state;
    expect_note("s1\n", 2, NULL);
    expect_note("s1\ns1\n# s9\n", 2, NULL);
    expect_note("s9\n", 3, "exclude.txt: 1 of 1 lines names no sample: s9");
    expect_note("s1_red.png\ns2\ns9\n", 1,
                "2 of 3 lines name no sample: s1_red.png (an image of s1, which is left out), s9");
    expect_note("s9_green.png\n", 3, "1 of 1 lines names no sample: s9_green.png");
    expect_note("s1_pink.png\n", 3, "names no sample: s1_pink.png");
    expect_note("q1\nq2\nq3\nq4\nq5\nq6\nq7\n", 3,
                "7 of 7 lines name no sample: q1, q2, q3, q4, q5 and 2 more");
    set("data.pattern", "{channel}-{id}.png");
    expect_note("blue-s2.png\n", 2, "blue-s2.png (an image of s2, which is left out)");
    set("data.pattern", "{id}_{channel}.png");
    set("data.exclude", "");
}

static void refuse_setting(const char *name, const char *value, const char *part)
{
    const char *old = conf_text(conf, CONF_DATA_CHANNELS);
    char kept[128];
    snprintf(kept, sizeof kept, "%s", old);
    set(name, value);
    assert_null(open_text("Id,Target\na,1\n"));
    expect(ERR_CONFIG, part);
    set("data.channels", kept);
}

static void settings(void **state)
{
    (void)state;
    refuse_setting("data.channels", "red,,blue", "data.channels: \"\" is no name");
    refuse_setting("data.channels", "red,blue,red", "\"red\" stands there twice");
    refuse_setting("data.channels", "../x", "\"../x\" is no name of a channel");
    refuse_setting("data.channels", "a,b,c,d,e,f,g,h,i", "more than 8 channels");
    refuse_setting("data.pattern", "../{id}_{channel}.png", "leaves the image folder");
    refuse_setting("data.pattern", "/{id}_{channel}.png", "leaves the image folder");
}

static void test_set(void **state)
{
    (void)state;
    static const char text[] = "Id,Predicted\nz,0\na,99\n";
    set("data.sample_submission", scratch_write("sample.csv", text, sizeof text - 1));
    struct index *x = index_open_test(conf, &e);
    assert_non_null(x);
    assert_int_equal(x->n, 2);
    assert_false(x->has_labels);
    assert_int_equal(labels_count(&x->labels[1]), 0);
    assert_string_equal(x->ids[0], "z");
    char path[4096];
    assert_int_equal(index_plane_path(x, 1, 0, path, &e), 0);
    assert_string_equal(path, "test/a_red.png");
    index_close(x);
    scratch_write("sample.csv", "Id,Predicted\nz,0\nz,0\n", 21);
    assert_null(index_open_test(conf, &e));
    expect(ERR_DATA, "line 3: id \"z\" was on line 2 already; remove one");
}

static uint64_t fingerprint_of(const char *text)
{
    struct index *x = open_text(text);
    assert_non_null(x);
    uint64_t fingerprint = x->fingerprint;
    index_close(x);
    return fingerprint;
}

static void fingerprints(void **state)
{
    (void)state;
    uint64_t first = fingerprint_of("Id,Target\na,1 2\nb,3\n");
    assert_true(first == fingerprint_of("Target,Id\r\n2 1,a\r\n3,\"b\""));
    assert_true(first != fingerprint_of("Id,Target\na,1 2\nb,4\n"));
    assert_true(first != fingerprint_of("Id,Target\nb,3\na,1 2\n"));
    assert_true(first != fingerprint_of("Id,Target\na,1 2\n"));
}

static void out_of_memory(void **state)
{
    (void)state;
    static const char list[] = "zz\n";
    set("data.exclude", scratch_write("exclude.txt", list, sizeof list - 1));
    set("data.train_csv", scratch_write("train.csv", "Id,Target\na,1\nb,2\n", 18));
    struct index *x = NULL;
    int failures = 0;
    for (int n = 1; !x; n++, failures++) {
        memset(&e, 0, sizeof e);
        mem_fail_after(n);
        x = index_open_train(conf, &e);
        mem_fail_after(0);
        if (!x)
            assert_int_equal(e.code, ERR_NOMEM);
    }
    assert_in_range(failures, 8, 40);
    index_close(x);
}

/* Counts as the data set's description gives them. */
static void real_table(void **state)
{
    (void)state;
    const char *path = scratch_real("train.csv");
    if (!path)
        return;
    set("data.train_csv", path);
    double begin = pace_now();
    struct index *x = index_open_train(conf, &e);
    assert_true(pace_now() - begin < 1 * pace()); /* against a hang */
    assert_non_null(x);
    assert_int_equal(x->n, 31072);
    int per_class[28] = {0}, per_size[6] = {0}, total = 0;
    for (int i = 0; i < x->n; i++) {
        assert_in_range(labels_count(&x->labels[i]), 1, 5);
        per_size[labels_count(&x->labels[i])]++;
        total += labels_count(&x->labels[i]);
        for (int c = labels_next(&x->labels[i], 0); c >= 0; c = labels_next(&x->labels[i], c + 1))
            per_class[c]++;
        assert_int_equal(index_find(x, x->ids[i]), i);
    }
    static const int sizes[6] = {0, 15126, 12485, 3160, 299, 2};
    static const int counts[28] = {12885, 1254, 3621, 1561, 1858, 2513, 1008, 2822, 53,  45,
                                   28,    1093, 688,  537,  1066, 21,   530,  210,  902, 1482,
                                   172,   3777, 802,  2965, 322,  8228, 328,  11};
    assert_int_equal(total, 50782);
    assert_memory_equal(per_size, sizes, sizeof sizes);
    assert_memory_equal(per_class, counts, sizeof counts);
    index_close(x);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_conf, drop_conf)
    const struct CMUnitTest tests[] = {
        TEST(rows_and_labels),    TEST(plane_paths),   TEST(labels_that_are_wrong),
        TEST(ids_that_are_wrong), TEST(duplicate_ids), TEST(columns),
        TEST(the_preset_of_2021), TEST(exclude_list),  TEST(exclude_list_names_strangers),
        TEST(settings),           TEST(test_set),      TEST(fingerprints),
        TEST(out_of_memory),      TEST(real_table),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
