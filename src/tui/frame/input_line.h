/* How an input line looks: label, text, cursor, and the names that Tab found. */
#ifndef TUI_INPUT_LINE_H
#define TUI_INPUT_LINE_H

#include "draw/canvas.h"
#include "keys/key_codes.h"
#include "model/prompt.h"

/* In the one row `r`; the part around the cursor when the text is longer. */
void input_line_draw(const struct prompt *p, bool cursor, struct canvas *c, struct rect r);
/* Names that begin as was typed, in a box above the row `r`; nothing when there are none. */
void input_line_offers(const struct prompt *p, struct canvas *c, struct rect r,
                       const struct glyph_set *g);

#endif
