/* What a user names as output: files that exist, links, devices, FIFOs, descriptors. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/output.h"
#include "base/output_guard.h"
#include "tempdir.h"
#include "test.h"

static struct err e;

static int link_error; /* 0: none */

/* In place of the C library's. */
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    errno = link_error;
    return link_error ? -1 : (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

static int save(const char *path, enum output_mode mode, const char *text)
{
    err_clear(&e);
    return output_save(path, mode, text, strlen(text), &e);
}

static void assert_holds(const char *path, const char *want)
{
    char *text;
    size_t n;
    assert_int_equal(file_read(path, 1000, &text, &n, &e), 0);
    assert_string_equal(text, want);
    free(text);
}

static void assert_refused(const char *path, enum output_mode mode, const char *words)
{
    err_clear(&e);
    assert_int_equal(output_check(path, mode, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, words));
    assert_int_equal(save(path, mode, "x"), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, words));
}

static struct stat stat_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st;
}

static int names_in(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void test_a_new_file_follows_the_umask(void **state)
{
    (void)state;
    static const mode_t masks[] = {022, 002, 077, 0};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        mode_t before = umask(masks[i]);
        assert_int_equal(output_check("new", OUTPUT_NEW, &e), 0);
        assert_int_equal(save("new", OUTPUT_NEW, "one"), 0);
        umask(before);
        assert_int_equal(stat_of("new").st_mode, S_IFREG | (0666 & ~masks[i]));
        assert_holds("new", "one");
        assert_int_equal(unlink("new"), 0);
    }
    assert_int_equal(save("kept", OUTPUT_PRIVATE, "one"), 0);
    assert_int_equal(stat_of("kept").st_mode, S_IFREG | 0600);
    assert_int_equal(save("kept", OUTPUT_PRIVATE, "two"), 0);
    assert_int_equal(names_in("."), 1);
}

static void test_an_existing_file(void **state)
{
    (void)state;
    bool taken = false;
    assert_int_equal(save("a", OUTPUT_NEW, "one"), 0);
    assert_int_equal(chmod("a", 0640), 0);
    assert_refused("a", OUTPUT_NEW, "a already exists; --force");
    assert_int_equal(output_look("a", &taken, &e), 0);
    assert_true(taken);
    assert_holds("a", "one");
    assert_int_equal(output_check("a", OUTPUT_REPLACE, &e), 0);
    bool root = geteuid() == 0;
    if (root)
        assert_int_equal(chown("a", 12, 34), 0);
    assert_int_equal(save("a", OUTPUT_REPLACE, "two"), 0);
    assert_holds("a", "two");
    assert_int_equal(stat_of("a").st_mode, S_IFREG | 0640);
    assert_int_equal(stat_of("a").st_uid, root ? 12 : geteuid());
    if (root)
        assert_int_equal(stat_of("a").st_gid, 34);
    assert_int_equal(names_in("."), 1);
}

/* Between begin and commit somebody else makes a file of that name. */
static void test_a_file_that_appears(void **state)
{
    (void)state;
    struct output o;
    assert_int_equal(output_begin(&o, "a", OUTPUT_NEW, 0, &e), 0);
    assert_int_equal(output_write(&o, "ours", 4, &e), 0);
    assert_int_equal(save("a", OUTPUT_NEW, "theirs"), 0);
    assert_int_equal(output_commit(&o, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, "a already exists"));
    assert_holds("a", "theirs");
    assert_int_equal(names_in("."), 1);
    assert_int_equal(output_begin(&o, "b", OUTPUT_REPLACE, 0, &e), 0);
    assert_int_equal(save("b", OUTPUT_NEW, "theirs"), 0);
    assert_int_equal(output_write(&o, "ours", 4, &e), 0);
    assert_int_equal(output_commit(&o, &e), 0);
    assert_holds("b", "ours");
    assert_int_equal(output_begin(&o, "c", OUTPUT_NEW, 9, &e), 0);
    output_abort(&o);
    assert_int_equal(names_in("."), 2);
}

static void write_and_die(const char *path, enum output_mode mode)
{
    struct output o;
    pid_t child = fork();
    if (child == 0) {
        if (!output_begin(&o, path, mode, 4000, &e) && !output_write(&o, "half", 4, &e))
            raise(SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

/* A process that is killed while it writes leaves what was there, and no part of what was to come.
 */
static void test_a_killed_process(void **state)
{
    (void)state;
    int fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        skip(); /* a file system where every file has a name */
    close(fd);
    write_and_die("a", OUTPUT_NEW);
    assert_int_equal(names_in("."), 0);
    assert_int_equal(save("a", OUTPUT_NEW, "one"), 0);
    write_and_die("a", OUTPUT_REPLACE);
    assert_holds("a", "one");
    assert_int_equal(names_in("."), 1);
}

/* Files without a name, and no way to give them one. */
static void test_where_nothing_can_be_linked(void **state)
{
    (void)state;
    struct output o;
    link_error = EPERM;
    assert_int_equal(save("a", OUTPUT_NEW, "one"), 0);
    assert_holds("a", "one");
    assert_int_equal(chmod("a", 0604), 0);
    assert_int_equal(save("a", OUTPUT_REPLACE, "two"), 0);
    assert_holds("a", "two");
    assert_int_equal(stat_of("a").st_mode, S_IFREG | 0604);
    assert_int_equal(output_begin(&o, "b", OUTPUT_NEW, 4, &e), 0);
    assert_int_equal(output_write(&o, "ours", 4, &e), 0);
    assert_int_equal(save("b", OUTPUT_NEW, "theirs"), 0);
    assert_int_equal(output_commit(&o, &e), -1);
    link_error = 0;
    assert_int_equal(e.code, ERR_CREATE);
    assert_holds("b", "theirs");
    assert_int_equal(names_in("."), 2);
}

static int save_as_nobody(const char *path, const char *text)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(setgroups(0, NULL) || setgid(65534) || setuid(65534) ||
              save(path, OUTPUT_REPLACE, text));
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Everybody may write this file, only its owner may replace it: it is written where it is. */
static void test_a_file_in_a_sticky_folder(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(".", 0755), 0);
    assert_int_equal(mkdir("sticky", 0700), 0);
    assert_int_equal(save("sticky/a", OUTPUT_NEW, "a long text that was there"), 0);
    assert_true(!chmod("sticky/a", 0666) && !chown("sticky/a", 12, 34));
    assert_true(!chmod("sticky", 01777) && !chown("sticky", 12, 34));
    struct stat before = stat_of("sticky/a");
    assert_int_equal(save_as_nobody("sticky/a", "short"), 0);
    assert_holds("sticky/a", "short");
    assert_int_equal(stat_of("sticky/a").st_ino, before.st_ino);
    assert_int_equal(stat_of("sticky/a").st_mode, before.st_mode);
    assert_int_equal(stat_of("sticky/a").st_uid, 12);
    assert_int_equal(save_as_nobody("sticky/a", "and something longer again"), 0);
    assert_holds("sticky/a", "and something longer again");
    assert_int_equal(names_in("sticky"), 1);
}

static void test_links(void **state)
{
    (void)state;
    assert_int_equal(mkdir("there", 0700), 0);
    assert_int_equal(save("there/target", OUTPUT_NEW, "one"), 0);
    assert_int_equal(symlink("there/target", "link"), 0);
    assert_int_equal(symlink("link", "second"), 0);
    assert_refused("second", OUTPUT_NEW, "second already exists");
    assert_int_equal(save("second", OUTPUT_REPLACE, "two"), 0);
    assert_holds("there/target", "two");
    assert_true(S_ISLNK(stat_of("link").st_mode) && S_ISLNK(stat_of("second").st_mode));
    assert_int_equal(symlink("made", "there/dangling"), 0);
    assert_int_equal(output_check("there/dangling", OUTPUT_NEW, &e), 0);
    assert_int_equal(save("there/dangling", OUTPUT_NEW, "three"), 0);
    assert_holds("there/made", "three");
    assert_true(S_ISLNK(stat_of("there/dangling").st_mode));
    assert_int_equal(symlink(tempdir_path("there/absolute"), "dangling"), 0);
    assert_int_equal(save("dangling", OUTPUT_NEW, "four"), 0);
    assert_holds("there/absolute", "four");
    assert_int_equal(symlink("loop", "pool"), 0);
    assert_int_equal(symlink("pool", "loop"), 0);
    assert_refused("loop", OUTPUT_REPLACE, "loop: cannot be written: ");
    assert_int_equal(symlink("nowhere/x", "lost"), 0);
    assert_refused("lost", OUTPUT_NEW, "lost: cannot be written");
    assert_int_equal(symlink("there", "folder"), 0);
    assert_refused("folder", OUTPUT_REPLACE, "is a folder");
    assert_int_equal(save("folder/through", OUTPUT_NEW, "five"), 0);
    assert_holds("there/through", "five");
    assert_int_equal(names_in("there"), 5);
}

static void test_places_that_cannot_be_written(void **state)
{
    (void)state;
    char name[256];
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_refused("", OUTPUT_NEW, "no file name");
    assert_refused("folder", OUTPUT_REPLACE, "is a folder");
    assert_refused("folder/", OUTPUT_REPLACE, "is a folder");
    assert_refused("missing/x", OUTPUT_NEW, "missing/x: cannot be written");
    assert_refused("new/", OUTPUT_NEW, "new/: ");
    assert_int_equal(save("file", OUTPUT_NEW, "x"), 0);
    assert_refused("file/x", OUTPUT_NEW, "file/x: cannot be written");
    memset(name, 'n', sizeof name - 1);
    name[255] = '\0';
    assert_int_equal(save(name, OUTPUT_NEW, "long"), 0); /* as long as a name may be */
    assert_holds(name, "long");
    if (geteuid() == 0)
        return; /* who may write everywhere */
    assert_int_equal(chmod("file", 0400), 0);
    assert_refused("file", OUTPUT_REPLACE, "file: cannot be written");
    assert_int_equal(chmod("folder", 0500), 0);
    assert_refused("folder/x", OUTPUT_NEW, "folder/x: cannot be written");
    assert_int_equal(chmod("folder", 0700), 0);
}

static void *read_fifo(void *unused)
{
    static char text[64];
    memset(text, 0, sizeof text);
    (void)unused;
    int fd = open("fifo", O_RDONLY);
    for (ssize_t n, at = 0; fd >= 0 && (n = read(fd, text + at, sizeof text - 1 - (size_t)at)) > 0;)
        at += n;
    close(fd);
    return text;
}

static void test_a_fifo(void **state)
{
    (void)state;
    pthread_t reader;
    void *text;
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(output_check("fifo", OUTPUT_NEW, &e), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&reader, NULL, read_fifo, NULL), 0);
        assert_int_equal(save("fifo", i ? OUTPUT_REPLACE : OUTPUT_NEW, "through"), 0);
        assert_int_equal(pthread_join(reader, &text), 0);
        assert_string_equal(text, "through");
    }
    assert_true(S_ISFIFO(stat_of("fifo").st_mode));
    assert_int_equal(names_in("."), 1);
}

/* A screen that waited for it could not be left. */
static void test_a_fifo_of_a_screen(void **state)
{
    (void)state;
    enum { MORE_THAN_A_PIPE_HOLDS = 1 << 20 };
    static char much[MORE_THAN_A_PIPE_HOLDS];
    char got[5] = "";
    assert_int_equal(mkfifo("fifo", 0600), 0);
    output_use_standard(-1);
    alarm(120);
    assert_int_equal(save("fifo", OUTPUT_NEW, "x"), -1);
    assert_non_null(strstr(e.text, "nothing reads from this FIFO"));
    int reader = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_int_equal(save("fifo", OUTPUT_NEW, "text"), 0);
    assert_int_equal(read(reader, got, sizeof got), 4);
    assert_string_equal(got, "text");
    assert_int_equal(output_save("fifo", OUTPUT_NEW, much, sizeof much, &e), -1); /* it sleeps */
    assert_int_equal(e.code, ERR_IO);
    alarm(0);
    output_use_standard(1);
    close(reader);
}

static void test_a_socket(void **state)
{
    (void)state;
    char text[16] = "";
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(save("socket", OUTPUT_REPLACE, "x"), -1); /* nobody listens */
    assert_int_equal(e.code, ERR_CREATE);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(save("socket", OUTPUT_NEW, "through"), 0);
    int other = accept(listener, NULL, NULL);
    assert_int_equal(read(other, text, sizeof text - 1), 7);
    assert_string_equal(text, "through");
    assert_true(S_ISSOCK(stat_of("socket").st_mode));
    close(other);
    close(listener);
}

/* Nodes of our own: 1:3 takes everything, 1:7 is always full. */
static void test_a_device(void **state)
{
    (void)state;
    if (mknod("null", S_IFCHR | 0600, makedev(1, 3)) ||
        mknod("full", S_IFCHR | 0600, makedev(1, 7)))
        skip();
    int fd = open("null", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        skip(); /* a file system without devices */
    close(fd);
    assert_int_equal(symlink("null", "link"), 0);
    assert_int_equal(save("null", OUTPUT_NEW, "gone"), 0);
    assert_int_equal(save("link", OUTPUT_REPLACE, "gone"), 0);
    assert_int_equal(save("full", OUTPUT_NEW, "x"), -1);
    assert_int_equal(e.code, ERR_IO);
    assert_true(S_ISCHR(stat_of("null").st_mode) && S_ISCHR(stat_of("full").st_mode));
    assert_true(S_ISLNK(stat_of("link").st_mode));
    assert_false(output_same("null", "link"));
    assert_int_equal(names_in("."), 3);
}

static void test_descriptors(void **state)
{
    (void)state;
    char path[64], link[64], text[64] = "";
    int ends[2], number;
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    snprintf(link, sizeof link, "/proc/self/fd/%d", ends[1]);
    assert_int_equal(symlink(link, "link"), 0);
    assert_int_equal(output_check(path, OUTPUT_NEW, &e), 0);
    assert_int_equal(save(path, OUTPUT_NEW, "one "), 0);
    assert_int_equal(save("link", OUTPUT_NEW, "two "), 0);
    output_use_standard(ends[1]);
    assert_int_equal(save("-", OUTPUT_NEW, "three "), 0);
    assert_int_equal(save("/dev/stdout", OUTPUT_NEW, "four"), 0);
    assert_true(output_is_standard("-") && output_is_standard("/dev/fd/1"));
    assert_false(output_is_standard("./-") || output_is_standard(path));
    assert_true(output_same("-", "/dev/stdout"));
    assert_int_equal(read(ends[0], text, sizeof text - 1), 18);
    assert_string_equal(text, "one two three four");
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_refused(path, OUTPUT_NEW, "cannot be written"); /* is for reading */
    output_use_standard(-1);
    assert_refused("-", OUTPUT_NEW, "the screen has this terminal");
    assert_refused("/dev/stdout", OUTPUT_REPLACE, "the screen has this terminal");
    output_use_standard(1);
    close(ends[0]);
    close(ends[1]);
    assert_refused("/dev/fd/987", OUTPUT_NEW, "cannot be written");
    number = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(number, "before ", 7), 7);
    snprintf(path, sizeof path, "/dev/fd/%d", number); /* as in `3>file`: at its place */
    assert_int_equal(save(path, OUTPUT_NEW, "after"), 0);
    assert_holds("file", "before after");
    close(number);
}

static void test_the_same_place_twice(void **state)
{
    (void)state;
    assert_true(output_same("new", "./new"));
    assert_false(output_same("new", "other"));
    assert_int_equal(save("a", OUTPUT_NEW, "x"), 0);
    assert_int_equal(symlink("a", "b"), 0);
    assert_true(output_same("a", "b"));
    assert_false(output_same("a", "new"));
}

static int setup(void **state)
{
    (void)state;
    tempdir_make();
    return chdir(tempdir);
}

static int teardown(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

/* Guarded are a file, by any of its names, and all that is in a folder; not what is not there yet.
 */
static void test_guarded_files(void **state)
{
    (void)state;
    const char *table = "table.csv", *hard = "hard.csv", *soft = "soft.csv", *folder = "runs";
    const char *inside = "runs/last", *near = "runs.csv", *absent = "runs/new";
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(save(table, OUTPUT_NEW, "t"), 0);
    assert_int_equal(save(inside, OUTPUT_NEW, "i"), 0);
    assert_int_equal(save(near, OUTPUT_NEW, "n"), 0);
    assert_int_equal(link(table, hard), 0);
    assert_int_equal(symlink("table.csv", soft), 0);
    const struct output_guard list[] = {
        {"", "nothing", NULL}, {table, "the table", NULL}, {folder, "a run", NULL}};
    output_guard_set(list, 3);
    assert_refused(table, OUTPUT_REPLACE, "is the table, which is never overwritten");
    assert_refused(hard, OUTPUT_REPLACE, "is the table");
    assert_refused(soft, OUTPUT_REPLACE, "is the table");
    assert_refused(inside, OUTPUT_REPLACE, "is a run");
    assert_holds(table, "t");
    assert_holds(inside, "i");
    assert_int_equal(save(near, OUTPUT_REPLACE, "x"), 0);
    assert_int_equal(save(absent, OUTPUT_NEW, "x"), 0);
    assert_int_equal(save(table, OUTPUT_PRIVATE, "p"), 0);
    output_guard_set(NULL, 0);
    assert_int_equal(save(hard, OUTPUT_REPLACE, "x"), 0);
}

/* Of a folder that holds other files, too, only the names that count. */
static void test_guarded_names(void **state)
{
    (void)state;
    const char *image = "train/a_red.png", *other = "train/a_map.txt", *added = "probs.csv";
    assert_int_equal(mkdir("train", 0700), 0);
    assert_int_equal(save(image, OUTPUT_NEW, "i"), 0);
    assert_int_equal(save(other, OUTPUT_NEW, "o"), 0);
    assert_int_equal(save(added, OUTPUT_NEW, "a"), 0);
    const struct output_guard list[] = {{"train", "an image", "*_*.png"}};
    output_guard_set(list, 1);
    assert_refused(image, OUTPUT_REPLACE, "is an image, which is never overwritten");
    assert_int_equal(save(other, OUTPUT_REPLACE, "x"), 0);
    assert_int_equal(save(added, OUTPUT_REPLACE, "b"), 0);
    output_guard_add(NULL, "nothing");
    output_guard_add("-", "standard output");
    output_guard_add(added, "what is read");
    assert_refused(added, OUTPUT_REPLACE, "is what is read");
    assert_refused(image, OUTPUT_REPLACE, "is an image");
    assert_holds(added, "b");
    output_guard_set(NULL, 0);
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(test_a_new_file_follows_the_umask),
        ALONE(test_an_existing_file),
        ALONE(test_a_file_that_appears),
        ALONE(test_a_killed_process),
        ALONE(test_where_nothing_can_be_linked),
        ALONE(test_a_file_in_a_sticky_folder),
        ALONE(test_links),
        ALONE(test_places_that_cannot_be_written),
        ALONE(test_a_fifo),
        ALONE(test_a_fifo_of_a_screen),
        ALONE(test_a_socket),
        ALONE(test_a_device),
        ALONE(test_descriptors),
        ALONE(test_the_same_place_twice),
        ALONE(test_guarded_names),
        ALONE(test_guarded_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
