/* Tab in the input line: commands, what an action is known to take, names of files. UI thread. */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "job/paths.h"
#include "model/app_model.h"

void complete_tab(struct app_model *b);
/* Names of files have come: what all have in common is typed, and they are shown when there are
 * several. Nothing when something else stands in the line `p` from byte `from` on by now. */
void complete_names(struct prompt *p, int from, const struct paths_names *names);
/* Where the argument begins in the board's input line; -1: it takes no name of a file. */
int complete_path_at(const struct app_model *b);

#endif
