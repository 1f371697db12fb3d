/* Where everything stands: a pure function of the terminal's size and the state of the Board. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stdbool.h>

#include "canvas.h"

enum pane { PANE_LABELS, PANE_CURVES, PANE_F1, PANE_CUTS, PANE_COUNT };

enum { LAYOUT_COLUMNS = 80, LAYOUT_ROWS = 24 };             /* below: one pane fills the screen */
enum { LAYOUT_LEAST_COLUMNS = 40, LAYOUT_LEAST_ROWS = 10 }; /* below: only the needed size */

struct layout {
    bool too_small, single;
    struct rect tabs, status, hint;
    struct rect body;             /* between tabs and status: a page of another tab */
    struct rect pane[PANE_COUNT]; /* w 0: not shown */
};

struct layout layout_board(int columns, int rows, enum pane focus, bool zoomed);

/* A box of at most w x h cells in the middle of the screen. */
struct rect layout_middle(int columns, int rows, int w, int h);

#endif
