/* However a process ends, the terminal gets the bytes that restore it, once, and the exit status
 * stays what it was. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "term/terminal_restore.h"
#include "test.h"

#define RESTORE "\033[?1049l"

typedef void deed(int number);

static void crash(int number)
{
    raise(number);
}

static void end_fatally(int number)
{
    (void)number;
    mem_fatal("no more room");
}

static void disarm_and_crash(int number)
{
    terminal_restore_disarm();
    raise(number);
}

/* The child's exit status; what it wrote to its terminal is in `seen`. */
static int end_of(deed *what, int number, char seen[64])
{
    int terminal[2], status = 0;
    size_t n = 0;
    assert_int_equal(pipe(terminal), 0);
    pid_t child = fork();
    if (child == 0) {
        close(terminal[0]);
        terminal_restore_arm(terminal[1], RESTORE, strlen(RESTORE));
        what(number);
        _exit(111);
    }
    close(terminal[1]);
    for (ssize_t got; n < 63 && (got = read(terminal[0], seen + n, 63 - n)) > 0;)
        n += (size_t)got;
    seen[n] = '\0';
    close(terminal[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void test_crashes(void **state)
{
    (void)state;
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};
    char seen[64];
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        int status = end_of(crash, crashes[i], seen);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), crashes[i]);
        assert_string_equal(seen, RESTORE);
    }
}

static void test_a_fatal_error(void **state)
{
    (void)state;
    char seen[64];
    int status = end_of(end_fatally, 0, seen);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 111);
    assert_string_equal(seen, RESTORE);
}

struct drawing { /* shared by both processes */
    int fd;
    atomic_int frames;
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void wait_for_frames(struct drawing *d, int more)
{
    for (int from = atomic_load(&d->frames); atomic_load(&d->frames) < from + more;)
        nap();
}

static void *draw(void *context)
{
    for (struct drawing *d = context;; atomic_fetch_add(&d->frames, 1), nap())
        if (write(d->fd, "f", 1) < 0)
            return NULL;
}

static void fill(int fd)
{
    static const char zeros[4096];
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    while (write(fd, zeros, sizeof zeros) > 0)
        ;
    fcntl(fd, F_SETFL, flags);
}

/* Its message finds no room: so it stays between restoring the terminal and its end. */
static void end_while_drawing(struct drawing *d, int message)
{
    pthread_t thread;
    fill(message);
    dup2(message, STDERR_FILENO);
    terminal_restore_arm(d->fd, RESTORE, strlen(RESTORE));
    if (pthread_create(&thread, NULL, draw, d) == 0) {
        wait_for_frames(d, 1);
        mem_fatal("no more room");
    }
    _exit(111);
}

/* Another thread has no memory while the screen's draws: nothing is drawn on the terminal that was
 * restored. */
static void test_nothing_is_drawn_afterwards(void **state)
{
    (void)state;
    static char seen[1 << 16];
    char drain[4096];
    int terminal[2], message[2], status;
    size_t n = 0;
    struct drawing *d =
        mmap(NULL, sizeof *d, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(d != MAP_FAILED && pipe(terminal) == 0 && pipe(message) == 0);
    d->fd = terminal[1];
    pid_t child = fork();
    if (child == 0)
        end_while_drawing(d, message[1]);
    close(terminal[1]);
    close(message[1]);
    while (!strstr(seen, RESTORE) && n < sizeof seen - 1) {
        ssize_t got = read(terminal[0], seen + n, sizeof seen - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
    }
    wait_for_frames(d, 2);
    while (read(message[0], drain, sizeof drain) > 0)
        ;
    for (ssize_t got; (got = read(terminal[0], seen + n, sizeof seen - 1 - n)) > 0;)
        n += (size_t)got;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 70);
    assert_string_equal(strstr(seen, RESTORE), RESTORE);
    close(terminal[0]);
    close(message[0]);
    munmap(d, sizeof *d);
}

static void test_disarmed(void **state)
{
    (void)state;
    char seen[64];
    int status = end_of(disarm_and_crash, SIGFPE, seen);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGFPE);
    assert_string_equal(seen, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crashes),
        cmocka_unit_test(test_a_fatal_error),
        cmocka_unit_test(test_nothing_is_drawn_afterwards),
        cmocka_unit_test(test_disarmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
