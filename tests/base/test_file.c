/* Saves that are complete or did not happen, and readers that nothing blocks. */
#include "tempdir.h"
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/mem.h"

static void write_plain(const char *name, const char *text)
{
    FILE *f = fopen(tempdir_path(name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void assert_holds(const char *name, const char *want)
{
    char *data;
    size_t size;
    assert_int_equal(file_read(tempdir_path(name), 1000, &data, &size, NULL), 0);
    assert_int_equal(size, strlen(want));
    assert_string_equal(data, want);
    free(data);
}

static void reading(void **state)
{
    (void)state;
    struct err e;
    char *data;
    size_t size;
    write_plain("five", "12345");
    assert_holds("five", "12345");
    assert_int_equal(file_read(tempdir_path("five"), 5, &data, &size, &e), 0);
    free(data);
    assert_int_equal(file_read(tempdir_path("five"), 4, &data, &size, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    write_plain("empty", "");
    assert_holds("empty", "");
    assert_int_equal(file_read(tempdir_path("none"), 4, &data, &size, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "none: No such file"));
}

static void folders_pipes_and_devices_are_refused(void **state)
{
    (void)state;
    struct err e;
    char *data;
    size_t size;
    assert_int_equal(mkfifo(tempdir_path("fifo"), 0600), 0);
    assert_int_equal(file_read(tempdir_path("fifo"), 10, &data, &size, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "pipe or device"));
    assert_int_equal(file_read(tempdir, 10, &data, &size, &e), -1);
    assert_non_null(strstr(e.text, "folder"));
    assert_int_equal(file_read("/dev/zero", 10, &data, &size, &e), -1);
    assert_int_equal(e.code, ERR_NOINPUT);
}

static void a_short_file_is_an_error(void **state)
{
    (void)state;
    struct err e;
    uint64_t size;
    char data[8] = "";
    write_plain("five", "12345");
    int fd = file_open(tempdir_path("five"), &size, &e);
    assert_true(fd >= 0);
    assert_int_equal(size, 5);
    assert_int_equal(file_pread(fd, data, 3, 2, "five", &e), 0);
    assert_string_equal(data, "345");
    assert_int_equal(file_pread(fd, data, 4, 2, "five", &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_string_equal(e.text, "five: the file ends 1 bytes too early");
    close(fd);
}

static void no_memory_while_reading(void **state)
{
    (void)state;
    struct err e;
    char *data;
    size_t size;
    write_plain("five", "12345");
    mem_fail_after(1);
    assert_int_equal(file_read(tempdir_path("five"), 10, &data, &size, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
}

static void a_save_appears_at_the_commit(void **state)
{
    (void)state;
    struct err e;
    struct file_save s;
    struct stat st;
    write_plain("saved", "old");
    assert_int_equal(file_save_begin(&s, tempdir_path("saved"), 100, &e), 0);
    assert_int_equal(file_save_write(&s, "new ", 4, &e), 0);
    assert_int_equal(file_save_write(&s, "text", 4, &e), 0);
    assert_holds("saved", "old");
    assert_int_equal(file_save_commit(&s, &e), 0);
    assert_holds("saved", "new text"); /* and not the 100 bytes that were reserved */
    assert_int_equal(stat(tempdir_path("saved"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(tempdir_entries(), 1);
}

static void an_aborted_save_leaves_nothing(void **state)
{
    (void)state;
    struct file_save s;
    write_plain("saved", "old");
    assert_int_equal(file_save_begin(&s, tempdir_path("saved"), 0, NULL), 0);
    assert_int_equal(file_save_write(&s, "new", 3, NULL), 0);
    file_save_abort(&s);
    file_save_abort(&s);
    assert_holds("saved", "old");
    assert_int_equal(tempdir_entries(), 1);
}

static void places_that_cannot_be_written(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(file_save_all(tempdir_path("no/such/file"), "x", 1, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_int_equal(file_save_all(tempdir, "x", 1, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    char path[FILE_PATH_MAX + 10];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(file_save_all(path, "x", 1, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
}

/* In a child, because a limit cannot be raised again: 0 when the save failed as it should. */
static int save_beyond_the_limit(uint64_t expected)
{
    struct err e;
    struct file_save s;
    struct rlimit limit = {1000, 1000};
    static char block[4096];
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (file_save_begin(&s, tempdir_path("saved"), expected, &e))
        return expected && e.code == ERR_IO ? 0 : 1;
    if (file_save_write(&s, block, sizeof block, &e) == 0)
        return 2;
    file_save_abort(&s);
    return !expected && e.code == ERR_IO ? 0 : 3;
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static const uint64_t expected[] = {0, 4096};
    write_plain("saved", "old");
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(save_beyond_the_limit(expected[i]));
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        assert_holds("saved", "old");
        assert_int_equal(tempdir_entries(), 1);
    }
}

static void a_planted_link_is_not_followed(void **state)
{
    (void)state;
    write_plain("target", "precious");
    assert_int_equal(symlink("target", tempdir_path("saved")), 0);
    assert_int_equal(file_save_all(tempdir_path("saved"), "new", 3, NULL), 0);
    assert_holds("saved", "new");
    assert_holds("target", "precious");
}

static void making_folders(void **state)
{
    (void)state;
    struct err e;
    struct stat st;
    assert_int_equal(file_make_folders(tempdir_path("a/b//c/"), &e), 0);
    assert_int_equal(file_make_folders(tempdir_path("a/b/c"), &e), 0);
    assert_int_equal(stat(tempdir_path("a/b/c"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    write_plain("file", "");
    assert_int_equal(file_make_folders(tempdir_path("file/x"), &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
}

static void removing_a_tree(void **state)
{
    (void)state;
    struct err e;
    file_make_folders(tempdir_path("tree/a/b"), &e);
    file_make_folders(tempdir_path("kept"), &e);
    write_plain("tree/one", "1");
    write_plain("tree/a/b/two", "2");
    write_plain("kept/three", "3");
    assert_int_equal(symlink(tempdir_path("kept"), tempdir_path("tree/a/link")), 0);
    assert_int_equal(file_remove_tree(tempdir_path("tree"), &e), 0);
    assert_false(file_exists(tempdir_path("tree")));
    assert_holds("kept/three", "3");
    assert_int_equal(file_remove_tree(tempdir_path("kept/three"), &e), 0);
    assert_false(file_exists(tempdir_path("kept/three")));
    assert_int_equal(file_remove_tree(tempdir_path("tree"), &e), 0); /* not there */
    assert_int_equal(file_remove_tree("/proc/self/status", &e), -1);
    assert_int_equal(e.code, ERR_IO);
}

/* Who comes second to a folder that goes is not told of a failure. */
static void removing_a_tree_at_once(void **state)
{
    (void)state;
    char tree[FILE_PATH_MAX], path[FILE_PATH_MAX];
    struct err e = {0};
    snprintf(tree, sizeof tree, "%s", tempdir_path("both"));
    for (int round = 0; round < 100; round++) {
        int status;
        assert_int_equal(file_make_folders(tree, &e), 0);
        for (int i = 0; i < 20; i++) {
            snprintf(path, sizeof path, "%.200s/%d", tree, i);
            assert_int_equal(file_save_all(path, "x", 1, &e), 0);
        }
        pid_t other = fork();
        if (other == 0)
            _exit(file_remove_tree(tree, &e) ? 1 : 0);
        assert_int_equal(file_remove_tree(tree, &e), 0);
        assert_int_equal(waitpid(other, &status, 0), other);
        assert_int_equal(status, 0);
        assert_false(file_exists(tree));
    }
}

static void joining_and_free_space(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX], name[FILE_PATH_MAX];
    struct err e;
    assert_int_equal(file_join(path, "a", "b", &e), 0);
    assert_string_equal(path, "a/b");
    file_join(path, "/", "b", &e);
    assert_string_equal(path, "/b");
    file_join(path, "", "b", &e);
    assert_string_equal(path, "b");
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(file_join(path, "folder", name, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    uint64_t here = file_free_space(tempdir), below = file_free_space(tempdir_path("not/yet"));
    assert_true(here > 0 && below > here / 2);
    assert_true(file_free_space("relative") > 0);
    assert_true(file_exists(tempdir));
    assert_false(file_exists(tempdir_path("no")));
}

static void litter_of_killed_saves(void **state)
{
    (void)state;
    static const char *const kept[] = {"state", "state.tmp", "notes.xyz.tmp", "a.0g.tmp", "b.ff"};
    static const char *const litter[] = {"state.1f40a.tmp", "b.0.tmp"};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(file_save_all(tempdir_path(kept[i]), "x", 1, NULL), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(file_save_all(tempdir_path(litter[i]), "x", 1, NULL), 0);
    file_remove_temps(tempdir);
    file_remove_temps(tempdir_path("no such folder"));
    for (size_t i = 0; i < 5; i++)
        assert_true(file_exists(tempdir_path(kept[i])));
    for (size_t i = 0; i < 2; i++)
        assert_false(file_exists(tempdir_path(litter[i])));
}

static int setup(void **state)
{
    (void)state;
    tempdir_make();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

#define IN_TEMPDIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void test_places_to_write(void **state)
{
    (void)state;
    struct err e = {0};
    char path[300];
    snprintf(path, sizeof path, "%s/new", tempdir);
    assert_int_equal(file_check_place(path, &e), 0);
    assert_int_equal(file_check_place("new", &e), 0);
    assert_false(file_exists(path)); /* only asked */
    assert_int_equal(file_check_place(tempdir, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_int_equal(file_check_place("", &e), -1);
    snprintf(path, sizeof path, "%s/no/new", tempdir);
    assert_int_equal(file_check_place(path, &e), -1);
    assert_non_null(strstr(e.text, path));
    assert_non_null(strstr(e.text, "No such file"));
}

/* One file under two names; replacing one leaves the other, and no third name is left over. */
static void a_second_name(void **state)
{
    (void)state;
    struct err e = {0};
    char from[256], to[256];
    snprintf(from, sizeof from, "%s/from", tempdir);
    snprintf(to, sizeof to, "%s/to", tempdir);
    assert_int_equal(file_also_as(from, to, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_int_equal(tempdir_entries(), 0);
    write_plain("from", "one");
    write_plain("to", "old");
    assert_int_equal(file_also_as(from, to, &e), 0);
    assert_holds("to", "one");
    assert_int_equal(file_also_as(from, to, &e), 0); /* it is one already */
    assert_int_equal(tempdir_entries(), 2);
    assert_int_equal(file_save_all(from, "two", 3, &e), 0);
    assert_holds("from", "two");
    assert_holds("to", "one");
}

/* /dev/shm is another file system: no second name there, so a copy. */
static void a_second_name_elsewhere(void **state)
{
    (void)state;
    struct err e = {0};
    char to[256];
    snprintf(to, sizeof to, "/dev/shm/hpa-second-name-%d", (int)getpid());
    write_plain("from", "one");
    if (access("/dev/shm", W_OK))
        skip();
    assert_int_equal(file_also_as(tempdir_path("from"), to, &e), 0);
    char *data;
    size_t size;
    assert_int_equal(file_read(to, 1000, &data, &size, NULL), 0);
    unlink(to);
    assert_string_equal(data, "one");
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TEMPDIR(a_second_name),
        IN_TEMPDIR(a_second_name_elsewhere),
        IN_TEMPDIR(reading),
        IN_TEMPDIR(folders_pipes_and_devices_are_refused),
        IN_TEMPDIR(a_short_file_is_an_error),
        IN_TEMPDIR(no_memory_while_reading),
        IN_TEMPDIR(a_save_appears_at_the_commit),
        IN_TEMPDIR(an_aborted_save_leaves_nothing),
        IN_TEMPDIR(places_that_cannot_be_written),
        IN_TEMPDIR(a_full_disk_leaves_the_old_file),
        IN_TEMPDIR(a_planted_link_is_not_followed),
        IN_TEMPDIR(making_folders),
        IN_TEMPDIR(removing_a_tree),
        IN_TEMPDIR(removing_a_tree_at_once),
        IN_TEMPDIR(joining_and_free_space),
        IN_TEMPDIR(test_places_to_write),
        IN_TEMPDIR(litter_of_killed_saves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
