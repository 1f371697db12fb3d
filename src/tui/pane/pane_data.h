/* What the panes of the Data tab say while there is nothing to draw. */
#ifndef TUI_PANE_DATA_H
#define TUI_PANE_DATA_H

#include "pane.h"

/* True when the table is there; else says why not. */
bool pane_data_ready(const struct app_model *b, struct canvas *c, struct rect in);

#endif
