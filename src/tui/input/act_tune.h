/* What of the Tune tab's actions others need. */
#ifndef TUI_ACT_TUNE_H
#define TUI_ACT_TUNE_H

#include "model/app_model.h"

/* Are there scores? A notice when not. */
bool act_tune_ready(struct app_model *b);
/* The cuts of the chosen method [k]; NULL, and a notice, while they are being estimated. */
const double *act_tune_cuts(struct app_model *b);
/* Every unlocked class to the chosen method's cut. */
void act_tune_all(struct app_model *b);
/* Every unlocked class to the set's cut, one step; `what` it is called in the notice. */
void act_tune_apply(struct app_model *b, const struct threshold_set *set, const char *what);

#endif
