/* The key map as a const table made of actions.h, and lookups over it. Keys are matched by their
 * names, so that what help says and what a key does cannot differ. */
#include "keymap.h"
#include "keys/key_codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct key_name {
    const char *name;
    int key;
};

static const struct keymap_entry entries[ACTION_COUNT];
static const struct key_name names[16];
static const struct keymap_section sections[25];

const struct keymap_entry *keymap_entry(enum action action)
{
    return &entries[action];
}

int keymap_key(const char *name, size_t length)
{
    for (const struct key_name *n = names; n->name; n++)
        if (strlen(n->name) == length && memcmp(n->name, name, length) == 0)
            return n->key;
    if (length == 6 && memcmp(name, "Ctrl-", 5) == 0)
        return name[5] & 31;
    const char *at = name;
    int code = (int)text_next(&at);
    return (size_t)(at - name) == length ? code : INPUT_NONE;
}

static bool has_key(const char *keys, int key)
{
    while (*keys) {
        size_t length = strcspn(keys, " ");
        if (keymap_key(keys, length) == key)
            return true;
        keys += length + (keys[length] == ' ');
    }
    return false;
}

enum action keymap_find(uint64_t scopes, int key)
{
    for (int a = 1; a < ACTION_COUNT; a++)
        if (entries[a].scope & scopes && has_key(entries[a].keys, key))
            return (enum action)a;
    return ACTION_NONE;
}

enum action keymap_command(const char *name)
{
    for (int a = 1; a < ACTION_COUNT; a++)
        if (strcmp(entries[a].command, name) == 0)
            return (enum action)a;
    return ACTION_NONE;
}

const char *keymap_complete(const char *start, int i)
{
    for (int a = 1; a < ACTION_COUNT; a++)
        if (entries[a].scope != SCOPE_HELP &&
            strncmp(entries[a].command, start, strlen(start)) == 0 && i-- == 0)
            return entries[a].command;
    return NULL;
}

const struct keymap_section *keymap_section(int i)
{
    return sections[i].title ? &sections[i] : NULL;
}

/* "j Down" as "`j` `Down`"; the bar would end a table cell. */
static void put_keys(FILE *out, const char *keys)
{
    while (*keys) {
        size_t length = strcspn(keys, " ");
        fprintf(out, "`%.*s`", (int)length, keys);
        keys += length + (keys[length] == ' ');
        if (*keys)
            fputc(' ', out);
    }
}

/* A bar would end the cell. */
static void put_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void put_section(FILE *out, const struct keymap_section *section)
{
    fprintf(out, "| **%s** | | |\n", section->title);
    for (int a = 1; a < ACTION_COUNT; a++) {
        const struct keymap_entry *e = &entries[a];
        if (e->scope != section->scopes)
            continue;
        fputs("| ", out);
        put_keys(out, e->keys);
        fprintf(out, " | `:%s%s", e->command, *e->argument ? " " : "");
        put_cell(out, e->argument);
        fprintf(out, "` | %s |\n", e->help);
    }
}

char *keymap_table(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        mem_none_left("the key table does not fit into memory");
    fputs("| Key | Command | What it does |\n|---|---|---|\n", out);
    for (const struct keymap_section *s = sections; s->title; s++)
        if (s->scopes != SCOPE_HELP)
            put_section(out, s);
    fclose(out);
    return text;
}

static const struct keymap_entry entries[ACTION_COUNT] = {{0},
#define ACTION_ENTRY(id, scope, command, argument, keys, hint_key, hint, help)                     \
    [ACTION_##id] = {scope, command, argument, keys, hint_key, hint, help},
                                                          ACTIONS(ACTION_ENTRY)
#undef ACTION_ENTRY
};

static const struct keymap_section sections[] = {
    {"Board and Tune", SCOPE_SLIDERS},
    {"Cuts", SCOPE_KEPT},
    {"Panes", SCOPE_PANES},
    {"Lists of classes", SCOPE_LISTS},
    {"Label distribution, labels per sample", SCOPE_BARS},
    {"Training curves", SCOPE_CURVES},
    {"Data", SCOPE_DATA},
    {"Pictures", SCOPE_PICTURES},
    {"Intensity", SCOPE_INTENSITY},
    {"Findings", SCOPE_FINDINGS},
    {"Tune", SCOPE_TUNE},
    {"Methods", SCOPE_METHODS},
    {"Sets", SCOPE_SETS},
    {"Recipe", SCOPE_FORM},
    {"Rates", SCOPE_RATES},
    {"Errors", SCOPE_ERRORS},
    {"Worst", SCOPE_TOP_LOSSES},
    {"Confusion", SCOPE_CONFUSION},
    {"Runs", SCOPE_TABLE},
    {"Settings", SCOPE_SETTINGS},
    {"Curves of runs", SCOPE_RUN_CURVES},
    {"Log", SCOPE_LOG},
    {"Everywhere", SCOPE_ANY},
    {"This page", SCOPE_HELP},
    {NULL, 0},
};

static const struct key_name names[] = {
    {"Up", INPUT_UP},        {"Down", INPUT_DOWN},
    {"Left", INPUT_LEFT},    {"Right", INPUT_RIGHT},
    {"Home", INPUT_HOME},    {"End", INPUT_END},
    {"PgUp", INPUT_PAGE_UP}, {"PgDn", INPUT_PAGE_DOWN},
    {"Tab", '\t'},           {"S-Tab", INPUT_BACK_TAB},
    {"Enter", INPUT_ENTER},  {"Esc", INPUT_ESC},
    {"Space", ' '},          {"F1", INPUT_F1},
    {"F10", INPUT_F10},      {NULL, 0},
};
