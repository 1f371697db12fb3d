/* Pictures in 256 colours for a slow line: as true as few bytes allow, and drawn quickly.
 *
 * A terminal is told two colours in some twenty bytes and then a character in one or three, so what
 * a picture costs is how often the colours change along a row. Each cell may be drawn in the
 * colours of another one of its row; which, is chosen so that what is lost and what is sent are
 * least together, more weight on the bytes the more there are (dynamic programming over each row).
 * Pure; any thread. */
#ifndef TUI_CELL_COMPRESSION_H
#define TUI_CELL_COMPRESSION_H

#include "picture.h"

/* Draws these pixels into the cells of a picture of 256 colours. */
void cell_compression_draw(struct picture *p, const uint8_t *rgb /* [height, width, 3] */,
                           int width, int height, enum glyphs glyphs);

#endif
