/* Bars. Pure: length from a value, drawn on the canvas. */
#ifndef TUI_BARS_H
#define TUI_BARS_H

#include <stdbool.h>

#include "canvas.h"

/* A bar of `share` (0..1, clipped; NaN: nothing) of `cells` cells; any share above 0 shows. */
void bars_draw(struct canvas *c, int x, int y, int cells, double share, unsigned style,
               const struct glyph_set *g);
/* The cell that such a bar ends in, for a mark at `share`: a bar of at least as much reaches into
 * the mark's cell, a shorter one does not go past it. */
int bars_cell(int cells, double share, const struct glyph_set *g);
/* The same bar with its first `part` (0..share) in another style, made of `code`. */
void bars_draw_parts(struct canvas *c, int x, int y, int cells, double share, unsigned style,
                     double part, unsigned part_style, uint32_t code, const struct glyph_set *g);
/* An upright bar of one column on the cell (x, bottom). */
void bars_rise(struct canvas *c, int x, int bottom, int cells, double share, unsigned style,
               const struct glyph_set *g);
/* Share of `value` in a scale that ends at `most`: value/most, or log(1+value)/log(1+most). */
double bars_share(double value, double most, bool logarithmic);

#endif
