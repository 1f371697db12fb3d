/* The filter of the class list, for who types it and who clears it. */
#ifndef TUI_ACT_CLASSES_H
#define TUI_ACT_CLASSES_H

#include "model/app_model.h"

void act_classes_filter(struct app_model *b, const char *text);

#endif
