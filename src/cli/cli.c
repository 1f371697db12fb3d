#include "cli/cli.h"

#include <stdio.h>

void cli_prepare(char **argv)
{
    (void)argv;
}

int cli_has_command(int argc, char **argv)
{
    (void)argv;
    return argc > 0;
}

int cli_run(int argc, char **argv)
{
    (void)argc;
    fprintf(stderr, "%s: no commands yet\n", argv[0]);
    return 64;
}
