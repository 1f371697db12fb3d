#include "cli/cli.h"

static int no_screen(const struct conf *c, bool start_training, struct err *e)
{
    (void)c, (void)start_training;
    return err_set(e, ERR_FAIL, "this build has no screen");
}

static int no_print(const struct conf *c, const char *tab, int columns, int rows, struct err *e)
{
    (void)tab, (void)columns, (void)rows;
    return no_screen(c, false, e);
}

int main(int argc, char **argv)
{
    static const struct cli_screen screen = {.run = no_screen, .print = no_print};
    cli_prepare(argv);
    return cli_run(argc, argv, &screen);
}
