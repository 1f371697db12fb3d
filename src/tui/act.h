/* Actions: what keys and commands do to the model. */
#ifndef TUI_ACT_H
#define TUI_ACT_H

#include "board.h"
#include "keymap.h"

/* A key press, wherever it belongs: dialog, input line, help page or key map. */
void act_key(struct board *b, int key);
/* False for ACTION_NONE. */
bool act_do(struct board *b, enum action action, const char *argument);
/* A command line, as typed after ":" or read from a file; false (and a notice) when unknown. */
bool act_line(struct board *b, const char *line);
/* The scopes in force: tab, focused pane, help page. */
uint64_t act_scopes(const struct board *b);
uint64_t act_scopes_at(const struct board *b); /* those of tab and pane, below the help page, too */

#endif
