/* All panes by their number, and the frame around each. UI thread. */
#ifndef TUI_PANE_TABLE_H
#define TUI_PANE_TABLE_H

#include "pane/pane.h"

const struct pane_ops *pane_table_ops(enum pane pane);
/* Frame, title and content of one pane. */
void pane_table_draw(const struct app_model *b, enum pane pane, struct canvas *c, struct rect r);
/* The scopes in force: tab, focused pane, help page. */
uint64_t pane_table_scopes(const struct app_model *b);
/* Those of tab and pane, below the help page, too. */
uint64_t pane_table_scopes_below(const struct app_model *b);

#endif
