/* A table of all pairs of classes: rows follow the list of classes, columns its order; the cursor
 * is the selected class and one other. For panes that say what a pair is worth. */
#ifndef TUI_PANE_GRID_H
#define TUI_PANE_GRID_H

#include "draw/canvas.h"
#include "model/app_model.h"
#include "pane.h"

struct pane_grid {
    int name, cell, columns; /* cells of a name and of a pair; pairs that fit */
    int first_row, first_column, rows;
    int x, y; /* of the first pair */
};

/* Is there room for all columns beside a name? */
bool pane_grid_fits(const struct app_model *b, struct rect in);
int pane_grid_height(const struct app_model *b); /* of all rows with the headings */
struct pane_grid pane_grid_of(const struct app_model *b, struct rect in);
/* One pair. */
struct pane_grid_pair {
    int n; /* what is counted of it */
    unsigned ink;
    int level; /* 0 to 4 */
};
typedef struct pane_grid_pair pane_grid_look(const struct app_model *b, int row, int column,
                                             int most);
/* Column numbers above, names at the left, pairs as `look` says, which is told `most`. */
void pane_grid_draw(const struct app_model *b, struct canvas *c, struct rect in, bool focused,
                    pane_grid_look *look, int most);
/* 0: none, then 1 to 4 in logarithmic scale. */
int pane_grid_level(int n, int most);
/* The pair at a cell; left of them its row alone. */
struct pane_hit pane_grid_hit(const struct app_model *b, struct rect in, int x, int y);

#endif
