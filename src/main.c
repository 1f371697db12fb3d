#include "cli/cli.h"

int main(int argc, char **argv)
{
    static const struct cli_screen screen = {0};
    cli_prepare(argv);
    return cli_run(argc, argv, &screen);
}
