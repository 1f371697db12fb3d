/* Keys as numbers: a code point, control characters included, or one of these. */
#ifndef TUI_KEY_CODES_H
#define TUI_KEY_CODES_H

enum input {
    INPUT_NONE = 0,
    INPUT_ESC = 27,
    INPUT_UP = 0x200000,
    INPUT_DOWN,
    INPUT_LEFT,
    INPUT_RIGHT,
    INPUT_HOME,
    INPUT_END,
    INPUT_PAGE_UP,
    INPUT_PAGE_DOWN,
    INPUT_BACK_TAB,
    INPUT_BACKSPACE,
    INPUT_DELETE,
    INPUT_ENTER,
    INPUT_F1,
    INPUT_F10,
    INPUT_MOUSE,           /* a mouse_event.h comes with it */
    INPUT_RESIZE,          /* the terminal has another size */
    INPUT_OTHER,           /* a key that means nothing here */
    INPUT_PASTED = 1 << 24 /* together with a code point: pasted, not pressed */
};

#endif
