/* Whether a run is trained: by its lock, not by a process id that another process may have now; and
 * what is said of a trainer on another host, whatever its clock says. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "core/alive.h"
#include "core/process_id.h"
#include "job/job_control.h"
#include "job/work.h"
#include "small_work.h"
#include "test.h"

static const int64_t TEN_YEARS_MS = 315360000000;

static char database[FILE_PATH_MAX], lock[FILE_PATH_MAX];
static struct err e;

static int open_place(void **state)
{
    (void)state;
    char folder[FILE_PATH_MAX];
    tempdir_make();
    snprintf(folder, sizeof folder, "%s/runs/one", tempdir);
    snprintf(database, sizeof database, "%s/hpa.db", tempdir);
    snprintf(lock, sizeof lock, "%s/runs/one/lock", tempdir);
    return file_make_folders(folder, NULL);
}

/* Trained by a living process of this host: this one, which never took the lock. */
static struct run_row reused_pid(void)
{
    struct run_row row = {.status = RUN_RUNNING, .uuid = "u", .name = "one"};
    process_id_stamp(&row);
    return row;
}

static int make_lock(void)
{
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

static void lock_was_touched(int seconds_ago)
{
    struct timespec t[2];
    clock_gettime(CLOCK_REALTIME, &t[0]);
    t[0].tv_sec -= seconds_ago;
    t[1] = t[0];
    assert_int_equal(utimensat(AT_FDCWD, lock, t, 0), 0);
}

static void test_the_lock_decides(void **state)
{
    (void)state;
    struct run_row row = reused_pid();
    assert_int_equal(alive_state(database, &row), ALIVE_NO);
    int fd = make_lock();
    assert_int_equal(alive_state(database, &row), ALIVE_NO);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(alive_state(database, &row), ALIVE_YES);
    row.pid = 0x7ffffff; /* as seen from a container with ids of its own */
    assert_int_equal(alive_state(database, &row), ALIVE_YES);
    row.status = RUN_DONE;
    assert_int_equal(alive_state(database, &row), ALIVE_NO);
    close(fd);
}

/* It cannot be looked at: here it is a link. */
static void test_a_lock_that_says_nothing(void **state)
{
    (void)state;
    struct run_row row = reused_pid();
    close(make_lock());
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(symlink("elsewhere", lock), 0);
    assert_int_equal(alive_state(database, &row), ALIVE_YES); /* a heartbeat of just now */
    row.heartbeat_ms -= 600000;
    assert_int_equal(alive_state(database, &row), ALIVE_NO);
    strcpy(row.host, "container");
    assert_int_equal(alive_state(database, &row), ALIVE_SILENT);
}

static void test_after_a_restart(void **state)
{
    (void)state;
    struct run_row row = reused_pid();
    close(make_lock());
    lock_was_touched(600);
    strcpy(row.boot_id, "before the restart");
    row.heartbeat_ms -= 600000;
    assert_int_equal(alive_state(database, &row), ALIVE_NO);
}

static void test_another_host(void **state)
{
    (void)state;
    struct run_row row = reused_pid();
    char text[512];
    close(make_lock());
    lock_was_touched(600);
    strcpy(row.boot_id, "another kernel");
    strcpy(row.host, "node7");
    row.pid = 12;
    assert_int_equal(alive_state(database, &row), ALIVE_YES); /* a heartbeat of just now */
    row.heartbeat_ms += TEN_YEARS_MS;
    assert_int_equal(alive_state(database, &row), ALIVE_SILENT); /* is no sign of life */
    row.heartbeat_ms = 1700000000000;
    assert_int_equal(alive_state(database, &row), ALIVE_SILENT);
    assert_true(job_control_is_unseen(database, &row, text, sizeof text));
    assert_non_null(strstr(text, "process 12 on node7"));
    assert_non_null(strstr(text, "2023-11-14T22:13:20Z"));
    assert_non_null(strstr(text, "hpa train --resume one"));
    alive_touch(database, "one"); /* its clock is years behind, but it lives */
    assert_int_equal(alive_state(database, &row), ALIVE_YES);
    assert_false(job_control_is_unseen(database, &row, text, sizeof text));
}

/* A run of a process that was killed, whose id another process has got. */
static void test_a_sweep_finds_it(void **state)
{
    (void)state;
    struct run_row row = reused_pid(), found;
    row.config = strdup("{}");
    struct store *s = store_open(database, STORE_WRITE, &e);
    assert_non_null(s);
    assert_int_equal(run_insert(s, &row, &e), 0);
    int fd = make_lock();
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    work_sweep(database);
    assert_int_equal(run_find(s, "one", &found, &e), 0);
    assert_int_equal(found.status, RUN_RUNNING);
    run_row_fini(&found);
    close(fd);
    work_sweep(database);
    assert_int_equal(run_find(s, "one", &found, &e), 0);
    assert_int_equal(found.status, RUN_INTERRUPTED);
    run_row_fini(&found);
    run_row_fini(&row);
    store_close(s);
}

/* What names the process: of this machine and since it was started, without a line's end. */
static void the_stamp(void **state)
{
    (void)state;
    struct run_row row = {0};
    char host[256];
    assert_int_equal(gethostname(host, sizeof host), 0);
    process_id_stamp(&row);
    assert_int_equal(row.pid, getpid());
    assert_int_equal(strncmp(row.host, host, sizeof row.host - 1), 0);
    assert_int_equal(strlen(row.boot_id), 36); /* a UUID */
    assert_int_equal(strspn(row.boot_id, "0123456789abcdef-"), 36);
    assert_true(llabs((long long)(row.heartbeat_ms - clock_unix_ms())) < 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stamp),
        cmocka_unit_test_setup_teardown(test_the_lock_decides, open_place, small_data_remove),
        cmocka_unit_test_setup_teardown(test_a_lock_that_says_nothing, open_place,
                                        small_data_remove),
        cmocka_unit_test_setup_teardown(test_after_a_restart, open_place, small_data_remove),
        cmocka_unit_test_setup_teardown(test_another_host, open_place, small_data_remove),
        cmocka_unit_test_setup_teardown(test_a_sweep_finds_it, open_place, small_data_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
