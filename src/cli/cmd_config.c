/* hpa config: every key with its value and where it came from; or the example file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "print.h"

static void show_json(const struct conf *c)
{
    struct json *j = json_new_object();
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        struct json *entry = json_new_object();
        json_put_text(entry, "value", conf_text(c, k));
        json_put_text(entry, "origin", conf_origin(c, k));
        json_put(j, conf_info(k)->name, entry);
    }
    print_json(j);
}

static void show_text(const struct conf *c)
{
    struct print_table *t = print_table_new("key|value|origin|meaning");
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const char *value = conf_text(c, k);
        print_text(t, conf_info(k)->name);
        print_text(t, !strcmp(value, " ") ? "\" \"" : value);
        print_text(t, conf_origin(c, k));
        print_text(t, conf_info(k)->help);
    }
    print_table_end(t);
}

static int run(const struct call *call, struct err *e)
{
    const char *what = call->options->args_n ? call->options->args[0] : "list";
    if (conf_check(call->conf, e))
        return -1;
    if (!strcmp(what, "example")) {
        char *text = conf_example();
        fputs(text, stdout);
        free(text);
    } else if (strcmp(what, "list") != 0) {
        return err_set(e, ERR_USAGE, "'%s' is neither list nor example", what);
    } else if (call->json) {
        show_json(call->conf);
    } else {
        show_text(call->conf);
    }
    return 0;
}

const struct command cmd_config = {
    .name = "config",
    .args = "[list | example]",
    .summary = "Every configuration key with its value and origin, or an example file",
    .args_max = 1,
    .run = run,
};
