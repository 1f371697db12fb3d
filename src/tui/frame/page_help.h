/* The help page; it covers the panes. */
#ifndef TUI_PAGE_HELP_H
#define TUI_PAGE_HELP_H

#include "draw/canvas.h"
#include "model/app_model.h"

/* Returns the greatest useful value of b->help_top. */
int page_help_draw(const struct app_model *b, struct canvas *c, struct rect r);

#endif
