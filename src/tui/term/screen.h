/* The terminal. The only door to ncurses; UI thread only. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "draw/canvas.h"
#include "draw/theme.h"
#include "keys/key_codes.h"
#include "keys/mouse_event.h"

/* Is there a terminal, of a known type that can move its cursor? ERR_USAGE, with what to do. */
int screen_check(struct err *e);
/* Take the terminal on standard input and output, after screen_check. ERR_USAGE. */
int screen_open(const struct conf *c, struct err *e);
/* Give it back as it was. `lost`: it is gone, write nothing. */
void screen_close(bool lost);

void screen_size(int *columns, int *rows);
/* The next key pressed (keymap.h), INPUT_OTHER when what came means none, INPUT_NONE when nothing
 * came. */
int screen_key(void);
/* Seconds after which screen_key may give a key though no byte came (Esc), INFINITY: never. */
double screen_key_wait(void);
/* Of the last INPUT_MOUSE. */
struct mouse screen_mouse(void);
/* Ask the terminal for the mouse, or leave it to the terminal's own selection. */
void screen_use_mouse(bool on);
bool screen_alive(void); /* false when the terminal is gone */
/* Write what differs from what was shown last; nothing when nothing does. */
void screen_show(const struct canvas *c);
/* Other colours from the next show on; returns the tier, never more than the terminal has. */
enum theme_tier screen_use_colors(enum theme theme, enum theme_tier tier);
/* Into the clipboard of the terminal (OSC 52), also through tmux; false: it takes none. */
bool screen_copy(const char *text);
/* The window's title until the screen is closed, which brings the one before back. `text` is made
 * safe; nothing is written when it is the same as before. */
void screen_title(const char *text);
void screen_bell(void);
void screen_redraw(void);  /* the next show writes everything */
void screen_suspend(void); /* to the shell; returns when continued */
/* After the process was stopped without that: a shell has used the terminal in modes of its own. */
void screen_continued(void);

enum theme_tier screen_tier(void);
/* What ui.mouse means here: "auto" is off inside tmux and screen, which have a selection of their
 * own. */
bool screen_wants_mouse(const struct conf *c);
/* The glyph tier for this locale and terminal ("auto"), or the configured one. Usable without an
 * open screen. */
enum glyphs screen_glyphs(const struct conf *c);

#endif
