/* What keys that are not the Data tab's alone mean there. */
#ifndef TUI_ACT_DATA_H
#define TUI_ACT_DATA_H

#include "model/app_model.h"

/* Esc: out of the picture, then all samples again; false when there was nothing to leave. */
bool act_data_back(struct app_model *b);
/* What is typed behind `/`: of the samples, or of the findings when these have the focus. */
void act_data_filter(struct app_model *b, const char *text);
/* The other class of a pair steps through the order of the list. */
void act_data_move_pair(struct app_model *b, int by);
/* On a small screen the picture may give way to another pane: then what was changed (`done`, in
 * words) shows later, and that is said. */
void act_data_tell_unseen(struct app_model *b, const char *done);

#endif
