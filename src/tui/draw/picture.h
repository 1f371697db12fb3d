/* Pictures in cells: RGB pixels become characters with two colours each. Pure: the same pixels and
 * the same look give the same cells. Any thread. */
#ifndef TUI_PICTURE_H
#define TUI_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "canvas.h"
#include "glyphs.h"
#include "theme.h"

/* What the terminal can show. */
struct picture_look {
    enum glyphs glyphs;
    enum theme_tier tier;
    enum theme theme; /* without colours: is ink dark or bright? */
};

/* Pixels that a cell is worth: of another number of pixels the result is merely less sharp. */
enum { PICTURE_CELL_WIDTH = 4, PICTURE_CELL_HEIGHT = 8 };

struct picture_cell {
    uint32_t code;
    uint8_t fg, bg; /* colour numbers of the tier; without meaning when mono */
    bool mark;      /* `code` is not of the picture, but tells of it */
};

struct picture {
    int columns, rows;
    enum theme_tier tier;       /* mono: drawn in the ink of text */
    struct picture_cell *cells; /* [rows][columns] */
};

struct picture *picture_make(const uint8_t *rgb /* [height, width, 3] */, int width, int height,
                             int columns, int rows, const struct picture_look *look);
/* Where colours are missing, or all characters but ASCII, a map that lies over the picture shows by
 * marks: `levels` [height, width], 0..1; the border of what is over .5 in fives, of what is over .8
 * in eights. */
void picture_mark(struct picture *p, const float *levels, int width, int height,
                  const struct picture_look *look);
void picture_free(struct picture *p);

/* Pixels of an image along the longer side of one dot of the picture, the smallest part of a cell
 * that can differ from its neighbour, when `scale` pixels of the picture are one of the image. At
 * most 1: every pixel of the image can be seen. */
double picture_pixels_per_dot(double scale, const struct picture_look *look);

void picture_draw(const struct picture *p, struct canvas *c, int x, int y);

#endif
