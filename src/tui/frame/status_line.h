/* The status line: what is going on, in one row. */
#ifndef TUI_STATUS_LINE_H
#define TUI_STATUS_LINE_H

#include "draw/canvas.h"
#include "model/app_model.h"

void status_line_draw(const struct app_model *b, struct canvas *c, struct rect r);

#endif
