/* The table of commands, in the order in which the help shows them. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const struct command *const commands[] = {
#define COMMAND_ENTRY(name) &cmd_##name,
    COMMANDS(COMMAND_ENTRY)
#undef COMMAND_ENTRY
};

enum { COUNT = sizeof commands / sizeof commands[0], VALUE_SHOWN = 64 };

/* What a command prints goes through descriptor 1, so that changes its meaning. */
int command_writes(const char *path, struct err *e)
{
    if (!path || !output_is_standard(path))
        return 0;
    if (output_standard() != STDOUT_FILENO)
        return err_set(e, ERR_USAGE, "only one file can be standard output");
    fflush(stdout);
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (fd < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return err_set_errno(e, ERR_CREATE, errno, "standard output");
    output_use_standard(fd);
    return 0;
}

/* "train !train.size": of a section all keys but this one. */
static bool is_ignored(const char *name, const char *keys)
{
    char used[VALUE_SHOWN];
    snprintf(used, sizeof used, "!%s", name);
    return !options_is_among(used, strlen(used), keys) &&
           (options_is_among(name, strlen(name), keys) ||
            options_is_among(name, strcspn(name, "."), keys));
}

void command_tell_ignored(const struct call *call, const char *what, const char *keys)
{
    int told = 0;
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const char *name = conf_info(k)->name, *origin = conf_origin(call->conf, k);
        char value[4 * VALUE_SHOWN];
        if (*origin != '-' || !is_ignored(name, keys))
            continue;
        text_safe(conf_text(call->conf, k), value, sizeof value);
        if (!told++)
            fprintf(stderr, "hpa: warning: hpa %s does not use", what);
        fprintf(stderr, "%s %s=%s (%s)", told > 1 ? "," : "", name, value, origin);
    }
    if (told)
        fputc('\n', stderr);
}

int command_count(void)
{
    return COUNT;
}

const struct command *command_at(int index)
{
    return commands[index];
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (!strcmp(commands[i]->name, name))
            return commands[i];
    return NULL;
}

const char *command_nearest(const char *name)
{
    const char *names[COUNT];
    for (int i = 0; i < COUNT; i++)
        names[i] = commands[i]->name;
    return text_nearest(name, names, COUNT);
}
