/* What is copied of the focused pane. */
#ifndef TUI_YANK_H
#define TUI_YANK_H

#include "model/app_model.h"

/* The id of the sample or the name of the run under the cursor; of other panes all rows, drawn as
 * if the pane were high enough for them. free() it. */
char *yank_text(struct app_model *b);

#endif
