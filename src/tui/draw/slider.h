/* A slider: where a class's cut is, and where the best one would be. Pure. */
#ifndef TUI_SLIDER_H
#define TUI_SLIDER_H

#include <stdbool.h>

#include "canvas.h"

struct slider {
    double now, best; /* 0..1; best NaN: unknown */
    bool locked;
};

/* The cell (0..cells-1) of a value 0..1. */
int slider_cell(double value, int cells);
/* The value, on a grid of .01, that a knob at this cell stands for. */
double slider_value(int cell, int cells);
void slider_draw(struct canvas *c, int x, int y, int cells, struct slider s,
                 const struct glyph_set *g);

#endif
