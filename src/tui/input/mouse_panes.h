/* What the mouse does in each pane: a press on what the pane says is there, and the wheel. */
#ifndef TUI_MOUSE_PANES_H
#define TUI_MOUSE_PANES_H

#include "keys/mouse_event.h"
#include "model/app_model.h"
#include "pane/pane.h"

/* The mouse in `pane`, whose inside is `in`; a drag that began there may have left it. UI thread.
 */
void mouse_panes_act(struct app_model *b, enum pane pane, struct rect in, struct mouse m);

#endif
