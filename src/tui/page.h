/* Pages that fill the space between tab line and status line: the Log tab and the help page. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "board.h"
#include "canvas.h"

void page_log_draw(const struct board *b, struct canvas *c, struct rect r);
/* Returns the greatest useful value of b->help_top. */
int page_help_draw(const struct board *b, struct canvas *c, struct rect r);

#endif
