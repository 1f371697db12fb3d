/* The Errors tab's link to who computes maps of Grad-CAM: asks for the selected sample's while they
 * are wanted. Threads and files are touched only then. UI thread; nothing here waits. */
#ifndef TUI_HEAT_LINK_H
#define TUI_HEAT_LINK_H

#include "model/board.h"

struct heat_link;

struct heat_link *heat_link_open(const struct work *work, struct wake *wake);
void heat_link_close(struct heat_link *l); /* NULL is nothing */

/* After a frame: ask for what it could not show. */
void heat_link_ask(struct heat_link *l, struct board *b);
/* True when something has arrived. */
bool heat_link_news(struct heat_link *l, struct board *b);

#endif
