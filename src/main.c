#include "cli/cli.h"
#include "tui/tui.h"

__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int argc, char **argv,
                                                            char **env) = cli_before_libraries;

int main(int argc, char **argv)
{
    static const struct cli_screen screen = {
        .run = tui_run, .print = tui_print, .key_table = tui_key_table};
    cli_prepare(argv);
    return cli_run(argc, argv, &screen);
}
