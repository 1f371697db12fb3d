/* The mouse: what a press, a drag or the wheel does where. Whatever it does, a key does too.
 * UI thread. */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

enum mouse_kind { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

enum { MOUSE_WHEEL_ROWS = 3 };

struct mouse {
    enum mouse_kind kind;
    int x, y; /* cell of the screen; a drag may leave the pane it began in */
};

struct board;

/* On a screen of this size, as it was drawn last. */
void mouse_act(struct board *b, int columns, int rows, struct mouse m);

#endif
