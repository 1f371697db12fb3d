/* However a process ends, the terminal gets the bytes that restore it, once, and the exit status
 * stays what it was. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rescue.h"

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
    rescue_disarm();
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
        rescue_arm(terminal[1], RESTORE, strlen(RESTORE));
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
        cmocka_unit_test(test_disarmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
