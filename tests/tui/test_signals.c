/* A terminal that takes nothing more: the signal that ends the program reaches the job at once, and
 * the writing ends a second later. The terminal is a full pipe; the writer tries again after EINTR,
 * as ncurses does. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "term/signals.h"
#include "test.h"

static void tell(void *context)
{
    ssize_t put = write(*(int *)context, "s", 1);
    (void)put;
}

static void write_all(int fd, size_t n)
{
    static const char bytes[4096];
    while (n > 0) {
        ssize_t put = write(fd, bytes, n < sizeof bytes ? n : sizeof bytes);
        if (put < 0 && errno != EINTR)
            return;
        n -= put > 0 ? (size_t)put : 0;
    }
}

/* In a process of its own: hangs in a write until the signal comes. */
static void hang(int terminal, int told)
{
    signals_block();
    signals_on_terminate(tell, &told);
    signals_writing(terminal);
    tell(&told);
    write_all(terminal, 1 << 20);
    signals_written();
    struct signals_seen seen = signals_take();
    _exit(seen.terminate && signals_diverted() ? 0 : 1);
}

static void test_a_stalled_terminal(void **state)
{
    (void)state;
    int terminal[2], told[2], status = 0;
    char byte;
    assert_int_equal(pipe(terminal) || pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
        close(terminal[0]); /* so that it ends with us */
        dup2(terminal[1], STDOUT_FILENO);
        close(terminal[1]);
        hang(STDOUT_FILENO, told[1]);
    }
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1); /* it is about to write */
    kill(child, SIGTERM);
    assert_int_equal(read(told[0], &byte, 1), 1); /* the job is asked to stop */
    struct pollfd end = {told[0], POLLIN, 0};
    if (poll(&end, 1, 60000) <= 0)
        kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(terminal[0]);
    close(terminal[1]);
    close(told[0]);
}

/* Blocked while the loop works, seen when it waits; one that came while writing is not slept over.
 */
static void test_signals_come_when_the_loop_waits(void **state)
{
    (void)state;
    signals_block();
    kill(getpid(), SIGTERM);
    assert_false(signals_take().terminate);
    assert_int_equal(signals_wait(NULL, 0, 60000), -1);
    struct signals_seen seen = signals_take();
    assert_true(seen.terminate);
    assert_false(seen.hang_up);
    signals_writing(STDOUT_FILENO);
    kill(getpid(), SIGHUP);
    signals_written();
    assert_int_equal(signals_wait(NULL, 0, -1), 0);
    assert_true(signals_take().hang_up);
    assert_false(signals_diverted());
    signals_unblock();
    assert_int_equal(alarm(0), 0); /* none is left that would end the program later */
}

/* What ends the screen: SIGTERM and the warnings of batch systems. A file that may not grow ends
 * nothing. */
static void test_which_signals(void **state)
{
    (void)state;
    static const int ends[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGXCPU};
    signals_block();
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        kill(getpid(), ends[i]);
        assert_int_equal(signals_wait(NULL, 0, 60000), -1);
        assert_true(signals_take().terminate);
    }
    kill(getpid(), SIGXFSZ);
    kill(getpid(), SIGPIPE);
    assert_int_equal(signals_wait(NULL, 0, 0), 0);
    assert_false(signals_take().terminate);
    signals_unblock();
    struct sigaction now;
    assert_int_equal(sigaction(SIGXFSZ, NULL, &now), 0);
    assert_true(now.sa_handler == SIG_DFL); /* as before: for programs that we start */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stalled_terminal),
        cmocka_unit_test(test_signals_come_when_the_loop_waits),
        cmocka_unit_test(test_which_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
