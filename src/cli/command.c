/* The table of commands, in the order in which the help shows them. */
#include "command.h"

#include <string.h>

#include "base/text.h"

static const struct command *const commands[] = {
#define COMMAND_ENTRY(name) &cmd_##name,
    COMMANDS(COMMAND_ENTRY)
#undef COMMAND_ENTRY
};

enum { COUNT = sizeof commands / sizeof commands[0] };

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
