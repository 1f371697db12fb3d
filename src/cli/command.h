/* What a command is, and the table of all of them. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>

#include "base/output.h"
#include "cli/cli.h"
#include "options.h"

/* One call of a command. */
struct call {
    const struct options *options;
    struct conf *conf;
    const struct cli_screen *screen;
    bool json, quiet;
    struct err *lost; /* set when rows did not get into the store: no call ends with 0 then */
    enum output_mode output; /* OUTPUT_REPLACE: --force */
};

struct command {
    const char *name;
    const char *args;    /* as the usage line shows them: "RUN [FILE]" */
    const char *summary; /* one line */
    const char *more;    /* further lines for `hpa help NAME`, or NULL */
    int args_min, args_max;
    const struct option *options;
    int options_n;
    const char *section; /* every key of this section is an option, too; or NULL */
    const char *ignores; /* sections and keys that it never reads, but !KEY; or NULL */
    int (*run)(const struct call *call, struct err *e);
};

/* clang-format off */
#define COMMANDS(X) \
    X(synth) \
    X(scan) \
    X(eda) \
    X(split) \
    X(stats) \
    X(train) \
    X(follow) \
    X(pause) \
    X(resume) \
    X(stop) \
    X(checkpoint) \
    X(lr) \
    X(queue) \
    X(eval) \
    X(tune) \
    X(score) \
    X(thresholds) \
    X(errors) \
    X(predict) \
    X(runs) \
    X(export) \
    X(import) \
    X(config) \
    X(screen) \
    X(completion) \
    X(man) \
    X(bench)
/* clang-format on */

#define COMMAND_DECLARE(name) extern const struct command cmd_##name;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* An option of every command that writes files. */
#define COMMAND_FORCE                                                                              \
    {                                                                                              \
        "force", 0, NULL, NULL, "overwrite files that exist"                                       \
    }

/* Said of every file that the command will write, NULL: none, before it starts threads. When one is
 * standard output, the command's own report goes to standard error. ERR_USAGE for a second one. */
int command_writes(const char *path, struct err *e);

/* Warn of flags that set a key among `keys` (sections and whole names, blanks between), which
 * `what` ("train --queue") does not read. */
void command_tell_ignored(const struct call *call, const char *what, const char *keys);

int command_count(void);
const struct command *command_at(int index);
const struct command *command_find(const char *name); /* or NULL */
const char *command_nearest(const char *name);        /* or NULL */

#endif
