/* One frame of the screen: tab line, panes or page, status line, hint line, dialog. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "draw/canvas.h"
#include "model/app_model.h"

/* Draws all of `c`. What depends on the size (the page of the list, the end of the help) is written
 * back into the model first. */
void frame_draw(struct app_model *b, struct canvas *c);
/* The tab whose name stands at column x of the tab line; 0: none. */
enum tab frame_tab_at(const struct app_model *b, int columns, int x);

#endif
