/* Help: everything is read off the tables of commands, options and configuration keys. */
#include "help.h"

#include <string.h>

enum { LEFT = 26 }; /* columns of the left side */

static void print_entry(FILE *out, const char *left, const char *right)
{
    int n = (int)strlen(left);
    if (n > LEFT - 2)
        fprintf(out, "  %s\n  %*s%s\n", left, LEFT, "", right);
    else
        fprintf(out, "  %-*s%s\n", LEFT, left, right);
}

static void print_key(FILE *out, const char *left, const struct conf_key_info *info,
                      const char *help)
{
    char right[320];
    const char *allowed = info->kind == CONF_KIND_FLAG ? "yes|no" : info->allowed;
    int n = snprintf(right, sizeof right, "%s", help ? help : info->help);
    if (*allowed)
        n += snprintf(right + n, sizeof right - (size_t)n, " [%s]", allowed);
    if (*info->initial)
        snprintf(right + n, sizeof right - (size_t)n, " (%s)", info->initial);
    print_entry(out, left, right);
}

static const struct conf_key_info *info_of(const char *key)
{
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        if (!strcmp(conf_info(k)->name, key))
            return conf_info(k);
    return NULL;
}

static void print_option(FILE *out, const struct option *o)
{
    char left[80];
    int n = o->letter ? snprintf(left, sizeof left, "-%c, ", o->letter) : 0;
    snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", o->name, o->value ? " " : "",
             o->value ? o->value : "");
    const struct conf_key_info *info = o->key ? info_of(o->key) : NULL;
    if (info)
        print_key(out, left, info, o->help);
    else
        print_entry(out, left, o->help);
}

static void print_section(FILE *out, const char *section)
{
    size_t n = strlen(section);
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const struct conf_key_info *info = conf_info(k);
        char flag[64], left[80];
        if (strncmp(info->name, section, n) || info->name[n] != '.')
            continue;
        options_key_flag(info->name, flag, sizeof flag);
        snprintf(left, sizeof left, "--%s %s", flag,
                 info->kind == CONF_KIND_INT || info->kind == CONF_KIND_REAL ? "N" : "VALUE");
        print_key(out, left, info, NULL);
    }
}

static void print_options(FILE *out, const char *head, const struct option *table, int n)
{
    fputs(head, out);
    for (int i = 0; i < n; i++)
        print_option(out, &table[i]);
}

static void print_globals(FILE *out)
{
    int n;
    const struct option *globals = options_global(&n);
    print_options(out, "\nOptions of every command:\n", globals, n);
}

void help_program(FILE *out)
{
    fputs("usage: hpa [options]                    the workbench on this terminal\n"
          "       hpa [options] COMMAND [arguments]\n"
          "\nCommands (`hpa help COMMAND` tells more, `hpa help keys` lists the keys):\n",
          out);
    for (int i = 0; i < command_count(); i++)
        print_entry(out, command_at(i)->name, command_at(i)->summary);
    int n;
    const struct option *workbench = options_workbench(&n);
    print_options(out, "\nOptions of the workbench:\n", workbench, n);
    print_globals(out);
    fputs("\nEvery key of hpa.conf can be set with -s; `hpa config` lists them all.\n"
          "Exit codes: 0 done, 1 failed, 64 usage, 65 bad data, 66 no input, 70 bug,\n"
          "73 cannot create, 74 input or output failed, 75 locked, 78 configuration,\n"
          "130 interrupted, 141 who read the output has gone.\n",
          out);
}

void help_command(FILE *out, const struct command *c)
{
    bool any = c->options_n > 0 || c->section;
    fprintf(out, "usage: hpa %s%s%s%s\n\n%s.\n", c->name, *c->args ? " " : "", c->args,
            any ? " [options]" : "", c->summary);
    if (c->more)
        fprintf(out, "%s\n", c->more);
    if (any)
        print_options(out, "\nOptions:\n", c->options, c->options_n);
    if (c->section)
        print_section(out, c->section);
    print_globals(out);
}
