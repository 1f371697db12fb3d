/* The filter of the class list, for who types it and who clears it. */
#ifndef TUI_ACT_CLASSES_H
#define TUI_ACT_CLASSES_H

#include "model/board.h"

void act_classes_filter(struct board *b, const char *text);

#endif
