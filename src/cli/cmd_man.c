/* hpa man: the manual pages. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "command.h"
#include "man.h"

static int run(const struct call *call, struct err *e)
{
    const char *page = call->options->args_n ? call->options->args[0] : "hpa";
    char shown[100];
    if (!strcmp(page, "hpa"))
        man_program(stdout);
    else if (!strcmp(page, "hpa.conf"))
        man_conf(stdout);
    else
        return err_set(e, ERR_USAGE, "'%s' is neither hpa nor hpa.conf",
                       (text_safe(page, shown, sizeof shown), shown));
    return 0;
}

const struct command cmd_man = {
    .name = "man",
    .args = "[hpa | hpa.conf]",
    .summary = "Print a manual page, as roff",
    .more = "`make install` puts both where man looks. To read one now:\n"
            "    hpa man | man -l -\n"
            "    hpa man hpa.conf | man -l -",
    .args_max = 1,
    .run = run,
};
