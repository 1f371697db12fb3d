/* The status line: what is going on, in one row. */
#ifndef TUI_STATUS_LINE_H
#define TUI_STATUS_LINE_H

#include "board.h"
#include "canvas.h"

void status_line_draw(const struct board *b, struct canvas *c, struct rect r);

#endif
