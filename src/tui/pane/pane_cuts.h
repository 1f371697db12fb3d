/* Rows with a slider, shared by the lists that have them. */
#ifndef TUI_PANE_CUTS_H
#define TUI_PANE_CUTS_H

#include "draw/canvas.h"
#include "model/app_model.h"
#include "pane.h"

/* Columns of a row, from its left edge. */
struct pane_cuts_columns {
    int name;          /* cells of the name */
    int cut;           /* where the cut's number ends */
    int slider, cells; /* where the slider begins, and how long it is */
    int f1;            /* where F1 ends; 0: it is not shown */
};

/* `f1`: with the class's F1; `parts_of_9`: of name and slider, the name's. */
struct pane_cuts_columns pane_cuts_columns(const struct app_model *b, int width, bool f1,
                                           int parts_of_9);
/* One row and all that belongs to it, but the paper. */
void pane_cuts_row(const struct app_model *b, struct canvas *c, struct rect row, int class,
                   const struct pane_cuts_columns *w);
/* All rows of a list from `in.y` on. */
void pane_cuts_list(const struct app_model *b, struct canvas *c, struct rect in,
                    const struct pane_cuts_columns *w, bool focused);
/* The slider at a cell of that list. */
struct pane_hit pane_cuts_hit(const struct app_model *b, struct rect in,
                              const struct pane_cuts_columns *w, int x, int y);
void pane_cuts_nothing(const struct app_model *b, struct canvas *c, struct rect in);

#endif
