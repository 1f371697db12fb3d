/* What keys that are not the Errors tab's alone mean there. */
#ifndef TUI_ACT_ERRORS_H
#define TUI_ACT_ERRORS_H

#include "model/app_model.h"

/* Esc: out of the picture, then without the condition, then all samples; false when there was
 * nothing to leave. */
bool act_errors_back(struct app_model *b);
/* A kind was chosen, -1: the sample's marks go. Its note is asked for. */
void act_errors_marked(struct app_model *b, int kind);

#endif
