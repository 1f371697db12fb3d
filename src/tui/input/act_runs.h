/* The filter of the table of runs, for who types it and who clears it. */
#ifndef TUI_ACT_RUNS_H
#define TUI_ACT_RUNS_H

#include "model/app_model.h"

void act_runs_filter(struct app_model *b, const char *text);

#endif
