/* Processes that outlive the one that starts them. */
#define _GNU_SOURCE
#include "job/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/run_files.h"
#include "run/saved_run.h"

enum { WORDS_MAX = 8 };

/* Standard streams of the detached process: nothing to read, everything said into its log. */
static int plan_streams(posix_spawn_file_actions_t *actions, const char *log)
{
    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, log,
                                            O_WRONLY | O_CREAT | O_APPEND, 0600) ||
           posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
}

static int spawn(char *const argv[], const char *log, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int failed = plan_streams(&actions, log) ? ENOMEM : 0;
    if (!failed)
        failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    if (!failed)
        failed = posix_spawn(pid, "/proc/self/exe", &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* -s KEY=VALUE of what this process decides; nothing of the screen, which the other has not. */
static int add_settings(const struct work *w, char *argv[])
{
    int count = 0;
    for (int key = 0; key < CONF_ALL_KEYS; key++) {
        const char *name = conf_info(key)->name;
        const char *value = key == CONF_WORK_DIR ? w->folder : conf_text(w->conf, key);
        if (!saved_run_decides_here(w->conf, key) || !strncmp(name, "ui.", 3))
            continue;
        argv[count++] = xstrdup("-s");
        argv[count++] = xasprintf("%s=%s", name, value);
    }
    return count;
}

int detach_start(const struct work *w, const char *const words[], const char *log, pid_t *pid,
                 struct err *e)
{
    char *argv[2 * CONF_ALL_KEYS + WORDS_MAX + 4] = {xstrdup("hpa")};
    int count = 1;
    if (conf_file(w->conf)) { /* paths of its runs hold in the folder of that file */
        argv[count++] = xstrdup("-c");
        argv[count++] = xstrdup(conf_file(w->conf));
    }
    count += add_settings(w, argv + count);
    for (int i = 0; words[i]; i++)
        argv[count++] = xstrdup(words[i]);
    int failed = spawn(argv, log, pid);
    for (int i = 0; i < count; i++)
        free(argv[i]);
    return failed ? err_set_errno(e, ERR_FAIL, failed, "cannot start hpa %s", words[0]) : 0;
}

int detach_run(const struct work *w, const char *run, struct err *e)
{
    const char *const words[] = {"train", "--resume", run, "--then-queue", NULL};
    char log[FILE_PATH_MAX];
    pid_t pid;
    if (work_run_path(w, run, RUN_FILES_DETACHED_LOG, log, e) ||
        detach_start(w, words, log, &pid, e))
        return -1;
    log_info("run %s goes on without a screen, process %d, log in %s", run, (int)pid, log);
    return 0;
}
