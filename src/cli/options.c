/* The command line. Global options may stand before or after the command, a command's own after it;
 * both come from const tables, and so do the help and the hints for what is misspelt. Nothing is
 * copied: all texts are argv's. */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "command.h"

enum { GLOBALS = 10, WORKBENCH = 3, NAME_MAX_LENGTH = 48, SIDE_MAX = 1000 };

static const struct option globals[GLOBALS];
static const struct option workbench[WORKBENCH]; /* without a command */

const struct option *options_workbench(int *n)
{
    *n = WORKBENCH;
    return workbench;
}

const struct option *options_global(int *n)
{
    *n = GLOBALS;
    return globals;
}

void options_key_flag(const char *key, char *out, int size)
{
    snprintf(out, (size_t)size, "%s", strchr(key, '.') + 1);
    for (char *p = out; *p; p++)
        if (*p == '_')
            *p = '-';
}

static bool in_section(const struct conf_key_info *info, const char *section)
{
    size_t n = strlen(section);
    return !strncmp(info->name, section, n) && info->name[n] == '.';
}

/* Keys are options of their section's command; theirs are written with dashes. */
static const char *key_of_flag(const struct command *c, const char *name)
{
    char flag[NAME_MAX_LENGTH];
    for (int k = 0; c && c->section && k < CONF_KEY_COUNT; k++) {
        options_key_flag(conf_info(k)->name, flag, sizeof flag);
        if (in_section(conf_info(k), c->section) && !strcmp(flag, name))
            return conf_info(k)->name;
    }
    return NULL;
}

static const struct option *find_in(const struct option *table, int n, const char *name,
                                    char letter)
{
    for (int i = 0; i < n; i++)
        if (name ? !strcmp(table[i].name, name) : table[i].letter == letter)
            return &table[i];
    return NULL;
}

/* By long name, or by letter when `name` is NULL. */
static const struct option *find_option(const struct command *c, const char *name, char letter)
{
    const struct option *own = c ? find_in(c->options, c->options_n, name, letter) : NULL;
    if (!c)
        own = find_in(workbench, WORKBENCH, name, letter);
    return own ? own : find_in(globals, GLOBALS, name, letter);
}

static const char *nearest_option(const struct command *c, const char *name)
{
    const char *names[GLOBALS + OPTIONS_GIVEN_MAX];
    int n = 0;
    for (int i = 0; i < GLOBALS; i++)
        names[n++] = globals[i].name;
    for (int i = 0; !c && i < WORKBENCH; i++)
        names[n++] = workbench[i].name;
    for (int i = 0; c && i < c->options_n; i++)
        names[n++] = c->options[i].name;
    for (int k = 0; c && c->section && k < CONF_KEY_COUNT; k++)
        if (in_section(conf_info(k), c->section))
            names[n++] = strchr(conf_info(k)->name, '.') + 1;
    return text_nearest(name, names, n);
}

static int unknown_option(const struct command *c, const char *name, struct err *e)
{
    char shown[128], near[NAME_MAX_LENGTH];
    text_safe(name, shown, sizeof shown);
    const char *found = nearest_option(c, name);
    const char *help = c ? c->name : "";
    if (!found)
        return err_set(e, ERR_USAGE, "unknown option '--%s' (`hpa help%s%s` lists all)", shown,
                       *help ? " " : "", help);
    snprintf(near, sizeof near, "%s", found);
    for (char *p = near; *p; p++)
        *p = *p == '_' ? '-' : *p;
    return err_set(e, ERR_USAGE, "unknown option '--%s'; did you mean '--%s'?", shown, near);
}

static int keep(struct options *o, const char *name, const char *value, const char *key,
                struct err *e)
{
    if (o->given_n == OPTIONS_GIVEN_MAX)
        return err_set(e, ERR_USAGE, "more than %d options", OPTIONS_GIVEN_MAX);
    o->given[o->given_n].name = name;
    o->given[o->given_n].value = value;
    o->given[o->given_n++].key = key;
    return 0;
}

/* `attached`: the text behind =, NULL without one. Takes the next argument when it needs one. */
static int take_value(const char *shown, const char *attached, char ***next, const char **value,
                      struct err *e)
{
    *value = attached ? attached : **next;
    if (!*value)
        return err_set(e, ERR_USAGE, "%s needs a value", shown);
    if (!attached)
        ++*next;
    return 0;
}

static int parse_long(struct options *o, const char *text, char ***next, struct err *e)
{
    char name[NAME_MAX_LENGTH], shown[NAME_MAX_LENGTH + 2];
    const char *equals = strchr(text, '='), *value = NULL;
    size_t n = equals ? (size_t)(equals - text) : strlen(text);
    if (n >= sizeof name)
        return unknown_option(o->command, text, e);
    snprintf(name, sizeof name, "%.*s", (int)n, text);
    snprintf(shown, sizeof shown, "--%s", name);
    const struct option *option = find_option(o->command, name, 0);
    const char *key = option ? option->key : key_of_flag(o->command, name);
    if (!option && !key)
        return unknown_option(o->command, name, e);
    if (option && !option->value) {
        if (equals)
            return err_set(e, ERR_USAGE, "%s takes no value", shown);
        return keep(o, option->name, NULL, NULL, e);
    }
    if (take_value(shown, equals ? equals + 1 : NULL, next, &value, e))
        return -1;
    return keep(o, option ? option->name : strchr(key, '.') + 1, value, key, e);
}

/* One argument of letters: -q, -qc FILE, -cFILE. */
static int parse_short(struct options *o, const char *letters, char ***next, struct err *e)
{
    for (const char *p = letters; *p; p++) {
        const struct option *option = find_option(o->command, NULL, *p);
        char shown[16] = {'-', *p, '\0'}, safe[16];
        text_safe(shown, safe, sizeof safe);
        if (!option)
            return err_set(e, ERR_USAGE, "unknown option '%s' (`hpa help` lists all)", safe);
        if (!option->value) {
            if (keep(o, option->name, NULL, NULL, e))
                return -1;
            continue;
        }
        const char *value;
        return take_value(shown, p[1] ? p + 1 : NULL, next, &value, e) ||
                       keep(o, option->name, value, option->key, e)
                   ? -1
                   : 0;
    }
    return 0;
}

static int parse_plain(struct options *o, const char *text, struct err *e)
{
    char shown[128];
    text_safe(text, shown, sizeof shown);
    if (o->command || o->help) {
        if (o->args_n == OPTIONS_GIVEN_MAX)
            return err_set(e, ERR_USAGE, "more than %d arguments", OPTIONS_GIVEN_MAX);
        o->args[o->args_n++] = text;
        return 0;
    }
    o->command = command_find(text);
    o->help = !strcmp(text, "help");
    if (o->command || o->help)
        return 0;
    const char *near = command_nearest(text);
    if (near)
        return err_set(e, ERR_USAGE, "unknown command '%s'; did you mean '%s'?", shown, near);
    return err_set(e, ERR_USAGE, "unknown command '%s' (`hpa help` lists all)", shown);
}

int options_parse(struct options *o, int argc, char **argv, struct err *e)
{
    bool only_plain = false;
    char **next = argv + (argc > 0);
    memset(o, 0, sizeof *o);
    while (*next) {
        const char *text = *next++;
        int failed;
        if (only_plain || text[0] != '-' || !text[1])
            failed = parse_plain(o, text, e);
        else if (!strcmp(text, "--"))
            failed = !(only_plain = true);
        else if (text[1] == '-')
            failed = parse_long(o, text + 2, &next, e);
        else
            failed = parse_short(o, text + 1, &next, e);
        if (failed)
            return -1;
    }
    return 0;
}

bool options_is_among(const char *word, size_t n, const char *words)
{
    for (const char *at = words; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == n && !strncmp(at, word, n))
            return true;
    return false;
}

int options_check_action(const struct options *o, const char *action, const char *takes,
                         struct err *e)
{
    const struct command *c = o->command;
    for (int i = 0; i < o->given_n; i++) {
        const char *name = o->given[i].name;
        if (find_in(c->options, c->options_n, name, 0) && strcmp(name, "force") != 0 &&
            !options_is_among(name, strlen(name), takes))
            return err_set(e, ERR_USAGE, "--%s is not for `%s`: leave it out", name, action);
    }
    return 0;
}

int options_configure(const struct options *o, struct conf *c, struct err *e)
{
    if (conf_load(c, options_text(o, "config"), e))
        return -1;
    for (int i = 0; i < o->given_n; i++) {
        if (!strcmp(o->given[i].name, "set") && conf_set_pair(c, o->given[i].value, "-s", e))
            return err_prefix(e, "-s");
        char origin[NAME_MAX_LENGTH + 2];
        snprintf(origin, sizeof origin, "--%s", o->given[i].name);
        if (o->given[i].key && conf_set(c, o->given[i].key, o->given[i].value, origin, e)) {
            e->code = ERR_USAGE;
            return err_prefix(e, "--%s", o->given[i].name);
        }
    }
    return conf_check_but_split(c, e);
}

bool options_has(const struct options *o, const char *name)
{
    for (int i = 0; i < o->given_n; i++)
        if (!strcmp(o->given[i].name, name))
            return true;
    return false;
}

const char *options_text(const struct options *o, const char *name)
{
    for (int i = o->given_n - 1; i >= 0; i--)
        if (!strcmp(o->given[i].name, name))
            return o->given[i].value;
    return NULL;
}

int options_table(const struct options *o, struct run_query_table *out, struct err *e)
{
    *out = (struct run_query_table){options_text(o, "probs"), options_text(o, "truth")};
    if (!out->probs == !out->truth)
        return 0;
    return err_set(e, ERR_USAGE, "a table of scores is two files: --probs FILE --truth FILE");
}

int options_int(const struct options *o, const char *name, int64_t low, int64_t high,
                int64_t *value, struct err *e)
{
    const char *text = options_text(o, name);
    char shown[64];
    int64_t v;
    if (!text)
        return 0;
    text_safe(text, shown, sizeof shown);
    if (!text_int(text, &v))
        return err_set(e, ERR_USAGE, "--%s: '%s' is not a whole number", name, shown);
    if (v < low || v > high)
        return err_set(e, ERR_USAGE, "--%s: %s is out of range; allowed is %lld..%lld", name, shown,
                       (long long)low, (long long)high);
    *value = v;
    return 0;
}

int options_size(const struct options *o, int *columns, int *rows, struct err *e)
{
    char left[16], shown[64];
    int64_t w, h;
    const char *text = options_text(o, "size"), *x = text ? strchr(text, 'x') : NULL;
    size_t n = x ? (size_t)(x - text) : sizeof left;
    if (!text)
        return 0;
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

static const struct option globals[GLOBALS] = {
    {"config", 'c', "FILE", NULL, "configuration file instead of ./hpa.conf"},
    {"set", 's', "KEY=VALUE", NULL, "set a configuration key; may be repeated"},
    {"json", 0, NULL, NULL, "print one JSON value to standard output"},
    {"quiet", 'q', NULL, NULL, "no progress, only warnings and errors"},
    {"color", 0, "WHEN", "ui.color", NULL},
    {"glyphs", 0, "KIND", "ui.glyphs", NULL},
    {"threads", 0, "N", "run.threads", NULL},
    {"cpu-tier", 0, "NAME", "run.cpu_tier", NULL},
    {"version", 'V', NULL, NULL, "print the version"},
    {"help", 'h', NULL, NULL, "print help, of a command when one is named"},
};

static const struct option workbench[WORKBENCH] = {
    {"train", 0, NULL, NULL, "open the workbench with a training started"},
    {"probs", 0, "FILE", NULL,
     "show a table of scores alone: .csv (id, one column a class) or .npy"},
    {"truth", 0, "FILE", NULL, "ids and labels of that table"},
};
