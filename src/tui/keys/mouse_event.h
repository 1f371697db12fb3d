/* What the mouse did, as the terminal reports it. */
#ifndef TUI_MOUSE_EVENT_H
#define TUI_MOUSE_EVENT_H

enum mouse_kind { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

enum { MOUSE_WHEEL_ROWS = 3 };

struct mouse {
    enum mouse_kind kind;
    int x, y; /* cell of the screen; a drag may leave the pane it began in */
};

#endif
