/* Saves on file systems that cannot do everything, and where every call fails once: the file is the
 * old or the new one, and nothing is left beside it. */
#undef _FORTIFY_SOURCE /* or the C library's headers define some of these calls themselves */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/output.h"
#include "tempdir.h"
#include "test.h"

enum call {
    OPEN_UNNAMED,
    OPEN,
    LINKAT,
    LINK,
    RENAMEAT2,
    RENAME,
    FSYNC,
    FTRUNCATE,
    FALLOCATE,
    WRITE,
    PREAD,
    PWRITE,
    CLOSE,
    CALLS
};

static int fail_with[CALLS]; /* 0: it works */
static int fail_at[CALLS];   /* only the n-th; 0: every one */
static int made[CALLS];
static struct err e;

static bool fails(enum call c)
{
    made[c]++;
    if (!fail_with[c] || (fail_at[c] && made[c] != fail_at[c]))
        return false;
    errno = fail_with[c];
    return true;
}

/* In place of the C library's. */
int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    unsigned mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, unsigned) : 0;
    va_end(args);
    enum call c = (flags & O_TMPFILE) == O_TMPFILE ? OPEN_UNNAMED : OPEN;
    return fails(c) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    return fails(LINKAT) ? -1 : (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

int link(const char *from, const char *to)
{
    return fails(LINK) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    return fails(RENAMEAT2) ? -1
                            : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int rename(const char *from, const char *to)
{
    return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int fsync(int fd)
{
    return fails(FSYNC) || fd < 0 ? -1 : 0; /* nobody cuts the power here */
}

int ftruncate(int fd, off_t size)
{
    return fails(FTRUNCATE) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int fallocate(int fd, int mode, off_t at, off_t n)
{
    return fails(FALLOCATE) ? -1 : (int)syscall(SYS_fallocate, fd, mode, at, n);
}

/* As glibc's: where the file system cannot do it, what is in the file already is read. */
int posix_fallocate(int fd, off_t at, off_t n)
{
    struct stat st;
    if (!fallocate(fd, 0, at, n))
        return 0;
    if (errno != EOPNOTSUPP)
        return errno;
    bool reads = !fstat(fd, &st) && st.st_size > 0;
    return reads && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY ? EBADF : 0;
}

ssize_t write(int fd, const void *data, size_t n)
{
    return fd > STDERR_FILENO && fails(WRITE) ? -1 : syscall(SYS_write, fd, data, n);
}

ssize_t pread(int fd, void *data, size_t n, off_t at)
{
    return fails(PREAD) ? -1 : syscall(SYS_pread64, fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return fails(PWRITE) ? -1 : syscall(SYS_pwrite64, fd, data, n, at);
}

int close(int fd)
{
    int failed = (int)syscall(SYS_close, fd);
    return fails(CLOSE) ? -1 : failed;
}

static void all_works(void)
{
    memset(fail_with, 0, sizeof fail_with);
    memset(fail_at, 0, sizeof fail_at);
    memset(made, 0, sizeof made);
}

static int save(const char *path, enum output_mode mode, const char *text)
{
    memset(made, 0, sizeof made);
    err_clear(&e);
    return output_save(path, mode, text, strlen(text), &e);
}

static char *contents(const char *path)
{
    static char text[64];
    text[0] = '\0';
    FILE *f = fopen(path, "r");
    if (f && !fgets(text, sizeof text, f))
        text[0] = '\0';
    if (f)
        fclose(f);
    return text;
}

static void begin_with(const char *text)
{
    all_works();
    unlink("a");
    if (*text)
        assert_int_equal(save("a", OUTPUT_PRIVATE, text), 0);
}

/* A save that says that it failed may have been the last step's: then the new file is there. */
static void try_one(enum output_mode mode, const char *old, enum call c, int at, int number)
{
    begin_with(old);
    fail_with[c] = number;
    fail_at[c] = at;
    int failed = save("a", mode, "the new text");
    bool was_met = made[c] >= at;
    all_works();
    const char *now = contents("a");
    bool is_new = !strcmp(now, "the new text");
    if (!is_new && (!failed || strcmp(now, old)))
        fail_msg("mode %d, call %d.%d: failed %d, and then '%s'", mode, c, at, failed, now);
    if (failed && !was_met)
        fail_msg("mode %d, call %d.%d: %s", mode, c, at, e.text);
    assert_int_equal(tempdir_entries(), *now ? 1 : 0);
}

static void test_every_call_fails_once(void **state)
{
    (void)state;
    static const int numbers[] = {EIO, ENOSPC, EINTR, EPERM, EINVAL};
    for (int c = 0; c < CALLS; c++)
        for (int at = 1; at <= 3; at++)
            for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
                try_one(OUTPUT_NEW, "", (enum call)c, at, numbers[i]);
                try_one(OUTPUT_REPLACE, "old", (enum call)c, at, numbers[i]);
                try_one(OUTPUT_PRIVATE, "old", (enum call)c, at, numbers[i]);
            }
}

/* A name for the time of writing that somebody has already: another one is tried. */
static void test_a_temporary_name_that_is_taken(void **state)
{
    (void)state;
    begin_with("");
    fail_with[OPEN_UNNAMED] = EOPNOTSUPP;
    fail_with[OPEN] = EEXIST;
    fail_at[OPEN] = 1;
    assert_int_equal(save("a", OUTPUT_NEW, "the text"), 0);
    assert_true(made[OPEN] > 1);
    all_works();
    assert_string_equal(contents("a"), "the text");
}

/* Without unnamed files, without RENAME_NOREPLACE, without links: a new file still takes nobody's
 * name. */
static void test_file_systems_that_cannot(void **state)
{
    (void)state;
    static const enum call missing[] = {OPEN_UNNAMED, LINKAT, RENAMEAT2, LINK};
    for (unsigned which = 0; which < 16; which++) {
        begin_with("");
        for (int i = 0; i < 4; i++)
            fail_with[missing[i]] = which >> i & 1 ? missing[i] == RENAMEAT2 ? EINVAL : EPERM : 0;
        assert_int_equal(save("a", OUTPUT_NEW, "one"), 0);
        assert_string_equal(contents("a"), "one");
        struct output o;
        assert_int_equal(output_begin(&o, "b", OUTPUT_NEW, 4, &e), 0);
        assert_int_equal(output_write(&o, "ours", 4, &e), 0);
        assert_int_equal(save("b", OUTPUT_NEW, "theirs"), 0);
        assert_int_equal(output_commit(&o, &e), -1);
        assert_int_equal(e.code, ERR_CREATE);
        assert_string_equal(contents("b"), "theirs");
        assert_int_equal(save("a", OUTPUT_REPLACE, "two"), 0);
        assert_string_equal(contents("a"), "two");
        assert_int_equal(tempdir_entries(), 2);
        assert_int_equal(unlink("b"), 0);
    }
}

/* The name was reserved by an empty file, and then the new one cannot be renamed. */
static void test_a_reserved_name(void **state)
{
    (void)state;
    begin_with("");
    fail_with[LINKAT] = fail_with[LINK] = EPERM;
    fail_with[RENAMEAT2] = EINVAL;
    fail_with[RENAME] = EIO;
    assert_int_equal(save("a", OUTPUT_NEW, "one"), -1);
    assert_int_equal(made[RENAME], 1);
    assert_non_null(strstr(e.text, "Input/output error"));
    assert_int_equal(tempdir_entries(), 0);
}

/* A file that is a mount of its own. */
static void test_a_file_that_cannot_be_replaced(void **state)
{
    (void)state;
    struct stat before, after;
    begin_with("what was there, and longer");
    assert_int_equal(stat("a", &before), 0);
    fail_with[RENAME] = EBUSY;
    assert_int_equal(save("a", OUTPUT_PRIVATE, "never in place"), -1);
    assert_int_equal(save("a", OUTPUT_REPLACE, "new"), 0);
    assert_string_equal(contents("a"), "new");
    assert_int_equal(stat("a", &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    fail_with[PWRITE] = EINTR, fail_at[PWRITE] = 1;
    assert_int_equal(save("a", OUTPUT_REPLACE, "newer"), 0);
    fail_with[PWRITE] = fail_with[FALLOCATE] = 0;
    fail_with[FALLOCATE] = ENOSPC, fail_at[FALLOCATE] = 2; /* of the file itself */
    assert_int_equal(save("a", OUTPUT_REPLACE, "a text that finds no room"), -1);
    assert_int_equal(e.code, ERR_IO);
    assert_non_null(strstr(e.text, "No space left"));
    assert_string_equal(contents("a"), "newer");
    fail_with[FALLOCATE] = EOPNOTSUPP;
    assert_int_equal(save("a", OUTPUT_REPLACE, "without reserving"), 0);
    assert_string_equal(contents("a"), "without reserving");
    fail_with[PREAD] = EIO;
    assert_int_equal(save("a", OUTPUT_REPLACE, "x"), -1);
    fail_with[PREAD] = 0;
    fail_with[OPEN] = EACCES;
    assert_int_equal(save("a", OUTPUT_REPLACE, "x"), -1);
    assert_int_equal(tempdir_entries(), 1);
}

static int setup(void **state)
{
    (void)state;
    all_works();
    tempdir_make();
    return chdir(tempdir);
}

static int teardown(void **state)
{
    (void)state;
    all_works();
    tempdir_remove();
    return 0;
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(test_every_call_fails_once),          ALONE(test_a_temporary_name_that_is_taken),
        ALONE(test_file_systems_that_cannot),       ALONE(test_a_reserved_name),
        ALONE(test_a_file_that_cannot_be_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
