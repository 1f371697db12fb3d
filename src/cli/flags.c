#include "flags.h"

#include <stdio.h>
#include <string.h>

static struct flag of_key(const struct conf_key_info *info)
{
    bool number = info->kind == CONF_KIND_INT || info->kind == CONF_KIND_REAL;
    struct flag f = {.value = number ? "N" : "VALUE", .help = info->help};
    f.allowed = info->kind == CONF_KIND_FLAG ? "yes|no" : info->allowed;
    options_key_flag(info->name, f.name, sizeof f.name);
    return f;
}

static const struct conf_key_info *info_of(const char *key)
{
    for (int k = 0; key && k < CONF_KEY_COUNT; k++)
        if (!strcmp(conf_info(k)->name, key))
            return conf_info(k);
    return NULL;
}

static void visit_table(const struct option *table, int n, flags_do *visit, void *context)
{
    for (int i = 0; i < n; i++) {
        const struct option *o = &table[i];
        const struct conf_key_info *info = info_of(o->key);
        struct flag f = info ? of_key(info) : (struct flag){.allowed = ""};
        snprintf(f.name, sizeof f.name, "%s", o->name);
        f.letter = o->letter;
        f.value = o->value;
        f.help = o->help ? o->help : f.help;
        visit(context, &f);
    }
}

static void visit_section(const char *section, flags_do *visit, void *context)
{
    size_t n = strlen(section);
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const char *name = conf_info(k)->name;
        struct flag f = of_key(conf_info(k));
        if (!strncmp(name, section, n) && name[n] == '.')
            visit(context, &f);
    }
}

void flags_own(const struct command *c, flags_do *visit, void *context)
{
    int n = c ? c->options_n : 0;
    const struct option *table = c ? c->options : options_workbench(&n);
    visit_table(table, n, visit, context);
    if (c && c->section)
        visit_section(c->section, visit, context);
}

void flags_global(flags_do *visit, void *context)
{
    int n;
    const struct option *table = options_global(&n);
    visit_table(table, n, visit, context);
}
