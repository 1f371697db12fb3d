/* A canvas as text with colours: what `cat` shows again. Pure. */
#ifndef TUI_ANSI_H
#define TUI_ANSI_H

#include "canvas.h"
#include "theme.h"

/* One line per row, colours by number (SGR 38;5), all put back at the end of each; free() it. */
char *ansi_dump(const struct canvas *c, enum theme theme, enum theme_tier tier);
/* What a file of that name gets: with colours if it ends in .ansi, else plain lines. free() it. */
char *ansi_file(const char *path, const struct canvas *c, enum theme theme, enum theme_tier tier);

#endif
