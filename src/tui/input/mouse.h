/* The mouse: what a press, a drag or the wheel does where. Whatever it does, a key does too.
 * UI thread. */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include "keys/mouse_event.h"

struct app_model;

/* On a screen of this size, as it was drawn last. */
void mouse_act(struct app_model *b, int columns, int rows, struct mouse m);

#endif
