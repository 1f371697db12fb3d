/* The terminal's report of a mouse event (xterm's mode 1006), character by character. Pure. */
#ifndef TUI_MOUSE_CODE_H
#define TUI_MOUSE_CODE_H

#include <stdbool.h>

#include "mouse_event.h"

enum mouse_code_state { MOUSE_CODE_MORE, MOUSE_CODE_EVENT, MOUSE_CODE_NONE };

struct mouse_code {
    int field[3]; /* button and modifiers, column, row, as far as they have come */
    int n;
};

void mouse_code_begin(struct mouse_code *c); /* after ESC [ < */
/* The next character. NONE: it ended without an event that is of use, or with nonsense. */
enum mouse_code_state mouse_code_next(struct mouse_code *c, int character, struct mouse *out);

#endif
