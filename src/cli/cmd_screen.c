/* hpa screen: one frame of the workbench as text, for documents, tests and mail. */
#include "command.h"

static int run(const struct call *call, struct err *e)
{
    struct run_query_table table;
    int columns = 80, rows = 24;
    if (options_table(call->options, &table, e) || options_size(call->options, &columns, &rows, e))
        return -1;
    const char *tab = call->options->args_n ? call->options->args[0] : "board";
    return call->screen->print(call->conf, tab, columns, rows, &table, e);
}

static const struct option options[] = {
    {"size", 0, "WxH", NULL, "columns and rows (80x24)"},
    {"probs", 0, "FILE", NULL, "of a table of scores alone: .csv (id, one column a class) or .npy"},
    {"truth", 0, "FILE", NULL, "ids and labels of that table"},
};

const struct command cmd_screen = {
    .name = "screen",
    .args = "[TAB]",
    .summary = "Print one frame of the workbench as text",
    .more = "Tabs: board, data, train, tune, errors, runs, log, help.",
    .args_max = 1,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .run = run,
};
