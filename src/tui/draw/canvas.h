/* The canvas: a grid of character cells. Panes draw here; the screen (or a test) reads it.
 *
 * A style is ink | paper | attributes: meanings, never colours (theme.h gives them colours). Only
 * pictures have colours of their own. All drawing is clipped to `clip`. Text is UTF-8 and made safe
 * while drawing: what is not printable becomes '?', a character that takes two cells is followed by
 * a cell with code 0. Any thread; one owner. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "glyphs.h"

enum ink {
    INK_TEXT,
    INK_DIM,    /* secondary text, axes */
    INK_BORDER, /* frame of a pane */
    INK_FOCUS,  /* frame of the focused pane, the active tab */
    INK_KEY,    /* a key to press */
    INK_TRAIN,  /* training part, training loss */
    INK_VAL,    /* validation part, validation loss */
    INK_SCORE,  /* F1 */
    INK_FAINT,  /* spread behind a curve */
    INK_GOOD,   /* better, done */
    INK_BAD,    /* worse */
    INK_WARN,   /* needs attention */
    INK_ERROR,  /* failed */
    INK_TRACK,  /* rail of a slider */
    INK_KNOB,   /* where the cut is now */
    INK_BEST,   /* where the best cut is */
    INK_RED,    /* stains have their own colour */
    INK_GREEN,
    INK_BLUE,
    INK_YELLOW,
    INK_NEG, /* samples without the class */
    INK_POS, /* samples with the class */
    INK_COUNT
};

enum paper {
    PAPER_PLAIN = 0,
    PAPER_ROW = 1 << 8,    /* the selected class, in panes without focus */
    PAPER_CURSOR = 2 << 8, /* the selected class in the focused pane */
    PAPER_BAR = 3 << 8,    /* status line */
    PAPER_DIALOG = 4 << 8  /* dialogs and help */
};
enum { PAPER_COUNT = 5 };

/* Attributes: bits of a style. */
#define ATTR_BOLD      (1u << 12)
#define ATTR_UNDERLINE (2u << 12)
#define ATTR_REVERSE   (4u << 12)
#define ATTR_COLORS    (8u << 12) /* of a cell: its own colours stand in place of ink and paper */

static inline int style_ink(unsigned style)
{
    return (int)(style & 0xff);
}

static inline int style_paper(unsigned style)
{
    return (int)(style >> 8 & 0xf);
}

struct rect {
    int x, y, w, h;
};

struct cell {
    uint32_t code;  /* 0: right half of the wide character before it */
    uint16_t style; /* ink | paper | attributes */
    uint8_t fg, bg; /* with ATTR_COLORS: colour numbers of the terminal */
};

struct canvas {
    int columns, rows;
    struct rect clip;
    struct cell *cells; /* [rows][columns] */
};

void canvas_init(struct canvas *c, int columns, int rows);
void canvas_fini(struct canvas *c);
void canvas_clear(struct canvas *c); /* blanks, plain paper; clip opened */

/* Draw only inside `r` (and inside the canvas) from now on; returns the clip before. */
struct rect canvas_set_clip(struct canvas *c, struct rect r);

const struct cell *canvas_at(const struct canvas *c, int x, int y); /* NULL outside */
void canvas_put(struct canvas *c, int x, int y, unsigned style, uint32_t code);
/* A cell of a picture, whose colours are numbers that the terminal has. */
void canvas_put_colors(struct canvas *c, int x, int y, uint32_t code, uint8_t fg, uint8_t bg);
/* Returns the cells the text takes, drawn or clipped. */
int canvas_text(struct canvas *c, int x, int y, unsigned style, const char *text);
int canvas_print(struct canvas *c, int x, int y, unsigned style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* At most `cells` cells; a cut text ends in the set's ellipsis. Returns the cells used. */
int canvas_text_cut(struct canvas *c, int x, int y, int cells, unsigned style,
                    const struct glyph_set *g, const char *text);
/* Ends before column `end`; returns the cells used. */
int canvas_text_right(struct canvas *c, int end, int y, unsigned style, const char *text);

void canvas_fill(struct canvas *c, struct rect r, unsigned style, uint32_t code);
/* Change only the paper, or add attributes, of what is there. */
void canvas_paper(struct canvas *c, struct rect r, enum paper paper);
void canvas_attr(struct canvas *c, struct rect r, unsigned attr);
void canvas_box(struct canvas *c, struct rect r, unsigned style, const struct glyph_set *g);

struct rect canvas_inside(struct rect r); /* without the frame */
struct rect canvas_meet(struct rect a, struct rect b);

/* One line per row, blanks at the end removed. With `planes`, two more blocks: the ink of each
 * cell as a letter (blank: text; '*': of a picture), paper and attributes as a digit (blank:
 * plain). free() it. */
char *canvas_dump(const struct canvas *c, int planes);

#endif
