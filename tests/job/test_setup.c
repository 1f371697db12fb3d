/* The first steps of a new folder: names that complete a path, a table and its images tried,
 * hpa.conf written once and for the user alone. */
#include <fcntl.h>
#include <poll.h>

#include "tempdir.h"
#include "test.h"

#include "base/file.h"
#include "base/wake.h"
#include "job/setup.h"

static void put(const char *name, const char *text)
{
    struct err e = {0};
    if (file_save_all(tempdir_path(name), text, strlen(text), &e))
        fail_msg("%s", e.text);
}

static int make(void **state)
{
    (void)state;
    tempdir_make();
    return chdir(tempdir);
}

static int unmake(void **state)
{
    (void)state;
    tempdir_remove();
    return chdir("/");
}

static void test_names(void **state)
{
    (void)state;
    struct paths_names n;
    put("train.csv", "");
    put("trains", "");
    put("t\033]0;x\007", ""); /* never offered */
    put(".hidden", "");
    mkdir(tempdir_path("tales"), 0700);
    paths_complete(tempdir_path("tr"), &n);
    assert_int_equal(n.n, 2);
    assert_string_equal(n.whole, tempdir_path("train"));
    assert_string_equal(n.name[0], "train.csv");
    assert_string_equal(n.name[1], "trains");
    paths_complete("ta", &n); /* from where we are; one name: all of it */
    assert_int_equal(n.n, 1);
    assert_string_equal(n.whole, "tales/");
    paths_complete("", &n);
    assert_int_equal(n.n, 3);
    assert_string_equal(n.whole, "t");
    paths_complete(".h", &n);
    assert_string_equal(n.whole, ".hidden");
    paths_complete("none/such", &n);
    assert_int_equal(n.n, 0);
    assert_string_equal(n.whole, "none/such");
    setenv("HOME", tempdir, 1);
    paths_complete("~/tal", &n);
    assert_string_equal(n.whole, "~/tales/");
}

static void test_more_names_than_are_kept(void **state)
{
    (void)state;
    struct paths_names n;
    for (int i = 0; i < PATHS_NAMES + 9; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%02d", (i * 7) % (PATHS_NAMES + 9));
        put(name, "");
    }
    paths_complete("f", &n);
    assert_int_equal(n.n, PATHS_NAMES + 9);
    for (int i = 0; i < PATHS_NAMES; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%02d", i);
        assert_string_equal(n.name[i], name);
    }
}

struct workers {
    struct wake wake;
    struct conf *conf;
    struct setup *setup;
};

static void open_desks(struct workers *d)
{
    struct err e = {0};
    assert_int_equal(wake_init(&d->wake), 0);
    d->conf = conf_new();
    d->setup = setup_open(d->conf, &d->wake, &e);
    assert_non_null(d->setup);
}

static void close_desks(struct workers *d)
{
    setup_close(d->setup);
    conf_free(d->conf);
    wake_fini(&d->wake);
}

static void wait_for(struct workers *d)
{
    struct pollfd fd = {wake_fd(&d->wake), POLLIN, 0};
    assert_true(poll(&fd, 1, 30000) > 0);
    wake_clear(&d->wake);
}

static struct setup_found *find(struct workers *d, const char *csv, const char *folder)
{
    struct setup_choice choice;
    snprintf(choice.csv, sizeof choice.csv, "%s", csv);
    snprintf(choice.folder, sizeof choice.folder, "%s", folder);
    setup_ask_found(d->setup, &choice);
    for (;;) {
        struct setup_found *f = setup_take_found(d->setup);
        if (f && (f->whole || f->error.code != ERR_NONE))
            return f;
        free(f);
        wait_for(d);
    }
}

static struct setup_done *finish(struct workers *d)
{
    for (;;) {
        struct setup_done *done = setup_take_done(d->setup);
        if (done && done->whole)
            return done;
        free(done);
        wait_for(d);
    }
}

static void test_found(void **state)
{
    (void)state;
    struct workers d;
    open_desks(&d);
    struct setup_found *f = find(&d, "train.csv", "train");
    assert_int_equal(f->error.code, ERR_NOINPUT);
    free(f);
    put("train.csv", "Id,Target\na,0 3\nb,3\n");
    mkdir(tempdir_path("train"), 0700);
    f = find(&d, "train.csv", "train");
    assert_int_equal(f->samples, 2);
    assert_int_equal(f->classes, 2);
    assert_int_equal(f->k, 28);
    assert_int_equal(f->images, 8);
    assert_int_equal(f->absent, 8);
    assert_string_equal(f->first_absent, "train/a_red.png");
    assert_string_equal(f->preset, "");
    free(f);
    static const char *const stains[] = {"red", "green", "blue", "yellow"};
    for (int i = 0; i < 7; i++) {
        char name[64];
        snprintf(name, sizeof name, "train/%c_%s.png", 'a' + i / 4, stains[i % 4]);
        put(name, "");
    }
    f = find(&d, "train.csv", "train");
    assert_int_equal(f->absent, 1);
    assert_string_equal(f->first_absent, "train/b_yellow.png");
    free(f);
    put("cells.csv", "ID,Label\na,0|3\n");
    f = find(&d, "cells.csv", "train");
    assert_int_equal(f->error.code, ERR_NONE);
    assert_string_equal(f->preset, "hpa2021");
    assert_int_equal(f->k, 19);
    free(f);
    put("bad.csv", "Id,Target\na,99\n");
    f = find(&d, "bad.csv", "train");
    assert_int_equal(f->error.code, ERR_DATA);
    assert_non_null(strstr(f->error.text, "line 2"));
    free(f);
    close_desks(&d);
}

static void test_written_once_and_read_back(void **state)
{
    (void)state;
    struct workers d;
    struct err e = {0};
    struct stat s;
    open_desks(&d);
    assert_true(setup_wanted(d.conf));
    put("sample_submission.csv", "Id,Predicted\n");
    struct setup_choice choice = {"./train.csv", "some where"};
    setup_ask_write(d.setup, &choice, "hpa2021");
    struct setup_done *done = finish(&d);
    assert_int_equal(done->error.code, ERR_NONE);
    free(done);
    assert_int_equal(stat("hpa.conf", &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    assert_false(setup_wanted(d.conf));
    assert_int_equal(conf_set(d.conf, "train.size", "64", "flag", &e), 0);
    struct conf *c = setup_result(d.conf, &e);
    assert_string_equal(conf_text(c, CONF_DATA_TRAIN_CSV), "./train.csv");
    assert_string_equal(conf_text(c, CONF_DATA_TRAIN_DIR), "some where");
    assert_string_equal(conf_text(c, CONF_DATA_SAMPLE_SUBMISSION), "./sample_submission.csv");
    assert_string_equal(conf_text(c, CONF_DATA_TARGET_COLUMN), "Label");
    assert_string_equal(conf_text(c, CONF_DATA_TEST_DIR), "test");
    assert_int_equal(conf_int(c, CONF_TRAIN_SIZE), 64);
    conf_free(c);
    setup_ask_write(d.setup, &choice, "");
    done = finish(&d);
    assert_int_equal(done->error.code, ERR_CREATE);
    free(done);
    close_desks(&d);
}

/* It would be written in place of the link. */
static void test_a_link_that_leads_nowhere(void **state)
{
    (void)state;
    struct workers d;
    struct stat s;
    open_desks(&d);
    assert_int_equal(symlink("not/there", "hpa.conf"), 0);
    struct setup_choice choice = {"train.csv", "train"};
    setup_ask_write(d.setup, &choice, "");
    struct setup_done *done = finish(&d);
    assert_int_equal(done->error.code, ERR_CREATE);
    assert_non_null(strstr(done->error.text, "leads nowhere"));
    free(done);
    assert_int_equal(lstat("hpa.conf", &s), 0);
    assert_true(S_ISLNK(s.st_mode));
    close_desks(&d);
}

/* A path into this folder loses what leads here; one to data elsewhere stays. */
static void test_paths_hold_in_this_folder(void **state)
{
    (void)state;
    struct workers d;
    char here[2000], *text;
    size_t n;
    open_desks(&d);
    assert_non_null(getcwd(here, sizeof here));
    struct setup_choice choice = {"", "/elsewhere/train"};
    snprintf(choice.csv, sizeof choice.csv, "%s/sub/train.csv", here);
    setup_ask_write(d.setup, &choice, "");
    struct setup_done *done = finish(&d);
    assert_int_equal(done->error.code, ERR_NONE);
    free(done);
    assert_int_equal(file_read("hpa.conf", 1 << 16, &text, &n, NULL), 0);
    assert_non_null(strstr(text, "\ntrain_csv = sub/train.csv\n"));
    assert_non_null(strstr(text, "\ntrain_dir = /elsewhere/train\n"));
    free(text);
    close_desks(&d);
}

static void test_a_path_that_no_line_holds(void **state)
{
    (void)state;
    struct workers d;
    open_desks(&d);
    struct setup_choice choice = {"a ; b.csv", "train"};
    setup_ask_write(d.setup, &choice, "");
    struct setup_done *done = finish(&d);
    assert_int_equal(done->error.code, ERR_USAGE);
    free(done);
    assert_false(file_exists("hpa.conf"));
    close_desks(&d);
}

/* Flags stay stronger than the recipe that comes with a demo set; a stop leaves no hpa.conf. */
static void test_a_demo_set(void **state)
{
    (void)state;
    struct workers d;
    struct err e = {0};
    open_desks(&d);
    setup_ask_demo(d.setup);
    wait_for(&d);
    setup_stop(d.setup);
    struct setup_done *done = finish(&d);
    if (done->error.code != ERR_NONE) {
        assert_int_equal(done->error.code, ERR_CANCELLED);
        assert_false(file_exists("hpa.conf"));
        setup_ask_demo(d.setup);
        free(done);
        done = finish(&d);
    }
    assert_int_equal(done->error.code, ERR_NONE);
    free(done);
    assert_int_equal(conf_set(d.conf, "train.epochs", "3", "flag", &e), 0);
    struct conf *c = setup_result(d.conf, &e);
    assert_int_equal(conf_int(c, CONF_TRAIN_EPOCHS), 3);
    assert_string_equal(conf_text(c, CONF_TRAIN_MODEL), "resnet18");
    conf_free(c);
    struct setup_found *f = find(&d, SETUP_DEMO_FOLDER "/train.csv", SETUP_DEMO_FOLDER "/train");
    assert_int_equal(f->samples, SETUP_DEMO_SAMPLES);
    assert_int_equal(f->absent, 0);
    free(f);
    close_desks(&d);
}

static void test_texts_are_saved(void **state)
{
    (void)state;
    struct wake wake;
    struct err e = {0};
    char *text;
    size_t size;
    assert_int_equal(wake_init(&wake), 0);
    struct paths *p = paths_open(&wake, &e);
    paths_save(p, "out.txt", OUTPUT_REPLACE, "a frame\n");
    paths_close(p); /* what was promised is done */
    assert_int_equal(file_read("out.txt", 100, &text, &size, &e), 0);
    assert_string_equal(text, "a frame\n");
    free(text);
    wake_fini(&wake);
}

static bool is_taken(struct paths *p, struct wake *wake, const char *path, struct err *e)
{
    struct paths_place *place;
    paths_ask_place(p, path);
    while (!(place = paths_take_place(p))) {
        struct pollfd fd = {wake_fd(wake), POLLIN, 0};
        assert_true(poll(&fd, 1, 30000) > 0);
        wake_clear(wake);
    }
    bool taken = place->taken;
    *e = place->error;
    free(place);
    return taken;
}

/* Whether a name may be written, before it is: "~" is the home folder. */
static void test_places(void **state)
{
    (void)state;
    struct wake wake;
    struct err e = {0};
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    setenv("HOME", here, 1);
    put("there.txt", "x\n");
    assert_int_equal(wake_init(&wake), 0);
    struct paths *p = paths_open(&wake, &e);
    assert_true(is_taken(p, &wake, "there.txt", &e));
    assert_int_equal(e.code, ERR_NONE);
    assert_true(is_taken(p, &wake, "~/there.txt", &e));
    assert_false(is_taken(p, &wake, "new.txt", &e));
    assert_int_equal(e.code, ERR_NONE);
    is_taken(p, &wake, "nowhere/new.txt", &e);
    assert_int_equal(e.code, ERR_CREATE);
    paths_close(p);
    wake_fini(&wake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, make, unmake),
        cmocka_unit_test_setup_teardown(test_more_names_than_are_kept, make, unmake),
        cmocka_unit_test_setup_teardown(test_found, make, unmake),
        cmocka_unit_test_setup_teardown(test_written_once_and_read_back, make, unmake),
        cmocka_unit_test_setup_teardown(test_a_link_that_leads_nowhere, make, unmake),
        cmocka_unit_test_setup_teardown(test_paths_hold_in_this_folder, make, unmake),
        cmocka_unit_test_setup_teardown(test_a_path_that_no_line_holds, make, unmake),
        cmocka_unit_test_setup_teardown(test_a_demo_set, make, unmake),
        cmocka_unit_test_setup_teardown(test_texts_are_saved, make, unmake),
        cmocka_unit_test_setup_teardown(test_places, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
