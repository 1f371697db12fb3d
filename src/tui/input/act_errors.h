/* What keys that are not the Errors tab's alone mean there. */
#ifndef TUI_ACT_ERRORS_H
#define TUI_ACT_ERRORS_H

#include "model/board.h"

/* Esc: out of the picture, then without the condition, then all samples; false when there was
 * nothing to leave. */
bool act_errors_back(struct board *b);
/* A kind was chosen, -1: the sample's marks go. Its note is asked for. */
void act_errors_marked(struct board *b, int kind);

#endif
