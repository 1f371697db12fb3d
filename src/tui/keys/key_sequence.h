/* What a complete control sequence of the terminal means. Pure.
 *
 * Known are the keys of the key map in the forms that xterm, the VT220, rxvt, the Linux console,
 * kitty's keyboard protocol and xterm's modifyOtherKeys give them, xterm's mouse reports of mode
 * 1006 and the marks around a paste. Everything else, modified keys among it, is no key. */
#ifndef TUI_KEY_SEQUENCE_H
#define TUI_KEY_SEQUENCE_H

#include <stddef.h>

#include "key_codes.h"
#include "mouse_event.h"

/* Beside the keys of keymap.h. */
enum { KEY_SEQUENCE_PASTE_BEGIN = -1, KEY_SEQUENCE_PASTE_END = -2 };

/* Of CSI: what follows the introducer, final byte included. A key, INPUT_MOUSE with `*mouse`, one
 * of the two above, or INPUT_NONE. */
int key_sequence_csi(const char *bytes, size_t n, struct mouse *mouse);
/* Of SS3: the same. */
int key_sequence_ss3(const char *bytes, size_t n);
/* Bytes that follow a CSI without parameters and this final byte, as in the mouse reports of the
 * modes 9, 1000 and 1001; 0: none. */
int key_sequence_bytes_after(char final);
/* The key that a character stands for, INPUT_NONE when it has none. */
int key_sequence_plain(int code);

#endif
