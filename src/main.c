#include "cli/cli.h"

int main(int argc, char **argv)
{
    cli_prepare(argv);
    return cli_run(argc, argv);
}
