#include "cli/cli.h"

static int no_screen(const struct conf *c, struct err *e)
{
    (void)c;
    return err_set(e, ERR_FAIL, "this build has no screen");
}

int main(int argc, char **argv)
{
    static const struct cli_screen screen = {.run = no_screen};
    cli_prepare(argv);
    return cli_run(argc, argv, &screen);
}
