/* What keys that are not the Data tab's alone mean there. */
#ifndef TUI_ACT_DATA_H
#define TUI_ACT_DATA_H

#include "board.h"

/* Esc: out of the picture, then all samples again; false when there was nothing to leave. */
bool act_data_back(struct board *b);

#endif
