/* hpa screen: one frame of the workbench as text, for documents, tests and mail. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command.h"

enum { SIDE_MAX = 1000 };

/* "160x48" */
static int parse_size(const char *text, int *columns, int *rows, struct err *e)
{
    char left[16], shown[64];
    int64_t w, h;
    const char *x = strchr(text, 'x');
    size_t n = x ? (size_t)(x - text) : sizeof left;
    if (n < sizeof left) {
        memcpy(left, text, n);
        left[n] = '\0';
        if (text_int(left, &w) && text_int(x + 1, &h) && w >= 1 && h >= 1 && w <= SIDE_MAX &&
            h <= SIDE_MAX) {
            *columns = (int)w;
            *rows = (int)h;
            return 0;
        }
    }
    text_safe(text, shown, sizeof shown);
    return err_set(e, ERR_USAGE, "--size: '%s' is not COLUMNSxROWS, such as 160x48", shown);
}

static int run(const struct call *call, struct err *e)
{
    const char *size = options_text(call->options, "size");
    struct service_table table;
    int columns = 80, rows = 24;
    if (options_table(call->options, &table, e))
        return -1;
    if (size && parse_size(size, &columns, &rows, e))
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
