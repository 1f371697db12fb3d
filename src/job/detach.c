/* Processes that outlive the one that starts them. */
#define _GNU_SOURCE
#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

/* Standard streams of the detached process: nothing to read, everything said into its log. */
static int plan_streams(posix_spawn_file_actions_t *actions, const char *log)
{
    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, log,
                                            O_WRONLY | O_CREAT | O_APPEND, 0600) ||
           posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
}

int detach_start(char *const argv[], const char *log, pid_t *pid)
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
