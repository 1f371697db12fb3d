/* Scripts that complete the command line of hpa in a shell, from the tables of commands, options
 * and keys. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

#include "command.h"
#include "flags.h"

/* One shell's. */
void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);

/* What an argument or a value may be. */
enum completion_kind {
    COMPLETION_NONE,
    COMPLETION_WORDS,
    COMPLETION_FILES,
    COMPLETION_RUNS,
    COMPLETION_KEYS
};
/* Of a flag's value. For words, `words` are the allowed ones with blanks between. */
enum completion_kind completion_value(const struct flag *flag, char *words, int size);
/* The actions of a command as its usage has them, "list show rm", with blanks between. */
void completion_actions(const struct command *c, char *words, int size);
bool completion_takes_runs(const struct command *c);
bool completion_takes_files(const struct command *c);
/* A shell command that prints the names of runs, one a line. */
extern const char completion_run_names[];

#endif
