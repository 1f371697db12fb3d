/* Every option of a command, from all tables: its own, the keys of its section, those of every
 * command. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include "command.h"

struct flag {
    char name[64];       /* without the dashes */
    char letter;         /* 0: none */
    const char *value;   /* what stands for its value in the help; NULL: it takes none */
    const char *allowed; /* "a|b" or "1..9"; "" when anything goes */
    const char *help;
};

typedef void flags_do(void *context, const struct flag *flag);

/* Those of `c` alone, NULL: of the workbench. */
void flags_own(const struct command *c, flags_do *visit, void *context);
/* Those that every command takes. */
void flags_global(flags_do *visit, void *context);

#endif
