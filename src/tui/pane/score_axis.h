/* The axis of scores from 0 to 1 that the drawings of one class share, so that they stand above
 * each other column by column. Pure. */
#ifndef TUI_SCORE_AXIS_H
#define TUI_SCORE_AXIS_H

#include "draw/canvas.h"
#include "model/app_model.h"
#include "pane.h"

enum { SCORE_AXIS_LEFT = 5 }; /* cells for the values of the other axis, its line included */

/* Inside `in`, with `below` rows left free under it. */
struct rect score_axis_area(struct rect in, int below);
/* A thin line where the selected class's cut is, behind what is drawn later. */
void score_axis_guide(const struct app_model *b, struct canvas *c, struct rect area);
/* In row y: a rail with the cut, the best cut, and the values 0, .5, 1. */
void score_axis_rail(const struct app_model *b, struct canvas *c, struct rect area, int y);

/* A cell of a drawing over `area`: the threshold of its column. */
struct pane_hit score_axis_hit(struct rect area, int x, int y);

#endif
