/* The Errors tab's link to who computes maps of Grad-CAM: asks for the selected sample's while they
 * are wanted. Threads and files are touched only then. UI thread; nothing here waits. */
#ifndef TUI_GRADCAM_LINK_H
#define TUI_GRADCAM_LINK_H

#include "model/app_model.h"

struct gradcam_link;

struct gradcam_link *gradcam_link_open(const struct work *work, struct wake *wake);
void gradcam_link_close(struct gradcam_link *l); /* NULL is nothing */

/* After a frame: ask for what it could not show. */
void gradcam_link_ask(struct gradcam_link *l, struct app_model *b);
/* True when something has arrived. */
bool gradcam_link_news(struct gradcam_link *l, struct app_model *b);

#endif
