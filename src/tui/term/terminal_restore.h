/* The terminal is given back as it was, however the process ends: crash signals and the fatal hook
 * restore it with nothing but async-signal-safe calls. */
#ifndef TUI_TERMINAL_RESTORE_H
#define TUI_TERMINAL_RESTORE_H

#include <stddef.h>

/* What writes the terminal back: `bytes` to `fd`, and its modes as they are now. */
void terminal_restore_arm(int fd, const char *bytes, size_t n);
void terminal_restore_disarm(void);
/* What of it a stalled terminal `fd` takes at once. */
void terminal_restore_without_waiting(int fd);
/* Remember the modes of the terminal `fd`; before anything changes them. */
void terminal_restore_remember(int fd);
/* Where messages were before standard error was captured, and where captured ones still lie. */
void terminal_restore_set_stderr(int saved, int captured);

#endif
