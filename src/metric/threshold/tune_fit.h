/* The tune methods (see threshold.h), except the choice among them. */
#ifndef METRIC_TUNE_FIT_H
#define METRIC_TUNE_FIT_H

#include "tune_part.h"

/* Cuts of the `wanted` methods (bit m: method m) into cuts[m][k]; what they build on is filled,
 * too. THRESHOLD_BEST is not among them. */
void tune_fit(const struct tune_part *p, struct tune_part_space *s, unsigned wanted,
              double cuts[THRESHOLD_METHODS][LABELS_MAX]);

#endif
