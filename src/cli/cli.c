/* From the arguments to the exit code. Main thread only; a command runs in it from start to end.
 * Data goes to standard output, everything else to standard error. */
#include "cli/cli.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/version.h"
#include "command.h"
#include "help.h"
#include "interrupt.h"
#include "kern/gemm.h"
#include "standard.h"

static const char one_thread[] = "OPENBLAS_NUM_THREADS=1";

/* The program again, with one_thread; returns when that cannot be. */
static void start_again(char **argv, char **env, size_t n)
{
    char **more = malloc((n + 2) * sizeof *more);
    if (!more)
        return;
    memcpy(more, env, n * sizeof *more);
    more[n] = (char *)(uintptr_t)one_thread;
    more[n + 1] = NULL;
    execve("/proc/self/exe", argv, more);
    free(more);
}

/* What is said when the libraries' start does not end. */
static char stuck[sizeof((struct err *)0)->text + 8];

static void end_stuck(int number)
{
    (void)number;
    if (write(STDERR_FILENO, stuck, strlen(stuck)) < 0)
        _exit(err_exit_code(ERR_IO));
    _exit(err_exit_code(ERR_NOMEM));
}

/* A start takes milliseconds; one that tries for ever uses the processor all the time. */
static void watch_start(const struct err *e)
{
    struct itimerval patience = {.it_value = {.tv_sec = 2}};
    struct sigaction end = {.sa_handler = end_stuck};
    snprintf(stuck, sizeof stuck, "hpa: %s\n", e->text);
    sigemptyset(&end.sa_mask);
    sigaction(SIGPROF, &end, NULL);
    setitimer(ITIMER_PROF, &patience, NULL);
}

static void end_watch(void)
{
    struct itimerval never = {0};
    if (!stuck[0])
        return;
    setitimer(ITIMER_PROF, &never, NULL);
    signal(SIGPROF, SIG_DFL);
}

void cli_before_libraries(int argc, char **argv, char **env)
{
    (void)argc;
    struct err e;
    size_t n = 0, name = strcspn(one_thread, "=") + 1;
    bool found = false;
    for (; env[n]; n++)
        if (!strncmp(env[n], one_thread, name)) {
            env[n] = (char *)(uintptr_t)one_thread; /* what the libraries will read */
            found = true;
        }
    if (!found)
        start_again(argv, env, n);
    if (gemm_check_load(&e)) {
        dprintf(STDERR_FILENO, "hpa: %s\n", e.text);
        _exit(err_exit_code(e.code));
    }
    if (gemm_load_may_hang(&e))
        watch_start(&e);
}

void cli_prepare(char **argv)
{
    const char *threads = getenv("OPENBLAS_NUM_THREADS");
    end_watch();
    standard_open();
    prctl(PR_SET_NAME, "hpa"); /* else /proc/self/exe makes it "exe" */
    mem_give_back_large();
    json_begin();
    if (threads && !strcmp(threads, "1"))
        return;
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    execv("/proc/self/exe", argv); /* when this fails, OpenBLAS is only slower */
}

static void end_with_message(enum err_code code, const char *message)
{
    fprintf(stderr, "hpa: %s\n", message);
    _exit(err_exit_code(code));
}

/* As every program that writes into a pipe whose reader has gone: without a word. */
static int end_by_pipe(void)
{
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    return err_exit_code(ERR_PIPE);
}

static int complain(const struct options *o, const struct err *e)
{
    char safe[4 * sizeof e->text];
    if (e->code == ERR_PIPE)
        return end_by_pipe();
    bool unsaid = e->code == ERR_NONE;
    text_safe(unsaid ? "failed without saying why, which is a bug in hpa" : e->text, safe,
              sizeof safe);
    fprintf(stderr, "hpa%s%s: %s\n", o->command ? " " : "", o->command ? o->command->name : "",
            safe);
    return err_exit_code(unsaid ? ERR_BUG : e->code);
}

static int end_of_help(void)
{
    struct options none = {0};
    struct err e;
    return standard_flush(&e) ? complain(&none, &e) : 0;
}

static int help_on(const char *topic)
{
    struct options none = {0};
    struct err e;
    const struct command *c = topic ? command_find(topic) : NULL;
    if (!topic) {
        help_program(stdout);
        return end_of_help();
    }
    if (c) {
        help_command(stdout, c);
        return end_of_help();
    }
    const char *near = command_nearest(topic);
    err_set(&e, ERR_USAGE, "unknown command '%s'%s%s%s", topic, near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "");
    return complain(&none, &e);
}

static int help_on_keys(const struct cli_screen *screen)
{
    char *table = screen->key_table();
    fputs(table, stdout);
    free(table);
    return end_of_help();
}

/* `hpa help [COMMAND | keys]` is no command of its own: it takes any. */
static int help_asked(const struct options *o, const struct cli_screen *screen)
{
    struct options none = {0};
    struct err e;
    const char *topic = o->args_n ? o->args[0] : NULL;
    if (o->args_n > 1) {
        err_set(&e, ERR_USAGE, "'%s' is too much; usage: hpa help [COMMAND | keys]", o->args[1]);
        return complain(&none, &e);
    }
    return topic && !strcmp(topic, "keys") ? help_on_keys(screen) : help_on(topic);
}

static bool takes(const struct command *c, const char *option)
{
    for (int i = 0; i < c->options_n; i++)
        if (strcmp(c->options[i].name, option) == 0)
            return true;
    return false;
}

/* Before the command they are known; it may have none of that name. */
static int check_workbench_options(const struct options *o, struct err *e)
{
    int n;
    const struct option *table = options_workbench(&n);
    for (int i = 0; i < n; i++)
        if (options_has(o, table[i].name) && !takes(o->command, table[i].name))
            return err_set(e, ERR_USAGE, "--%s is for the workbench, not for this command",
                           table[i].name);
    return 0;
}

static int check_arguments(const struct options *o, struct err *e)
{
    const struct command *c = o->command;
    if (check_workbench_options(o, e))
        return -1;
    if (o->args_n < c->args_min)
        return err_set(e, ERR_USAGE, "an argument is missing; usage: hpa %s %s", c->name, c->args);
    if (o->args_n > c->args_max)
        return err_set(e, ERR_USAGE, "'%s' is too much; usage: hpa %s%s%s", o->args[c->args_max],
                       c->name, *c->args ? " " : "", c->args);
    return 0;
}

static int freeze_clock(struct err *e)
{
    const char *text = getenv("HPA_CLOCK");
    double seconds;
    if (!text)
        return 0;
    if (!text_real(text, &seconds) || seconds < 0)
        return err_set(e, ERR_CONFIG, "environment: HPA_CLOCK: not a number of seconds");
    clock_freeze(seconds);
    return 0;
}

static int run_workbench(const struct call *call, struct err *e)
{
    struct run_query_table table;
    if (options_table(call->options, &table, e))
        return -1;
    if (table.probs && options_has(call->options, "train"))
        return err_set(e, ERR_USAGE, "--train needs a data set; a table of scores has none");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(e, ERR_USAGE,
                       "the workbench needs a terminal; without one use a command, such as "
                       "`hpa train` or `hpa screen board` (`hpa help` lists all)");
    output_use_standard(-1);
    return call->screen->run(call->conf, options_has(call->options, "train"), &table, e);
}

static void warn_of_ignored(const struct conf *c)
{
    if (conf_ignored(c))
        fprintf(stderr, "hpa: warning: %s\n", conf_ignored(c));
}

static int run_command(const struct options *o, const struct cli_screen *screen, struct err *e)
{
    struct err lost = {0};
    struct call call = {.options = o,
                        .lost = &lost,
                        .screen = screen,
                        .conf = conf_new(),
                        .json = options_has(o, "json"),
                        .quiet = options_has(o, "quiet"),
                        .output = options_has(o, "force") ? OUTPUT_REPLACE : OUTPUT_NEW};
    int failed = (o->command && check_arguments(o, e)) || freeze_clock(e) ||
                 options_configure(o, call.conf, e);
    warn_of_ignored(call.conf);
    if (!failed && o->command && o->command->ignores)
        command_tell_ignored(&call, o->command->name, o->command->ignores);
    if (!failed && o->command)
        interrupt_install();
    if (!failed)
        failed = o->command ? o->command->run(&call, e) : run_workbench(&call, e);
    conf_free(call.conf);
    if (!failed && lost.code != ERR_NONE)
        failed = err_set(e, lost.code, "%s", lost.text);
    if (failed || !o->command) /* frames are no data: one that a signal cut off was drawn again */
        return failed;
    return standard_flush(e);
}

int cli_run(int argc, char **argv, const struct cli_screen *screen)
{
    struct options o;
    struct err e = {0};
    mem_set_fatal_hook(end_with_message);
    if (options_parse(&o, argc, argv, &e))
        return complain(&o, &e);
    if (o.help)
        return help_asked(&o, screen);
    if (options_has(&o, "help"))
        return help_on(o.command ? o.command->name : NULL);
    if (options_has(&o, "version")) {
        puts("hpa " HPA_VERSION);
        return end_of_help();
    }
    return run_command(&o, screen, &e) ? complain(&o, &e) : 0;
}
