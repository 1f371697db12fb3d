/* Actions: what keys and commands do to the model. */
#ifndef TUI_ACT_H
#define TUI_ACT_H

#include "model/app_model.h"
#include "model/keymap.h"

/* A key press, wherever it belongs: dialog, input line, help page or key map. */
void act_key(struct app_model *b, int key);
/* False for ACTION_NONE. */
bool act_do(struct app_model *b, enum action action, const char *argument);
/* A command line, as typed after ":" or read from a file; false, and a notice that says why, when
 * it is refused. */
bool act_line(struct app_model *b, const char *text);
/* Carries out the command that waits for answers, if there is one and they are there; true: it was.
 */
bool act_postponed(struct app_model *b);

#endif
