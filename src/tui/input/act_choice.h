/* The argument of a command that takes one word of a few. UI thread. */
#ifndef TUI_ACT_CHOICE_H
#define TUI_ACT_CHOICE_H

#include "model/app_model.h"

/* The index of `argument` among the `n` names, whatever their case; `now` + 1, round, when there is
 * no argument, as from a key. -1, and said with all the names, when it is none of them: then
 * nothing changes. */
int act_choice(struct app_model *b, const char *argument, const char *const names[], int n,
               int now);

#endif
