/* A disk that fails while the store is read: what SQLite calls damage then is none. The system's
 * reading is replaced below SQLite's own files, so that the errors are those of a real disk. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sample.h"
#include "statement.h"
#include "test.h"

static int fail_from, fail_n, reads; /* which readings fail: so many from this one on */
static int with;                     /* errno */
static struct err e;

static bool fails(void)
{
    reads++;
    if (reads < fail_from || reads >= fail_from + fail_n)
        return false;
    errno = with;
    return true;
}

static ssize_t read_at(int fd, void *data, size_t n, off_t at)
{
    return fails() ? -1 : pread(fd, data, n, at);
}

static ssize_t read_next(int fd, void *data, size_t n)
{
    return fails() ? -1 : read(fd, data, n);
}

static void arm(int from, int n, int number)
{
    reads = 0;
    fail_from = from;
    fail_n = n;
    with = number;
}

static int install(void **state)
{
    sqlite3_initialize();
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSetSystemCall(vfs, "pread", (sqlite3_syscall_ptr)read_at);
    vfs->xSetSystemCall(vfs, "pread64", (sqlite3_syscall_ptr)read_at);
    vfs->xSetSystemCall(vfs, "read", (sqlite3_syscall_ptr)read_next);
    return scratch_make(state);
}

static void fresh(void)
{
    arm(0, 0, 0);
    unlink(scratch_path("d.db"));
    struct store *s = sample_open("d.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    store_close(s);
}

static void expect_opens(enum store_mode mode, int number)
{
    int n = 1;
    for (bool met = true; met; n++) {
        arm(n, 1, number);
        struct store *s = store_open(scratch_path("d.db"), mode, &e);
        met = reads >= n;
        if (!s)
            fail_msg("reading %d: %s", n, e.text);
        store_close(s);
    }
    assert_true(n > 3);
}

static void one_error_while_it_is_opened(void **state)
{
    (void)state;
    fresh();
    expect_opens(STORE_WRITE, EIO);
    expect_opens(STORE_READ, EIO);
    expect_opens(STORE_READ, ESTALE);
}

static void a_disk_that_fails_for_good(void **state)
{
    (void)state;
    fresh();
    arm(0, 0, 0);
    store_close(store_open(scratch_path("d.db"), STORE_READ, &e));
    int first_and_last[] = {1, reads};
    for (int i = 0; i < 2; i++) {
        arm(first_and_last[i], 1000, EIO);
        assert_null(store_open(scratch_path("d.db"), STORE_READ, &e));
        assert_int_equal(e.code, ERR_IO);
        assert_non_null(strstr(e.text, "Input/output error"));
        assert_null(strstr(e.text, "damaged"));
        assert_null(strstr(e.text, "malformed"));
    }
}

/* The writer tries again for as long as a failure may pass. */
static void a_row_that_waits_for_the_disk(void **state)
{
    (void)state;
    struct step_row row = {1, 1, .1, 2};
    fresh();
    struct store *s = sample_open("d.db", STORE_WRITE);
    assert_int_equal(store_begin(s, &e), 0);
    arm(1, 1000, EIO);
    assert_int_equal(run_put_step(s, "u1", &row, &e), -1);
    assert_true(statement_may_pass(s));
    assert_int_equal(e.code, ERR_IO);
    arm(0, 0, 0);
    assert_int_equal(store_end(s, 0, &e), 0);
    store_close(s);
}

static void damage_is_still_named(void **state)
{
    (void)state;
    fresh();
    FILE *f = fopen(scratch_path("d.db"), "r+");
    assert_non_null(f);
    for (int i = 0; i < 2000; i++)
        fputc('x', f);
    fclose(f);
    assert_null(store_open(scratch_path("d.db"), STORE_READ, &e));
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "is damaged or no store"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_error_while_it_is_opened),
        cmocka_unit_test(a_disk_that_fails_for_good),
        cmocka_unit_test(a_row_that_waits_for_the_disk),
        cmocka_unit_test(damage_is_still_named),
    };
    return cmocka_run_group_tests(tests, install, scratch_remove);
}
