/* The status line: what is going on, in one row. */
#ifndef TUI_STATUS_LINE_H
#define TUI_STATUS_LINE_H

#include "draw/canvas.h"
#include "model/board.h"

void status_line_draw(const struct board *b, struct canvas *c, struct rect r);

#endif
