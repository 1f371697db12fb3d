/* A terminal for the program under test, with a user in a process of its own who waits for words on
 * the screen and types. ncurses moves the cursor over what is there already, so only words are
 * waited for. */
#ifndef TESTS_TERMINAL_H
#define TESTS_TERMINAL_H

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { TERMINAL_PATIENCE_MS = 60000, TERMINAL_SEEN = 1 << 16 };

struct terminal_step {
    const char *wait; /* a word that appears on the screen; NULL: the end */
    const char *type; /* what is typed then */
};

struct terminal {
    pid_t user;
    int master, saved_in, saved_out;
};

/* Reads on until the word is there, or `patience` ms nothing came; forgets what was seen with it.
 */
static inline bool terminal_see(int master, const char *word, char *seen, size_t *n)
{
    for (;;) {
        seen[*n] = '\0';
        char *found = strstr(seen, word);
        if (found) {
            *n -= (size_t)(found - seen) + strlen(word);
            memmove(seen, found + strlen(word), *n);
            return true;
        }
        struct pollfd p = {.fd = master, .events = POLLIN};
        if (*n > TERMINAL_SEEN / 2) {
            *n = TERMINAL_SEEN / 4;
            memmove(seen, seen + TERMINAL_SEEN / 4, *n);
        }
        ssize_t got = poll(&p, 1, TERMINAL_PATIENCE_MS) == 1 ? read(master, seen + *n, 4096) : -1;
        if (got <= 0)
            return false;
        *n += (size_t)got;
    }
}

/* Does what the steps say, then only reads. Exit code 0: every word was seen. A word that does not
 * come ends the program by closing its terminal. */
static inline void terminal_user(int master, const struct terminal_step *step)
{
    char *seen = calloc(1, TERMINAL_SEEN + 1);
    size_t n = 0;
    for (; step->wait; step++) {
        if (!terminal_see(master, step->wait, seen, &n)) {
            fprintf(stderr, "terminal: %s was waited for in vain: %s\n", step->wait, seen);
            _exit(1);
        }
        if (write(master, step->type, strlen(step->type)) < 0)
            _exit(2);
    }
    while (read(master, seen, TERMINAL_SEEN) > 0)
        continue;
    _exit(0);
}

/* From here on standard input and output are a terminal of 100x32. Before the test has threads. */
static inline struct terminal terminal_begin(const struct terminal_step *steps)
{
    struct terminal t = {.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    struct winsize size = {.ws_row = 32, .ws_col = 100};
    assert_true(t.master >= 0);
    assert_int_equal(grantpt(t.master), 0);
    assert_int_equal(unlockpt(t.master), 0);
    int slave = open(ptsname(t.master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    ioctl(slave, TIOCSWINSZ, &size);
    fflush(stdout);
    t.saved_in = dup(STDIN_FILENO);
    t.saved_out = dup(STDOUT_FILENO);
    t.user = fork();
    if (t.user == 0) {
        close(slave);
        terminal_user(t.master, steps);
    }
    close(t.master);
    dup2(slave, STDIN_FILENO);
    dup2(slave, STDOUT_FILENO);
    close(slave);
    setenv("TERM", "xterm-256color", 1);
    unsetenv("TMUX");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    return t;
}

/* Standard input and output as they were; the user must have seen everything. */
static inline void terminal_end(struct terminal *t)
{
    int status;
    fflush(stdout);
    dup2(t->saved_in, STDIN_FILENO);
    dup2(t->saved_out, STDOUT_FILENO);
    close(t->saved_in);
    close(t->saved_out);
    assert_int_equal(waitpid(t->user, &status, 0), t->user);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#endif
