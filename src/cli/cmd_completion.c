/* hpa completion: the script that completes hpa's command line in a shell. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "command.h"
#include "completion.h"

static const struct shell {
    const char *name;
    void (*print)(FILE *out);
} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

static int run(const struct call *call, struct err *e)
{
    const char *wanted = call->options->args[0];
    char shown[100];
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (!strcmp(shells[i].name, wanted)) {
            shells[i].print(stdout);
            return 0;
        }
    text_safe(wanted, shown, sizeof shown);
    return err_set(e, ERR_USAGE, "'%s' is none of the shells bash, zsh and fish", shown);
}

const struct command cmd_completion = {
    .name = "completion",
    .args = "bash|zsh|fish",
    .summary = "Print the script that completes hpa's command line in a shell",
    .more = "`make install` puts all three where the shells look. To use one now:\n"
            "    source <(hpa completion bash)\n"
            "    source <(hpa completion zsh)\n"
            "    hpa completion fish | source",
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
