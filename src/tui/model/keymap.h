/* The key map: which key means which action, where; and every text that is built from it. */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "actions.h"
#include "keys/key_codes.h"

enum action {
    ACTION_NONE,
#define ACTION_ENUM(id, scope, command, argument, keys, hint_key, hint, help) ACTION_##id,
    ACTIONS(ACTION_ENUM)
#undef ACTION_ENUM
        ACTION_COUNT
};

struct keymap_entry {
    uint64_t scope;
    const char *command, *argument, *keys, *hint_key, *hint, *help;
};

const struct keymap_entry *keymap_entry(enum action action);

/* The action of a key where any of the scopes in `scopes` is in force. */
enum action keymap_find(uint64_t scopes, int key);
/* By command name; ACTION_NONE when there is none. */
enum action keymap_command(const char *name);
/* The i-th command that begins with `start`, NULL after the last. */
const char *keymap_complete(const char *start, int i);

/* A key by its name in the key map ("Ctrl-R", "PgDn", "j"); INPUT_NONE when unknown. */
int keymap_key(const char *name, size_t length);

/* Sections of the help page and of the README: title and scopes; NULL after the last. */
struct keymap_section {
    const char *title;
    uint64_t scopes;
};
const struct keymap_section *keymap_section(int i);

/* Markdown table of all keys and commands; free() it. */
char *keymap_table(void);

#endif
